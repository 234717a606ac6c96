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
            new TrackedGlobs
            {
                Include = Compile(include ?? DefaultInclude),
                Exclude = [.. Compile(exclude).Select(glob => GlobPattern.ParseOmission(glob.Text))],
                TaskInputs = Compile([.. taskInputs.Distinct(StringComparer.Ordinal)]),
            },
            null)
    {
    }

    private TrackingRules(TrackedGlobs globs, GitIgnoreFiles? ignored)
    {
        Globs = globs;
        _ignored = ignored;
    }

    /// <summary>Gets the globs of what is tracked unless lorch.json says otherwise.</summary>
    public static IReadOnlyList<string> DefaultInclude { get; } = ["specs/", "src/", "tests/", "docs/"];

    /// <summary>Gets what is tracked as far as globs and names say it.</summary>
    public TrackedGlobs Globs { get; }

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
                Globs with { OwnFolders = [.. WorkspaceLayout.OwnFolders.Select(folder => $"{stateRoot}/{folder}/")] },
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

    /// <summary>Makes the rules that also leave out what .gitignore files ignore, where the disk is asked.</summary>
    /// <param name="ignored">The files; <see langword="null"/> for none.</param>
    internal TrackingRules Without(GitIgnoreFiles? ignored) => new(Globs, ignored);

    /// <summary>Gives the rules of the workspace root, from which those of every other folder follow. Doesn't look at the disk.</summary>
    internal FolderRules AtRoot() => new GlobbedFolder(Globs, "");

    /// <summary>Gives the rules of the workspace root; as folders are entered their .gitignore files are read, if they count.</summary>
    internal FolderRules OnDisk() => _ignored is null ? AtRoot() : new IgnoringFolder(_ignored, Globs, AtRoot(), _ignored.ReadRoot(), "");

    /// <summary>Makes what says of many paths whether a snapshot that is taken now holds them.</summary>
    internal TrackedPaths Paths() => new(OnDisk());

    /// <summary>Tells which of the tasks' input globs match no file: most likely they are misspelt.</summary>
    /// <param name="tracked">The paths of all tracked files.</param>
    /// <returns>The globs as they were written, in their order.</returns>
    public IReadOnlyList<string> FindInputsMatchingNothing(IEnumerable<RelativePath> tracked)
    {
        ArgumentNullException.ThrowIfNull(tracked);
        var left = Globs.TaskInputs.ToList();
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

    private static GlobPattern[] Compile(IReadOnlyList<string> globs)
    {
        ArgumentNullException.ThrowIfNull(globs);
        return [.. globs.Select(glob => GlobPattern.TryParse(glob, out var pattern, out var problem)
            ? pattern
            : throw new LorchException(new Diagnostic { Code = DiagnosticCode.InvalidGlob, Message = problem }))];
    }
}
