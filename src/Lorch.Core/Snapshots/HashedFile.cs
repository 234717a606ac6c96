using Lorch.Core.Storage;

namespace Lorch.Core.Snapshots;

/// <summary>A tracked file with its digest.</summary>
/// <param name="File">What the manifest holds of it.</param>
/// <param name="Stamp">What the system told of it before and after it was read; <see langword="null"/> for a link, and where the system tells too little.</param>
/// <param name="IsKnown">Whether the digest is remembered and the file wasn't read.</param>
internal readonly record struct HashedFile(ManifestFile File, FileStamp? Stamp, bool IsKnown);
