namespace Lorch.Core.Runs.Contract;

/// <summary>What became of the traces that were to be sent.</summary>
internal sealed record TraceResult
{
    /// <summary>Gets how many spans were sent.</summary>
    public long Sent { get; init; }

    /// <summary>Gets why some weren't, or what the collector says; <see langword="null"/> if all is well.</summary>
    public string? Problem { get; init; }
}
