using System.Diagnostics.CodeAnalysis;
using Lorch.Core.Globs;
using Lorch.Core.Snapshots.GitIgnore;
using Lorch.Core.Storage;

namespace Lorch.Core.Snapshots.Tracking;

/// <summary>
/// Which files of the workspace a snapshot holds: what is included or matched by a task's inputs, minus what is excluded or never tracked.
/// </summary>
/// <remarks>Which .gitignore files count is said once; where they do, whoever asks has them read, as a capture does.</remarks>
internal sealed class TrackingRules
{
    private readonly IReadOnlyList<GlobPattern> _include;
    private readonly IReadOnlyList<GlobPattern> _exclude;
    private readonly IReadOnlyList<GlobPattern> _taskInputs;

    /// <summary>Folders that Lorch writes to besides those at the root, each with a '/' behind it.</summary>
    private readonly IReadOnlyList<string> _ownFolders;

    /// <summary>What is left out besides, as far as the disk says so.</summary>
    private readonly GitIgnoreFiles? _ignored;

    /// <summary>Initializes a new instance of the <see cref="TrackingRules"/> class.</summary>
    /// <param name="include">The globs that stand in place of <see cref="DefaultInclude"/>; <see langword="null"/> leaves that as it
    /// is.</param>
    /// <param name="exclude">The globs of what is left out.</param>
    /// <param name="taskInputs">The globs of all tasks' inputs.</param>
    /// <exception cref="LorchException">LORCH1013: a text is no glob.</exception>
    public TrackingRules(IReadOnlyList<string>? include, IReadOnlyList<string> exclude, IReadOnlyList<string> taskInputs)
        : this(
            Compile(include ?? DefaultInclude),
            [.. Compile(exclude).Select(glob => GlobPattern.ParseOmission(glob.Text))],
            Compile([.. taskInputs.Distinct(StringComparer.Ordinal)]),
            [],
            null)
    {
    }

    private TrackingRules(
        IReadOnlyList<GlobPattern> include,
        IReadOnlyList<GlobPattern> exclude,
        IReadOnlyList<GlobPattern> taskInputs,
        IReadOnlyList<string> ownFolders,
        GitIgnoreFiles? ignored)
    {
        _include = include;
        _exclude = exclude;
        _taskInputs = taskInputs;
        _ownFolders = ownFolders;
        _ignored = ignored;
    }

    /// <summary>Gets the globs of what is tracked unless lorch.json says otherwise.</summary>
    public static IReadOnlyList<string> DefaultInclude { get; } = ["specs/", "src/", "tests/", "docs/"];

    /// <summary>
    /// Whether a glob can't match what it says, because a part of it is never tracked, like <c>obj</c> in <c>src/obj/**</c>.
    /// </summary>
    /// <param name="glob">The glob.</param>
    /// <param name="part">The part that is never tracked, or <see langword="null"/>.</param>
    /// <returns>Whether there is such a part.</returns>
    public static bool NamesNeverTracked(string glob, [NotNullWhen(true)] out string? part)
    {
        ArgumentNullException.ThrowIfNull(glob);
        part = NeverTracked.FindIn(glob);
        return part is not null;
    }

    /// <summary>Makes the rules that also leave out Lorch's own folders where the state root lies inside the workspace.</summary>
    /// <param name="layout">Where the workspace and its state lie.</param>
    /// <returns>The rules.</returns>
    public TrackingRules For(WorkspaceLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        var stateRoot = Path.GetRelativePath(layout.WorkspaceRoot, layout.StateRoot).Replace(Path.DirectorySeparatorChar, '/');
        var isInside = stateRoot is not "." and not ".."
            && !stateRoot.StartsWith("../", StringComparison.Ordinal)
            && !Path.IsPathRooted(stateRoot);
        return isInside
            ? new TrackingRules(
                _include,
                _exclude,
                _taskInputs,
                [.. WorkspaceLayout.OwnFolders.Select(folder => $"{stateRoot}/{folder}/")],
                _ignored)
            : this;
    }

    /// <summary>Whether a snapshot that is taken now holds the file at a path, if there is one.</summary>
    /// <remarks>
    /// It goes the way that a capture goes, and so can't disagree with one: the .gitignore files on the way are read, if they count.
    /// </remarks>
    /// <param name="path">The path.</param>
    /// <returns>Whether it is tracked.</returns>
    /// <exception cref="LorchException">A .gitignore file can't be read.</exception>
    public bool IsTracked(RelativePath path) => Paths().Hold(path);

    /// <summary>Whether a tracked file could lie below a folder: if not, it needn't be read.</summary>
    /// <param name="folder">A folder's path below the workspace root, without a <c>/</c> at its end.</param>
    /// <returns>Whether it must be read.</returns>
    public bool CanContainTracked(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return !NeverTracked.Holds(folder)
            && !_ownFolders.Any(own => $"{folder}/".StartsWith(own, StringComparison.Ordinal))
            && (_include.Any(pattern => pattern.CanMatchBelow(folder)) || _taskInputs.Any(pattern => pattern.CanMatchBelow(folder)))
            && !_exclude.Any(pattern => pattern.MatchesAllBelow(folder));
    }

    /// <summary>Makes the rules that also leave out what .gitignore files ignore, where the disk is asked.</summary>
    /// <param name="ignored">The files; <see langword="null"/> for none.</param>
    internal TrackingRules Without(GitIgnoreFiles? ignored) => new(_include, _exclude, _taskInputs, _ownFolders, ignored);

    /// <summary>Gives the rules of the workspace root, from which those of every other folder follow. Doesn't look at the disk.</summary>
    internal FolderRules AtRoot() => new GlobbedFolder(this, "");

    /// <summary>Gives the rules of the workspace root; as folders are entered their .gitignore files are read, if they count.</summary>
    internal FolderRules OnDisk() => _ignored is null ? AtRoot() : new IgnoringFolder(_ignored, this, AtRoot(), _ignored.ReadRoot(), "");

    /// <summary>Makes what says of many paths whether a snapshot that is taken now holds them.</summary>
    internal TrackedPaths Paths() => new(OnDisk());

    /// <summary>
    /// Gives the rules of an ignored folder: of those inputs of tasks that name it, or something below it. <see langword="null"/> if none
    /// does.
    /// </summary>
    internal FolderRules? InIgnored(string folder)
    {
        var named = _taskInputs.Where(glob => IsIn(glob.Literal ?? glob.FixedFolder, folder)).ToList();
        return named.Count == 0 ? null : new GlobbedFolder(new TrackingRules([], _exclude, named, _ownFolders, null), folder);
    }

    /// <summary>Whether a task has a file of a folder among its inputs by its very path.</summary>
    internal bool NamesFilesIn(string folder) => _taskInputs.Any(glob => glob.Literal is not null && glob.FixedFolder == folder);

    /// <summary>Whether a task has a file among its inputs by its very path.</summary>
    internal bool NamesFile(string path) => _taskInputs.Any(glob => glob.Literal == path);

    /// <summary>Whether the globs track the file at a path, as long as no folder on the way is left out.</summary>
    /// <param name="path">Its UTF-8 bytes.</param>
    internal bool Match(ReadOnlySpan<byte> path) => (Match(_include, path) || Match(_taskInputs, path)) && !Match(_exclude, path);

    /// <summary>Whether every file below a folder is tracked but what never is.</summary>
    internal bool TracksEverythingBelow(string folder) =>
        !NeverTracked.Holds(folder)
        && !_ownFolders.Any(
            own => own.StartsWith($"{folder}/", StringComparison.Ordinal) || $"{folder}/".StartsWith(own, StringComparison.Ordinal))
        && (_include.Any(pattern => pattern.MatchesAllBelow(folder)) || _taskInputs.Any(pattern => pattern.MatchesAllBelow(folder)))
        && !_exclude.Any(pattern => pattern.CanMatchBelow(folder));

    /// <summary>Tells which of the tasks' input globs match no file: most likely they are misspelt.</summary>
    /// <param name="tracked">The paths of all tracked files.</param>
    /// <returns>The globs as they were written, in their order.</returns>
    public IReadOnlyList<string> FindInputsMatchingNothing(IEnumerable<RelativePath> tracked)
    {
        ArgumentNullException.ThrowIfNull(tracked);
        var left = _taskInputs.ToList();
        foreach (var path in tracked)
        {
            if (left.Count == 0)
            {
                break;
            }

            left.RemoveAll(pattern => pattern.IsMatch(path.ToString()));
        }

        return [.. left.Select(pattern => pattern.Text).Distinct(StringComparer.Ordinal)];
    }

    private static bool IsIn(string path, string folder) => path == folder || path.StartsWith($"{folder}/", StringComparison.Ordinal);

    private static bool Match(IReadOnlyList<GlobPattern> globs, ReadOnlySpan<byte> path)
    {
        for (var i = 0; i < globs.Count; i++)
        {
            if (globs[i].IsMatch(path))
            {
                return true;
            }
        }

        return false;
    }

    private static GlobPattern[] Compile(IReadOnlyList<string> globs)
    {
        ArgumentNullException.ThrowIfNull(globs);
        return [.. globs.Select(glob => GlobPattern.TryParse(glob, out var pattern, out var problem)
            ? pattern
            : throw new LorchException(new Diagnostic { Code = DiagnosticCode.InvalidGlob, Message = problem }))];
    }
}
