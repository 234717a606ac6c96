using Lorch.Core.Globs;
using Lorch.Core.Snapshots.Tracking;
using Lorch.Core.Storage;

namespace Lorch.Core.Configuration;

/// <summary>The files that may each hold a task, as they were read.</summary>
/// <param name="Folders">The absolute paths of the folders in which a file that comes or goes counts; the first may be missing.</param>
/// <param name="Contents">The files' bytes by absolute path, in the order of the paths.</param>
internal sealed record TaskFiles(IReadOnlyList<string> Folders, IReadOnlyList<(string Path, byte[] Content)> Contents)
{
    /// <summary>Where task files lie if lorch.json says nothing.</summary>
    public const string DefaultGlob = "tasks/*.md";

    public static readonly TaskFiles None = new([], []);

    /// <summary>Reads all files that a glob matches; those that are hidden, or that lie where nothing is tracked, are left out.</summary>
    /// <param name="root">The absolute path of the folder that the glob starts at, that of lorch.json.</param>
    /// <param name="glob">The glob.</param>
    /// <exception cref="LorchException">A file or a folder can't be read (LORCH1013).</exception>
    public static TaskFiles Read(string root, GlobPattern glob)
    {
        var folders = new List<string>();
        var paths = new List<string>();
        var at = root;
        try
        {
            Walk(glob.FixedFolder.TrimEnd('/'));
            paths.Sort(StringComparer.Ordinal);
            return new TaskFiles(folders, [.. paths.Select(ReadOne)]);
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            throw new LorchException(
                new Diagnostic
                {
                    Code = DiagnosticCode.FileUnreadable,
                    Message =
                        $"Found '{at}' but it can't be read ({exception.Message}), expected task files that can be read. Correct its "
                            + $"permissions.",
                    File = at,
                },
                exception);
        }

        (string, byte[]) ReadOne(string path)
        {
            at = path;
            return (path, NoFifo.ReadAllBytes(path));
        }

        void Walk(string below)
        {
            var folder = at = below.Length == 0 ? root : Path.Join(root, below);
            folders.Add(folder);
            foreach (var entry in Directory.Exists(folder) ? new DirectoryInfo(folder).GetFileSystemInfos() : [])
            {
                var path = below.Length == 0 ? entry.Name : $"{below}/{entry.Name}";
                if (entry.Name.StartsWith('.') || TrackingRules.NamesNeverTracked(path, out _))
                {
                    continue;
                }

                if (entry is FileInfo file)
                {
                    if (entry.Name.EndsWith(".md", StringComparison.Ordinal) && glob.IsMatch(path))
                    {
                        paths.Add(file.FullName);
                    }
                }
                else if (entry.LinkTarget is null && glob.CanMatchBelow(path))
                {
                    Walk(path);
                }
            }
        }
    }
}
