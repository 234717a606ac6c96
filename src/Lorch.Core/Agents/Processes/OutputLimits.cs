namespace Lorch.Core.Agents.Processes;

/// <summary>How much an agent may say.</summary>
internal sealed record OutputLimits
{
    /// <summary>
    /// Gets how many bytes an agent may write to each of standard output and standard error to answer one command; 64 MiB by default.
    /// </summary>
    public long MaxBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Gets how many bytes a second an agent may write to each of them, over ten seconds together; 4 MiB by default.</summary>
    public long MaxBytesPerSecond { get; init; } = 4 * 1024 * 1024;

    /// <summary>Gets how many bytes an agent's log of one run may have; 64 MiB by default.</summary>
    public long LogMaxBytes { get; init; } = 64 * 1024 * 1024;
}
