using System.Collections.Concurrent;

namespace Lorch.Core.Storage;

/// <summary>Makes folders whose names survive a power loss.</summary>
/// <remarks>
/// That a folder exists doesn't mean that its name is durable: the process that made it may have been killed before it synced. So the chain
/// of folders is synced once per object, whoever made it.
/// </remarks>
internal sealed class DurableFolders
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly ConcurrentDictionary<string, bool> _durable = new(StringComparer.Ordinal);

    /// <summary>Makes a folder and those above it that are missing.</summary>
    /// <param name="folder">An absolute path.</param>
    public void Ensure(string folder)
    {
        var exists = Directory.Exists(folder);
        if (exists && _durable.ContainsKey(folder))
        {
            return;
        }

        if (Path.GetDirectoryName(folder) is { } parent)
        {
            Ensure(parent);
            if (exists)
            {
                SyncFoundOne(parent);
            }
            else
            {
                Create(folder);
                DirectorySync.Sync(parent);
            }
        }

        _durable[folder] = true;
    }

    private static void Create(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, OwnerOnly);
        }
    }

    private static void SyncFoundOne(string folder)
    {
        try
        {
            DirectorySync.Sync(folder);
        }
        catch (IOException)
        {
            // A folder that this user may not even read has no entries that Lorch made.
        }
    }
}
