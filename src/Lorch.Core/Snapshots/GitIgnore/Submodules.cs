using Lorch.Core.Storage;

namespace Lorch.Core.Snapshots.GitIgnore;

/// <summary>The submodules of a repository, and those in them, as <c>.gitmodules</c> files name them (gitmodules(5)).</summary>
/// <remarks>
/// No folder is asked for a <c>.git</c> of its own: on the way through a large tree that would cost as much as everything else.
/// </remarks>
internal sealed class Submodules
{
    private const string FileName = ".gitmodules";

    /// <summary>More than any repository has: links can make a few files name each other without end.</summary>
    private const int MaxFolders = 10_000;

    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);

    private Submodules()
    {
    }

    /// <summary>Finds them.</summary>
    /// <param name="top">The absolute path of the repository.</param>
    public static Submodules Of(string top)
    {
        var submodules = new Submodules();
        submodules.Add(top);
        return submodules;
    }

    /// <summary>Whether a folder is one.</summary>
    /// <param name="folder">Its absolute path.</param>
    public bool Contain(string folder) => _folders.Contains(InOneForm(folder));

    /// <summary>Windows has two separators, which must not make two names of one.</summary>
    private static string InOneForm(string folder) => folder.Replace('/', Path.DirectorySeparatorChar);

    private void Add(string repository)
    {
        foreach (var path in Read(Path.Join(repository, FileName)))
        {
            var folder = InOneForm(Path.Join(repository, path));
            if (_folders.Count < MaxFolders && _folders.Add(folder))
            {
                Add(folder);
            }
        }
    }

    private static List<string> Read(string file)
    {
        try
        {
            return !File.Exists(file)
                ? []
                : [.. File.ReadLines(file).Select(PathIn).OfType<string>().Where(path => RelativePath.TryParse(path, out _))];
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            // Without it git knows no submodules either.
            return [];
        }
    }

    private static string? PathIn(string line)
    {
        var parts = line.Split('=', 2, StringSplitOptions.TrimEntries);
        return parts is ["path", var value] ? value.Trim('"').TrimEnd('/') : null;
    }
}
