namespace Lorch.Agent;

internal static class Program
{
    private static int Main() => 64;
}
