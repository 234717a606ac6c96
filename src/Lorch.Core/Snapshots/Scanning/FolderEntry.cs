namespace Lorch.Core.Snapshots.Scanning;

/// <summary>What a folder holds under one name.</summary>
/// <param name="Name">The name; bytes that aren't UTF-8 are shown as U+FFFD.</param>
/// <param name="Kind">What it is.</param>
/// <param name="IsUtf8">Whether the name shown is the name there is.</param>
internal readonly record struct FolderEntry(string Name, FolderEntryKind Kind, bool IsUtf8);

/// <summary>What stands in a folder under a name.</summary>
internal enum FolderEntryKind
{
    /// <summary>A file, as far as the folder knows; special ones are told apart where it does.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A symbolic link.</summary>
    Link,

    /// <summary>A socket, a FIFO or a device.</summary>
    Special,
}
