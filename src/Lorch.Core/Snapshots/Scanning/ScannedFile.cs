using Lorch.Core.Hashing;
using Lorch.Core.Snapshots.Index;

namespace Lorch.Core.Snapshots.Scanning;

/// <summary>A tracked file as it was seen without being read.</summary>
/// <param name="Path">The path below the workspace root.</param>
/// <param name="Stamp">What the system tells of it.</param>
/// <param name="Target">The digest of a symbolic link's target; <see langword="null"/> for a regular file.</param>
internal readonly record struct ScannedFile(RelativePath Path, RawStamp Stamp, Sha256Digest? Target);
