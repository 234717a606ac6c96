using Lorch.Core.Protocol;
using Lorch.Core.Snapshots.Manifests;

namespace Lorch.Core.UpToDate;

/// <summary>What the disk holds: the snapshot of what is tracked, and what was measured besides.</summary>
internal sealed class DiskView(Manifest manifest, IReadOnlyDictionary<RelativePath, Artifact?> measured)
{
    public Manifest Manifest { get; } = manifest;

    /// <summary>The same disk, with more that was measured.</summary>
    public DiskView With(IReadOnlyDictionary<RelativePath, Artifact?> more) =>
        new(Manifest, measured.Where(pair => !more.ContainsKey(pair.Key)).Concat(more).ToDictionary());

    /// <summary>What a path holds; <see langword="null"/> if there is no regular file.</summary>
    public Artifact? At(RelativePath path) => measured.TryGetValue(path, out var artifact)
        ? artifact
        : Manifest.Find(path) is { } file
            ? new Artifact { Path = path, Sha256 = file.Sha256, Size = file.Size }
            : null;
}
