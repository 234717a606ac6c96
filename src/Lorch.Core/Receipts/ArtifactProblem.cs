namespace Lorch.Core.Receipts;

/// <summary>Why a file on disk isn't what was said about it.</summary>
internal sealed record ArtifactProblem
{
    /// <summary>Gets the path as it was named.</summary>
    public required RelativePath Path { get; init; }

    /// <summary>Gets what is wrong, as the end of a sentence that begins with the path.</summary>
    public required string Reason { get; init; }

    /// <summary>Gets what was said, if a value can be named.</summary>
    public string? Expected { get; init; }

    /// <summary>Gets what the disk holds, if a value can be named.</summary>
    public string? Found { get; init; }

    /// <inheritdoc/>
    public override string ToString() => (Expected, Found) switch
    {
        (null, null) => $"'{Path}' {Reason}",
        (null, _) => $"'{Path}' {Reason}: found {Found}",
        (_, null) => $"'{Path}' {Reason}: expected {Expected}",
        _ => $"'{Path}' {Reason}: expected {Expected}, found {Found}",
    };
}
