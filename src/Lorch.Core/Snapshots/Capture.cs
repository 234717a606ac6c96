using Lorch.Core.Snapshots.Manifests;

namespace Lorch.Core.Snapshots;

/// <summary>A workspace as it was found.</summary>
internal sealed record Capture
{
    /// <summary>Gets what the workspace held.</summary>
    public required Manifest Manifest { get; init; }

    /// <summary>Gets what was left out and somebody should know.</summary>
    public required IReadOnlyList<Diagnostic> Warnings { get; init; }

    /// <summary>Gets how many files had to be read.</summary>
    internal int FilesRead { get; init; }
}
