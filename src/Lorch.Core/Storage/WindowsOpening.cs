using System.Buffers;

namespace Lorch.Core.Storage;

/// <summary>Opens files on Windows, where each folder on the way is checked and names have meanings of their own.</summary>
internal static class WindowsOpening
{
    private static readonly SearchValues<char> InNoName = SearchValues.Create("<>:\"|?*");

    public static FileOpening Open(string root, RelativePath path)
    {
        // Where the root itself can't be seen, nothing is proven to be gone.
        if (!Directory.Exists(root))
        {
            return new FileOpening.NotAllowed($"can't be read: the workspace root '{root}' can't be opened");
        }

        var current = root;
        foreach (var segment in path.ToString().Split('/'))
        {
            if (FindTrick(segment) is { } trick)
            {
                return new FileOpening.NotAllowed(trick);
            }

            if (Find(current, segment, out var problem) is not { } entry)
            {
                return problem;
            }

            if (entry.Name != segment)
            {
                return new FileOpening.NotAllowed($"is written '{entry.Name}' on the disk, not '{segment}'");
            }

            if (entry.Attributes.HasFlag(FileAttributes.ReparsePoint))
            {
                return new FileOpening.NotAllowed($"is reached over the link '{entry.Name}'");
            }

            current = entry.FullName;
        }

        var opening = OpenFile(current);
        if (opening is not FileOpening.Opened opened)
        {
            return opening;
        }

        if (FindLink(opened, root, path) is { } link)
        {
            opened.Stream.Dispose();
            return new FileOpening.NotAllowed(link);
        }

        return opened with { Names = WindowsCalls.CountNames(opened.Stream.SafeFileHandle) };
    }

    /// <summary>Says which trick a name would play on Windows, or null.</summary>
    /// <param name="segment">A part of a path.</param>
    /// <returns>The reason why it is refused, as the end of a sentence.</returns>
    public static string? FindTrick(string segment) => segment switch
    {
        [.., '.' or ' '] => $"has the part '{segment}', which ends with a dot or a blank that Windows drops",
        _ when segment.AsSpan().ContainsAny(InNoName) || segment.Any(char.IsControl) =>
            $"has the part '{segment}' with a character that no file name on Windows can have",
        _ when DeviceNames.Contain(segment) => $"has the part '{segment}', the name of a device",
        _ => null,
    };

    /// <summary>Finds the entry by the name that the disk gives it, so that neither case nor a short name passes for it.</summary>
    private static FileSystemInfo? Find(string folder, string name, out FileOpening problem)
    {
        problem = new FileOpening.Absent();
        try
        {
            return Directory.Exists(folder)
                ? new DirectoryInfo(folder)
                    .EnumerateFileSystemInfos(
                        name,
                        new EnumerationOptions { AttributesToSkip = default, MatchCasing = MatchCasing.CaseInsensitive })
                    .FirstOrDefault()
                : null;
        }
        catch (DirectoryNotFoundException)
        {
            // It went just now.
            return null;
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            problem = new FileOpening.NotAllowed($"can't be read: {exception.Message}");
            return null;
        }
    }

    /// <summary>
    /// Says where a file lies instead of where its path says: somebody may have put a link or a junction into the way after it was looked
    /// at.
    /// </summary>
    private static string? FindLink(FileOpening.Opened opened, string root, RelativePath path)
    {
        using var folder = WindowsCalls.Look(root, followsLink: true);
        return !folder.IsInvalid && WindowsCalls.FinalPath(folder) is { } realRoot
            && WindowsCalls.FinalPath(opened.Stream.SafeFileHandle) is { } realFile
                ? FileOpening.FindOtherSpelling(realRoot, path.ToString(), realFile)
                : null;
    }

    private static FileOpening OpenFile(string path)
    {
        if (Directory.Exists(path))
        {
            return new FileOpening.NotAllowed("is a directory, not a regular file");
        }

        try
        {
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            return new FileOpening.Opened(stream, stream.Length);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return new FileOpening.Absent();
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            return new FileOpening.NotAllowed($"can't be read: {exception.Message}");
        }
    }
}
