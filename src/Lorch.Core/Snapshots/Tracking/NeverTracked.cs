using Lorch.Core.Storage;

namespace Lorch.Core.Snapshots.Tracking;

/// <summary>
/// What no snapshot holds, whatever lorch.json says: other tools' folders, hidden files and folders, and what Lorch writes itself.
/// </summary>
internal static class NeverTracked
{
    /// <summary>Whether a path, or a folder that it lies in, is never tracked.</summary>
    public static bool Holds(ReadOnlySpan<char> path)
    {
        var isFirst = true;
        foreach (var part in path.Split('/'))
        {
            if (IsNever(path[part], isFirst))
            {
                return true;
            }

            isFirst = false;
        }

        return false;
    }

    /// <summary>Whether the name of a file or folder is never tracked at any depth.</summary>
    /// <param name="name">Its bytes.</param>
    public static bool HoldsName(ReadOnlySpan<byte> name) => name switch
    {
        [(byte)'.', ..] => true,
        [(byte)'b', ..] => name.SequenceEqual("bin"u8),
        [(byte)'o', ..] => name.SequenceEqual("obj"u8),
        [(byte)'n', ..] => name.SequenceEqual("node_modules"u8),
        [(byte)'T', ..] => name.SequenceEqual("TestResults"u8),
        _ => false,
    };

    /// <summary>Finds the first part of a glob that, taken literally, is never tracked; <see langword="null"/> if there is none.</summary>
    public static string? FindIn(string glob)
    {
        var parts = glob.Split('/');
        return parts.Where((part, i) => part is not "." and not ".." && IsNever(part, isFirst: i == 0)).FirstOrDefault();
    }

    // A part with wildcards is none of the names, save that what follows a '.' doesn't matter.
    private static bool IsNever(ReadOnlySpan<char> part, bool isFirst) =>
        part is ['.', ..] or "node_modules" or "bin" or "obj" or "TestResults" || (isFirst && IsOwnFolder(part));

    private static bool IsOwnFolder(ReadOnlySpan<char> name)
    {
        foreach (var folder in WorkspaceLayout.OwnFolders)
        {
            if (name.SequenceEqual(folder))
            {
                return true;
            }
        }

        return false;
    }
}
