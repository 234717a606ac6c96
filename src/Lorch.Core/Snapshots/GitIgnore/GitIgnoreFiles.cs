using System.Collections.Concurrent;
using System.Text;
using Lorch.Core.Snapshots.Index;
using Lorch.Core.Storage;

namespace Lorch.Core.Snapshots.GitIgnore;

/// <summary>The .gitignore files of a workspace and of the repository that it lies in.</summary>
/// <remarks>
/// Nothing else of git is read: not <c>.git/info/exclude</c> nor <c>core.excludesFile</c>, which aren't in a clone, so that the same
/// content has the same id on every machine, and not the index: a file that git tracks although it is ignored isn't tracked by Lorch.
/// </remarks>
internal sealed class GitIgnoreFiles
{
    private const string FileName = ".gitignore";

    private static readonly UTF8Encoding Utf8 = new(false, true);

    // What is tracked must not change while a run works: a file that was read counts as it was.
    private readonly ConcurrentDictionary<string, IReadOnlyList<IgnorePattern>> _read = new(StringComparer.Ordinal);
    private readonly string _root;
    private readonly string _top;
    private readonly Lazy<Submodules> _submodules;
    private readonly ConcurrentDictionary<string, IReadOnlyList<IgnorePattern>>? _kept;

    private GitIgnoreFiles(string root, string top, ConcurrentDictionary<string, IReadOnlyList<IgnorePattern>>? kept = null)
    {
        (_root, _top, _kept) = (root, top, kept);
        _submodules = new Lazy<Submodules>(() => Submodules.Of(top));
    }

    /// <summary>Finds the files.</summary>
    /// <param name="layout">The workspace.</param>
    /// <param name="isRespected">Whether they count; <see langword="null"/> if they do inside a work tree of git.</param>
    /// <returns>The files; <see langword="null"/> if none counts.</returns>
    public static GitIgnoreFiles? Of(WorkspaceLayout layout, bool? isRespected)
    {
        var root = layout.WorkspaceRoot;
        var top = isRespected == false ? null : TopOf(root);
        return top is not null ? new GitIgnoreFiles(root, top) : isRespected == true ? new GitIgnoreFiles(root, root) : null;
    }

    /// <summary>
    /// Gives the same files as they are when each is first read, whatever becomes of it later. One that can't be read ignores nothing.
    /// </summary>
    public GitIgnoreFiles Keep() =>
        new(_root, _top, new ConcurrentDictionary<string, IReadOnlyList<IgnorePattern>>(StringComparer.Ordinal));

    /// <summary>
    /// Reads the rules of the workspace root. Where the repository ignores the workspace itself only what lies in it counts.
    /// </summary>
    public IgnoreRules ReadRoot()
    {
        var rules = IgnoreRules.None;
        var folder = _top;
        foreach (var name in Path.GetRelativePath(_top, _root).Split(Path.DirectorySeparatorChar).Where(part => part is not "."))
        {
            rules = rules.With(Read(folder));
            var bytes = Utf8.GetBytes(name);
            if (rules.Ignore(bytes, isFolder: true))
            {
                rules = IgnoreRules.None;
                break;
            }

            rules = rules.Enter(bytes, []);
            folder = Path.Join(folder, name);
        }

        return rules.With(Read(_root));
    }

    /// <summary>Reads a folder's own file.</summary>
    /// <param name="folder">Its path below the workspace root.</param>
    /// <returns>The patterns; none where there is no such file, or a link, which git doesn't follow either.</returns>
    /// <exception cref="LorchException">The file can't be read.</exception>
    public IReadOnlyList<IgnorePattern> ReadIn(string folder) => Read(Path.Join(_root, folder));

    /// <summary>Whether the file at a path, if there is one, is ignored.</summary>
    /// <exception cref="LorchException">One of the files can't be read.</exception>
    public bool Ignore(RelativePath path)
    {
        var (rules, folder) = (ReadRoot(), "");
        var names = path.ToString().Split('/');
        foreach (var name in names[..^1])
        {
            var bytes = Utf8.GetBytes(name);
            if (rules.Ignore(bytes, isFolder: true))
            {
                return true;
            }

            folder = Path.Join(folder, name);
            rules = IsSubmodule(folder) ? IgnoreRules.None.With(ReadIn(folder)) : rules.Enter(bytes, ReadIn(folder));
        }

        return rules.Ignore(Utf8.GetBytes(names[^1]), isFolder: false);
    }

    /// <summary>Whether a folder is a submodule: what the files above it say ends there.</summary>
    /// <param name="folder">Its path below the workspace root.</param>
    public bool IsSubmodule(string folder) => _submodules.Value.Contain(Path.Join(_root, folder));

    private static string? TopOf(string root)
    {
        for (var folder = root; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            // In a worktree and in a submodule it is a file.
            if (Path.Exists(Path.Join(folder, ".git")))
            {
                return folder;
            }
        }

        return null;
    }

    private IReadOnlyList<IgnorePattern> Read(string folder) => _kept is null ? ReadFile(folder) : _kept.GetOrAdd(folder, TryReadFile);

    private IReadOnlyList<IgnorePattern> TryReadFile(string folder)
    {
        try
        {
            return ReadFile(folder);
        }
        catch (LorchException)
        {
            // Who keeps the files compares two looks: what can't be read says nothing in either.
            return [];
        }
    }

    private IReadOnlyList<IgnorePattern> ReadFile(string folder)
    {
        var file = Path.Join(folder, FileName);
        try
        {
            return _read.TryGetValue(folder, out var read) ? read
                : File.Exists(file)
                    && FileStamp.OfEntry(
                        file) is { IsRegular: true } ? _read.GetOrAdd(folder, IgnorePattern.ParseFile(File.ReadAllBytes(file)))
                : [];
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            throw SnapshotProblem.Unreadable(
                Path.GetRelativePath(_root, file).Replace('\\', '/'),
                "file",
                $"can't be read: {exception.Message}",
                exception);
        }
    }
}
