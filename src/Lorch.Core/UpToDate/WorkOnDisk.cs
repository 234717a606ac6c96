using Lorch.Core.Protocol;
using Lorch.Core.Receipts;
using Lorch.Core.Snapshots.Manifests;
using Lorch.Core.Workflows;

namespace Lorch.Core.UpToDate;

/// <summary>Compares what a completion made with what the disk holds of it.</summary>
/// <remarks>People go on editing what was made, so that most of what differs is theirs. That the work isn't there at all, because another
/// branch is checked out or somebody took it back, is told by what the files held before.</remarks>
internal sealed class WorkOnDisk
{
    private readonly UpToDateFacts _facts;
    private readonly TaskDefinition _task;
    private readonly Completion _completion;
    private readonly Lazy<IReadOnlyList<Manifest>> _before;
    private readonly Lazy<IReadOnlyList<Receipt>> _otherReceipts;
    private readonly List<Trace> _traces;

    public WorkOnDisk(UpToDateFacts facts, TaskDefinition task, Completion completion)
    {
        (_facts, _task, _completion) = (facts, task, completion);
        _before = new Lazy<IReadOnlyList<Manifest>>(() => Sound.Of(
            facts.Completions(task.Id)
                .Where(earlier => earlier.RunId.CompareTo(completion.RunId) <= 0)
                .Select(earlier => earlier.SnapshotId)
                .Distinct(),
            facts.Manifests,
            []));
        _otherReceipts = new Lazy<IReadOnlyList<Receipt>>(
            () => [.. facts.Receipts(task.Id).Where(receipt => receipt.RunId != completion.RunId)]);
        _traces =
        [
            .. completion.Artifacts.Select(artifact => Look(artifact.Path, artifact.ToArtifact())),
            .. completion.Removed.Select(path => Look(path, null)),
        ];
    }

    /// <summary>
    /// Why the work doesn't count: for a task that regenerates its files whatever differs, else only what says that it isn't there.
    /// </summary>
    public IReadOnlyList<StaleReason> Reasons()
    {
        var differing = _traces.Where(trace => trace.Differs).ToList();
        if (_task.Regenerate)
        {
            return [.. differing.Select(AsReason)];
        }

        var lost = differing.Where(trace => IsLostOutput(trace) || IsOfALaterRun(trace)).ToList();
        return lost.Count > 0
            ? [.. lost.Select(AsReason)]
            : differing.Count > 0 && IsUndone() ? [.. differing.Where(IsUndone).Select(AsReason)] : [];
    }

    /// <summary>What differs although the work counts.</summary>
    public IEnumerable<DoneAlthough> Differences() => _traces.Where(trace => trace.Differs).Select(trace => trace switch
    {
        { Made: null } => DoneAlthough.Back(trace.Path),
        { Found: null } => DoneAlthough.Gone(trace.Path),
        _ => DoneAlthough.Edited(trace.Path),
    });

    private Trace Look(RelativePath path, Artifact? made)
    {
        var found = _facts.Disk.At(path);
        return new Trace(
            path,
            made,
            found,
            !Artifact.HaveSameContent(found, made) && !IsReplaced(path) && !(found is null && StaysBehind(path)));
    }

    /// <summary>Whether a path is a note that no clone holds: that it isn't there says nothing.</summary>
    private bool StaysBehind(RelativePath path) => DefinitionTerms.IsNote(_task.Id, path) && _facts.IsIgnored(path);

    /// <summary>
    /// Whether nothing of the work is there. Notes that agents leave beside it are none of it, as long as there is anything else.
    /// </summary>
    private bool IsUndone()
    {
        var work = _traces.Where(trace => !DefinitionTerms.IsNote(_task.Id, trace.Path)).ToList();
        return (work.Count > 0 ? work : _traces).All(IsUndone);
    }

    private bool IsUndone(Trace trace) => trace.Differs && (trace.Found is null ? !IsElsewhere(trace.Made!) : IsAsBefore(trace));

    /// <summary>
    /// Whether the path held before what it holds now. A tree that is older than the run can hold what was there before yet another task
    /// wrote the path.
    /// </summary>
    private bool IsAsBefore(Trace trace) =>
        _before.Value.Any(manifest => HadBefore(manifest, trace))
        || _otherReceipts.Value.Any(receipt => Makes(receipt, trace))
        || _facts.ReceiptsNaming(
            trace.Path).Any(receipt => receipt.RunId != _completion.RunId && receipt.CreatedAt <= _completion.CompletedAt
            && (Makes(receipt, trace) || (_facts.Manifests(receipt.SnapshotId) is { } manifest && HadBefore(manifest, trace))));

    private static bool HadBefore(Manifest manifest, Trace trace) => manifest.Find(trace.Path)?.Sha256 == trace.Found!.Sha256;

    private static bool Makes(Receipt receipt, Trace trace) =>
        receipt.Artifacts.Any(artifact => artifact.Path == trace.Path && Artifact.HaveSameContent(artifact, trace.Found));

    /// <summary>Whether what has to be there isn't. So does a note: whoever looks for it misses it, and one step makes it again.</summary>
    private bool IsLostOutput(Trace trace) =>
        trace is { Made: not null, Found: null }
        && (DefinitionTerms.IsNote(_task.Id, trace.Path)
            || _task.ExpectedOutputs.Any(output => output.Required && output.Path == trace.Path))
        && !IsElsewhere(trace.Made);

    /// <summary>Whether the task itself wrote the path later, for something else.</summary>
    private bool IsOfALaterRun(Trace trace) => _otherReceipts.Value.Any(receipt =>
        receipt.RunId.CompareTo(_completion.RunId) > 0
        && (trace.Found is null
            ? receipt.Removed.Contains(trace.Path)
            : receipt.Artifacts.Any(artifact => artifact.Path == trace.Path && Artifact.HaveSameContent(artifact, trace.Found))));

    /// <summary>Whether the content lies under another name by now, and not only in another file of the same work.</summary>
    private bool IsElsewhere(Artifact made) => _facts.Disk.Manifest.Files.Any(file =>
        file.Sha256 == made.Sha256
        && !_completion.Artifacts.Any(artifact => artifact.Path == file.Path)
        && !_before.Value.Any(manifest => manifest.Find(file.Path)?.Sha256 == made.Sha256));

    /// <summary>Whether a later receipt of another task says that the path is as the disk has it.
    /// A later receipt of the same task doesn't count: it is proof of other work. Nor does one of a task that this one
    /// depends on: what was built on top of its file is lost then.</summary>
    private bool IsReplaced(RelativePath path) =>
        _facts.Products.Value.TryGetValue(path, out var product)
        && product.TaskId != _task.Id
        && !_facts.Graph.DependsOn(_task.Id, product.TaskId)
        && product.RunId != _completion.RunId
        && product.CreatedAt >= _completion.CompletedAt
        && Artifact.HaveSameContent(_facts.Disk.At(path), product.Artifact);

    private StaleReason AsReason(Trace trace) => trace switch
    {
        { Made: null } => StaleReason.ArtifactBack(trace.Path),
        { Found: null } => StaleReason.ArtifactMissing(trace.Path),
        _ => _task.Regenerate ? StaleReason.ArtifactAltered(trace.Path) : StaleReason.WorkTakenBack(trace.Path),
    };

    /// <summary>What was made of a path, and what is there.</summary>
    private readonly record struct Trace(RelativePath Path, Artifact? Made, Artifact? Found, bool Differs);
}
