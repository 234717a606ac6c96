using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Receipts;
using Lorch.Core.Runs.Accepting;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Runs.Records;
using Lorch.Core.Runs.Verdicts;
using Lorch.Core.Snapshots.Manifests;
using Lorch.Core.UpToDate;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Housekeeping;

/// <summary>Finds, member by member and path by path, what differs from the completion that came nearest, and who changed it.</summary>
internal sealed class WhySurvey(RunContext context, WorkspaceLook look)
{
    /// <summary>Looks at tasks. Writes nothing.</summary>
    public static async Task<WhyReport> TakeAsync(RunContext context, IReadOnlyList<TaskId> tasks, CancellationToken cancellationToken)
    {
        var ordered = context.Graph.InOrder(tasks);
        var survey = new WhySurvey(context, await WorkspaceLook.TakeAsync(context, ordered, cancellationToken));
        var lines = new List<TaskWhy>();
        foreach (var task in ordered.Where(tasks.Contains))
        {
            lines.Add(await survey.OfAsync(context.Graph[task], cancellationToken));
        }

        return new WhyReport { Tasks = lines };
    }

    private async Task<TaskWhy> OfAsync(TaskDefinition task, CancellationToken cancellationToken)
    {
        var judgement = look.Of(task.Id);
        var completions = look.Completions[task.Id] is { Count: > 0 } own ? own : EarlierWork.OfSameWords(context, look, task.Id);
        var paths = completions.SelectMany(completion => WorkAsItIs.Paths(task, completion));
        var disk = look.Disk.With(await context.Verifier.MeasureBesidesAsync(look.Capture.Manifest, paths, cancellationToken));
        var isProposed = task.IsProposed || AgentProposals.Find(task.Id, look, context) is not null;
        var mustRun = !judgement.IsUpToDate && !isProposed;
        var why = new TaskWhy
        {
            TaskId = task.Id,
            State = isProposed
                ? "proposed"
                : judgement.IsUpToDate ? "up_to_date" : look.Completions[task.Id].Count == 0 ? "never_done" : "stale",
            Reasons = [.. judgement.Reasons.Select(reason => reason.Text)],
            Next = mustRun ? $"dotnet build -t:LorchRun -p:Task={task.Id}" : null,
            Accept = mustRun ? $"dotnet build -t:LorchAccept -p:Task={task.Id}" : null,
        };
        return (judgement.Answer ?? Nearest(completions, task, judgement, disk)) is { } completion
            ? Compare(why, task, judgement, completion, disk, cancellationToken)
            : why;
    }

    /// <summary>The completion for the same words if there is one, and of several the one whose work the disk holds most of.</summary>
    private Completion? Nearest(IReadOnlyList<Completion> completions, TaskDefinition task, Judgement judgement, DiskView disk)
    {
        var same = judgement.Definition is { } definition
            ? completions.Where(
                completion => SameWords.Asked(completion, task, definition, judgement.Key!, context.Agents.TeamOf(task.Id).Identities))
                .ToList()
            : [];
        return WorkAsItIs.Nearest(same.Count > 0 ? same : completions, disk);
    }

    private TaskWhy Compare(
        TaskWhy why,
        TaskDefinition task,
        Judgement judgement,
        Completion completion,
        DiskView disk,
        CancellationToken cancellationToken)
    {
        var started = RunRecord.TryReadStart(context.Layout, completion.RunId, cancellationToken);
        var inputs = Inputs(task, completion);
        HashSet<RelativePath> made = [.. completion.Artifacts.Select(artifact => artifact.Path), .. completion.Removed];
        List<(RelativePath Path, string Role, string Change)> changes =
        [
            .. completion.Artifacts.Where(artifact => !Artifact.HaveSameContent(disk.At(artifact.Path), artifact.ToArtifact()))
                .Select(artifact => (artifact.Path, "output", disk.At(artifact.Path) is null ? "removed" : "changed")),
            .. completion.Removed.Where(path => disk.At(path) is not null).Select(path => (path, "output", "added")),
            .. inputs.Changes.Where(change => !made.Contains(change.Path)).Select(change => (change.Path, "input", change.Change)),
        ];
        var stale = judgement.Reasons.Select(reason => reason.Path).OfType<RelativePath>().ToHashSet();
        return why with
        {
            ComparedWith = new ComparedCompletion
            {
                TaskId = completion.TaskId,
                RunId = completion.RunId,
                CompletedAt = completion.CompletedAt,
                AcceptedBy = completion.Accepted?.By,
            },
            Members = started is null ? [] : Members(task, judgement, started),
            Agents = started is null or { Purpose: RunPurpose.Accept } ? [] : Agents(task, judgement, started),
            Dependencies = Dependencies(task, completion),
            Paths = [.. changes.OrderBy(change => change.Path).Select(change => new PathWhy
            {
                Path = change.Path,
                Role = change.Role,
                Change = change.Change,
                By = ChangedBy(change.Path, disk),
                MakesStale = stale.Contains(change.Path),
            })],
            UnchangedInputs = inputs.Unchanged,
            UnchangedOutputs = completion.Artifacts.Count(
                artifact => Artifact.HaveSameContent(disk.At(artifact.Path), artifact.ToArtifact())),
        };
    }

    private (IReadOnlyList<(RelativePath Path, string Change)> Changes, int Unchanged) Inputs(TaskDefinition task, Completion completion)
    {
        var inputs = context.InputsOf(task);
        if (!inputs.AreDeclared || Sound.Of([completion.SnapshotId], context.Stores.Manifests.TryLoad, []) is not [var manifest])
        {
            return ([], 0);
        }

        var before = inputs.After(manifest, completion.Artifacts.Select(artifact => artifact.ToArtifact()), completion.Removed);
        var difference = ManifestDifference.Between(before, inputs.Of(look.Disk.Manifest));
        return (
            [
                .. difference.Changed.Select(path => (path, "changed")),
                .. difference.Added.Select(path => (path, "added")),
                .. difference.Removed.Select(path => (path, "removed")),
            ],
            before.Count - difference.Changed.Count - difference.Removed.Count);
    }

    private static IReadOnlyList<MemberWhy> Members(TaskDefinition task, Judgement judgement, RunStarted started)
    {
        var (before, now) = (started.Definition, task.Members);
        var asked = judgement.IsUpToDate ? [] : DefinitionTerms.AskedDifferences(before, now);
        return
        [
            .. DefinitionTerms.Differences(before, now).Where(name => name != DefinitionTerms.DependsOnMember).Select(name => new MemberWhy
            {
                Name = name,
                Before = before.TryGetProperty(name, out var then) ? then : null,
                Now = now.TryGetProperty(name, out var today) ? today : null,
                MakesStale = asked.Contains(name),
            }),
        ];
    }

    private IReadOnlyList<AgentWhy> Agents(TaskDefinition task, Judgement judgement, RunStarted started) =>
    [
        .. from type in started.Agents.Keys.Union(context.Agents.TeamOf(task.Id).Digests.Keys).Order()
           where DigestOf(started.Agents, type) != DigestOf(context.Agents.TeamOf(task.Id).Digests, type)
           select new AgentWhy { AgentType = type, MakesStale = task.Regenerate && !judgement.IsUpToDate },
    ];

    private static Sha256Digest? DigestOf<T>(IReadOnlyDictionary<T, Sha256Digest> digests, T key)
        where T : notnull => digests.TryGetValue(key, out var digest) ? digest : null;

    private IReadOnlyList<DependencyWhy> Dependencies(TaskDefinition task, Completion completion) =>
    [
        .. from id in task.DependsOn.Union(completion.DependsOn.Keys).Order()
           let before = DigestOf(completion.DependsOn, id)
           let now = task.DependsOn.Contains(id) ? look.Of(id).Answer?.OutputsSha256 : null
           where before != now
           select new DependencyWhy
           {
               TaskId = id,
               Before = before,
               Now = now,
               MakesStale = task.DependsOn.Contains(id) && (now is null || before is not null)
           },
    ];

    /// <summary>The task whose newest receipt of a path says what the disk holds there; <see langword="null"/> for a person.</summary>
    private ChangedBy? ChangedBy(RelativePath path, DiskView disk) =>
        look.Receipts.Products.TryGetValue(path, out var product) && Artifact.HaveSameContent(disk.At(path), product.Artifact)
            ? new ChangedBy { TaskId = product.TaskId, RunId = product.RunId }
            : null;
}
