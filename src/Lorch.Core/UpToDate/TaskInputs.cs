using Lorch.Core.Globs;
using Lorch.Core.Protocol;
using Lorch.Core.Snapshots.Index;
using Lorch.Core.Snapshots.Manifests;
using Lorch.Core.Snapshots.Tracking;
using Lorch.Core.Workflows;

namespace Lorch.Core.UpToDate;

/// <summary>The tracked files that a task is about: those that its globs match, none if it has none.</summary>
internal sealed class TaskInputs
{
    private readonly TrackingRules _tracking;
    private readonly IReadOnlyList<GlobPattern>? _globs;
    private readonly TrackingRules? _asRules;

    public TaskInputs(TaskDefinition task, TrackingRules tracking)
    {
        _tracking = tracking;
        _globs = task.Inputs is { Count: > 0 } inputs ? [.. inputs.Select(GlobPattern.Parse)] : null;
        _asRules = task.Inputs is { Count: > 0 } globs ? new TrackingRules(globs, [], []) : null;
    }

    /// <summary>Whether the task declares what it is about.</summary>
    public bool AreDeclared => _globs is not null;

    /// <summary>Whether the file at a path, if there is one, is among the inputs today.</summary>
    public bool Cover(RelativePath path) => Match(path) && _tracking.IsTracked(path);

    /// <summary>Whether a glob names the path, tracked or not.</summary>
    public bool Match(RelativePath path)
    {
        // Most globs name a folder, and most paths lie in another.
        var text = path.ToString();
        return _globs is not null && _globs.Any(glob => text.StartsWith(glob.FixedFolder, StringComparison.Ordinal) && glob.IsMatch(text));
    }

    /// <summary>Gives those of sorted things whose paths a glob names, tracked or not.</summary>
    /// <inheritdoc cref="SortedPaths.Near"/>
    public IEnumerable<T> MatchAmong<T>(IReadOnlyList<T> things, Func<T, RelativePath> pathOf) =>
        SortedPaths.Near(things, pathOf, _globs ?? []).Where(thing => Match(pathOf(thing)));

    /// <summary>The inputs among a snapshot's files, whatever is ignored today.</summary>
    public IReadOnlyList<ManifestFile> Of(Manifest manifest) =>
        _asRules is null ? [] : FileSelection.Of(manifest.Files, _tracking, _asRules);

    /// <summary>The inputs after work: those of a snapshot, with what was produced and removed applied.</summary>
    public IReadOnlyList<ManifestFile> After(Manifest manifest, IEnumerable<Artifact> produced, IEnumerable<RelativePath> removed)
    {
        var files = new SortedDictionary<RelativePath, ManifestFile>(Of(manifest).ToDictionary(file => file.Path));
        foreach (var artifact in produced.Where(artifact => Cover(artifact.Path)))
        {
            files[artifact.Path] = new ManifestFile
            {
                Path = artifact.Path,
                Sha256 = artifact.Sha256,
                Size = artifact.Size,
                Mtime = manifest.CreatedAt,
            };
        }

        foreach (var path in removed)
        {
            files.Remove(path);
        }

        return [.. files.Values];
    }
}
