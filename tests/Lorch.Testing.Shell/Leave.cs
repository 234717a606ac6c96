namespace Lorch.Testing.Shell;

/// <summary>Ends the shell, a function or a loop.</summary>
internal sealed class Leave(string what, int status) : Exception
{
    public string What => what;

    public int Status => status;
}
