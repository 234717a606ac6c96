namespace Lorch.Build.Tests;

/// <summary>What takes long, and what looks at rare ways to build, is asked for with <c>LORCH_LONG_TESTS=1</c>.</summary>
internal static class LongTests
{
    public static void SkipUnlessAsked(bool isLong = true) =>
        Assert.SkipUnless(!isLong || Environment.GetEnvironmentVariable("LORCH_LONG_TESTS") == "1", "It takes long: set LORCH_LONG_TESTS to 1.");

    /// <summary>Says the seed of what is drawn by lot, so that a failure can be played again with <c>LORCH_SEED</c>.</summary>
    public static int Seed()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("LORCH_SEED"), out var given) ? given : Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"LORCH_SEED={seed}");
        return seed;
    }
}
