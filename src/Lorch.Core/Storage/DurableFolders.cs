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
                MakeOne(folder);
                DirectorySync.Sync(parent);
            }
        }

        _durable[folder] = true;
    }

    /// <summary>Makes a folder and those above it that are missing, without syncing them.</summary>
    /// <param name="folder">An absolute path.</param>
    public static void Make(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        if (Path.GetDirectoryName(folder) is { } parent)
        {
            Make(parent);
        }

        MakeOne(folder);
    }

    private static void MakeOne(string folder)
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
        catch (IOException exception) when (exception.HResult is SystemError.NotPermitted or SystemError.AccessDenied)
        {
            // A folder that this user may not even read has no entries that Lorch made.
        }
    }
}
