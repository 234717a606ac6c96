using Lorch.Core.Storage;

namespace Lorch.Core.Snapshots;

/// <summary>A tracked file as a scan found it, unread.</summary>
public sealed record ScannedFile
{
    /// <summary>Gets the path below the workspace root.</summary>
    public required RelativePath Path { get; init; }

    /// <summary>Gets the size in bytes; of a symbolic link, that of its target's text.</summary>
    public required long Size { get; init; }

    /// <summary>Gets the time of the last change.</summary>
    public required DateTimeOffset Mtime { get; init; }

    /// <summary>Gets what the system told of a regular file; <see langword="null"/> where it tells too little to know the content again.</summary>
    internal FileStamp? Stamp { get; init; }

    /// <summary>Gets a symbolic link's target as it is written in the link; <see langword="null"/> for a regular file.</summary>
    public string? LinkTarget { get; init; }
}

/// <summary>What a scan found.</summary>
public sealed record WorkspaceScan
{
    /// <summary>Gets the tracked files, sorted by path.</summary>
    public required IReadOnlyList<ScannedFile> Files { get; init; }

    /// <summary>Gets what was left out and somebody should know.</summary>
    public required IReadOnlyList<Diagnostic> Warnings { get; init; }
}
