namespace Lorch.Core.Snapshots;

/// <summary>What tells that a file is as it was when its digest was taken.</summary>
internal enum SnapshotTrust
{
    /// <summary>What the file system says of it: size, times of its last write and last change, number, device and mode.</summary>
    Stat,

    /// <summary>Its content alone: every file is read each time.</summary>
    Content,
}
