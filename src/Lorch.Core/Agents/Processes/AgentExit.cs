namespace Lorch.Core.Agents.Processes;

/// <summary>How an agent's process ended: all that anyone but its owner sees of it.</summary>
/// <remarks>Neither an exit code nor a signal means that the process outlived even SIGKILL (it hangs inside the kernel).</remarks>
internal sealed record AgentExit
{
    /// <summary>Gets the process id it had.</summary>
    public required int Pid { get; init; }

    /// <summary>Gets the exit code, unless a signal ended it.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Gets the name of the signal that ended it, like <c>SIGKILL</c>.</summary>
    public string? Signal { get; init; }

    /// <summary>Gets the last lines it wrote to standard error, redacted, oldest first.</summary>
    public required IReadOnlyList<string> StderrTail { get; init; }

    /// <summary>Gets who wanted it to end.</summary>
    public required EndedBy EndedBy { get; init; }
}

/// <summary>Who wanted an agent to end.</summary>
internal enum EndedBy
{
    /// <summary>It ended unasked.</summary>
    Itself,

    /// <summary>Lorch had asked it to end, or made it.</summary>
    Lorch,
}
