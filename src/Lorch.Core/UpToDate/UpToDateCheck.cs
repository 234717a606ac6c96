using System.Text.Json;
using Lorch.Core.Agents;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Receipts;
using Lorch.Core.Snapshots.Index;
using Lorch.Core.Snapshots.Manifests;
using Lorch.Core.Tools;
using Lorch.Core.Workflows;

namespace Lorch.Core.UpToDate;

/// <summary>Says whether a task may be skipped, and why not. Content decides, never time.</summary>
internal sealed class UpToDateCheck(UpToDateFacts facts)
{
    private const int MaxCompared = 20;

    private readonly Dictionary<string, (IReadOnlyList<ManifestFile> Files, SnapshotId Id)> _onDisk = [];

    /// <summary>Judges tasks.</summary>
    /// <param name="tasks">The tasks; each stands behind those that it depends on.</param>
    public IReadOnlyList<Judgement> Judge(IReadOnlyList<TaskId> tasks)
    {
        var judgements = new Dictionary<TaskId, Judgement>();
        foreach (var id in tasks)
        {
            judgements[id] = Judge(facts.Graph[id], judgements);
        }

        return [.. tasks.Select(id => judgements[id])];
    }

    private Judgement Judge(TaskDefinition task, Dictionary<TaskId, Judgement> judgements)
    {
        var inputs = facts.InputsOf(task);
        var (onDisk, id) = OnDisk(task, inputs);
        var judgement = new Judgement { TaskId = task.Id, Inputs = id };
        var open = task.DependsOn.Where(id => !judgements[id].IsUpToDate).ToList();
        if (open.Count > 0)
        {
            return judgement with { Reasons = [.. open.Select(id => new StaleReason($"{id}, which it depends on, isn't up to date"))] };
        }

        var definition = DefinitionTerms.Create(task, task.DependsOn.ToDictionary(id => id, id => judgements[id].Answer!.OutputsSha256));
        var key = TaskKey.Compute(task.Id, definition, facts.Team(task.Id).Identities, judgement.Inputs);
        judgement = judgement with { Definition = definition, Key = key };
        var (reasons, isByInputsAlone) = (new List<StaleReason>(), false);
        var damage = facts.Damage(task.Id).ToList();
        foreach (var completion in Candidates(task, definition, key))
        {
            var ofInputs = completion.TaskKey == key.Key ? [] : InputReasons(completion, task, inputs, onDisk, damage);
            var work = new WorkOnDisk(facts, task, completion);
            List<StaleReason> others = [
                .. DependencyReasons(completion.DependsOn, DefinitionTerms.DependsOn(definition)),
                .. work.Reasons()
            ];
            if (ofInputs.Count + others.Count == 0)
            {
                return judgement with
                {
                    Answer = completion,
                    Although = [.. work.Differences(), .. DefinitionDifferences(completion, definition)]
                };
            }

            if (reasons.Count == 0)
            {
                (reasons, isByInputsAlone) = (NamingLineEnds([.. ofInputs, .. others], completion), others.Count == 0);
            }
        }

        if (damage.Count > 0)
        {
            return judgement with { Damage = damage, Reasons = [.. damage.Select(StaleReason.Damaged), .. reasons] };
        }

        var edits = EditReasons(task.Id);
        return judgement with
        {
            Reasons = [.. edits, .. reasons.Count > 0 || edits.Count > 0 ? reasons : DefinitionReasons(task, definition)],
            IsStaleByInputsAlone = isByInputsAlone && edits.Count == 0,
            IsStaleByWordsAlone = reasons.Count == 0 && edits.Count == 0 && DiffersByWordsAlone(task, definition, inputs, onDisk),
        };
    }

    /// <summary>Whether all but what is asked for is as it was when the task was last done.</summary>
    private bool DiffersByWordsAlone(TaskDefinition task, JsonElement definition, TaskInputs inputs, IReadOnlyList<ManifestFile> onDisk) =>
        facts.Completions(task.Id) is [.., var last]
        && !(task.Regenerate && facts.StartOf(last.RunId) is { } started && ChangedAgents(task.Id, started).Any())
        && InputReasons(last, task, inputs, onDisk, []).Count == 0
        && !DependencyReasons(last.DependsOn, DefinitionTerms.DependsOn(definition)).Any()
        && new WorkOnDisk(facts, task, last).Reasons().Count == 0;

    /// <summary>A task's inputs as they are. Many tasks are about the same files.</summary>
    private (IReadOnlyList<ManifestFile> Files, SnapshotId Id) OnDisk(TaskDefinition task, TaskInputs inputs)
    {
        var globs = string.Join('\n', task.Inputs ?? []);
        if (!_onDisk.TryGetValue(globs, out var known))
        {
            var files = inputs.Of(facts.Disk.Manifest);
            _onDisk.Add(globs, known = (files, Manifest.ComputeId(files)));
        }

        return known;
    }

    /// <summary>Why work that is newer than any completion doesn't count.</summary>
    private List<StaleReason> EditReasons(TaskId task)
    {
        var receipts = facts.Receipts(task);
        var latest = receipts.Count == 0 ? default(RunId?) : receipts[^1].RunId;
        return latest is not { } run || facts.Completions(task).Any(completion => completion.RunId.CompareTo(run) >= 0)
            ? []
            : [.. receipts.Where(receipt => receipt.RunId == run)
                .SelectMany(receipt => receipt.EditedMeanwhile ?? [])
                .Distinct()
                .Order()
                .Select(path => StaleReason.EditedMeanwhile(path, run))];
    }

    /// <summary>The completion of what is on disk, then the others for which the same was asked, the newest first.</summary>
    private IEnumerable<Completion> Candidates(TaskDefinition task, JsonElement definition, TaskKey key)
    {
        var completions = facts.Completions(task.Id)
            .Where(completion => SameWords.Asked(completion, task, definition, key, facts.Team(task.Id).Identities))
            .Reverse()
            .ToList();
        return completions.Where(completion => completion.TaskKey == key.Key)
            .Concat(completions.Where(completion => completion.TaskKey != key.Key));
    }

    private List<StaleReason> InputReasons(
        Completion completion,
        TaskDefinition task,
        TaskInputs inputs,
        IReadOnlyList<ManifestFile> onDisk,
        List<Diagnostic> damage)
    {
        if (!inputs.AreDeclared)
        {
            return [];
        }

        var known = damage.Count;
        if (Sound.Of([completion.SnapshotId], facts.Manifests, damage) is not [var manifest])
        {
            return damage.Count > known
                ? [StaleReason.Damaged(damage[^1])]
                : [new StaleReason($"the manifest of {completion.SnapshotId}, which it was last completed with, is gone")];
        }

        var after = inputs.After(manifest, completion.Artifacts.Select(artifact => artifact.ToArtifact()), completion.Removed);
        var difference = ManifestDifference.Between(after, onDisk);
        return
        [
            .. difference.Changed.Where(Counts).Select(StaleReason.Changed),
            .. difference.Added.Where(Counts).Select(StaleReason.Added),
            .. difference.Removed.Where(Counts).Select(StaleReason.Removed),
        ];

        bool Counts(RelativePath path) => !IsExplained(path, task) && (task.Regenerate || !IsWork(path, completion));
    }

    /// <summary>Says of files that a checkout converted that it did, before all else: then nobody changed anything.</summary>
    private List<StaleReason> NamingLineEnds(List<StaleReason> reasons, Completion completion)
    {
        var before = new Lazy<Manifest?>(() => Sound.Of([completion.SnapshotId], facts.Manifests, []) is [var manifest] ? manifest : null);
        var named = reasons.Take(
            MaxCompared).Select(reason => reason.IsChange
                && ContentOf(reason.Path!.Value) is { } digest
                && facts.DiffersByLineEnds(reason.Path.Value, digest)
            ? StaleReason.LineEndsChanged(reason.Path.Value)
            : reason).Concat(reasons.Skip(MaxCompared)).ToList();
        return named.Count(reason => !reasons.Contains(reason)) is var count and > 0 ? [StaleReason.Converted(count), .. named] : reasons;

        // What the completion says that the file held.
        Sha256Digest? ContentOf(RelativePath path) =>
            completion.Artifacts.LastOrDefault(artifact => artifact.Path == path)?.Sha256 ?? before.Value?.Find(path)?.Sha256;
    }

    /// <summary>
    /// Whether another task left the path as it is. A task that regenerates its files follows others, but those that come after it.
    /// </summary>
    private bool IsExplained(RelativePath path, TaskDefinition task) =>
        facts.Products.Value.TryGetValue(path, out var product)
        && product.TaskId != task.Id
        && Artifact.HaveSameContent(facts.Disk.At(path), product.Artifact)
        && (!task.Regenerate || facts.Graph.DependsOn(product.TaskId, task.Id));

    /// <summary>
    /// Whether the path is what the task made, which people may edit, and not what it was asked by: a specification stays that, whoever
    /// mends it.
    /// </summary>
    private bool IsWork(RelativePath path, Completion completion)
    {
        if (completion.Removed.Contains(path))
        {
            return true;
        }

        return completion.Artifacts.FirstOrDefault(artifact => artifact.Path == path) is { } made
            && !WorkAsItIs.IsSpecification(made, facts.Receipts(completion.TaskId));
    }

    private List<StaleReason> DefinitionReasons(TaskDefinition task, JsonElement definition)
    {
        var completions = facts.Completions(task.Id);
        if (completions.Count == 0)
        {
            return [new StaleReason("it has never been completed")];
        }

        if (facts.StartOf(completions[^1].RunId) is not { } started)
        {
            return [new StaleReason(
                task.Regenerate ? "its definition or its agents changed" : "its goal, parameters or expected outputs changed")];
        }

        var agents = task.Regenerate
            ? ChangedAgents(
                task.Id,
                started).Select(type => new StaleReason($"its {type.WireName} {HowItChanged(type, facts.Team(task.Id), started)}"))
            : [];
        List<StaleReason> reasons =
        [
            .. DefinitionTerms.AskedDifferences(started.Definition, definition).SelectMany(name => name == DefinitionTerms.DependsOnMember
                ? DependencyReasons(started.Definition, definition)
                : [new StaleReason($"its {name} changed")]),
            .. agents,
        ];
        return reasons.Count > 0 ? reasons : [new StaleReason("its definition or its agents changed")];
    }

    /// <summary>What was said of the task and its agents otherwise when it was worked, as far as its ledger tells.</summary>
    private IEnumerable<DoneAlthough> DefinitionDifferences(Completion completion, JsonElement definition) =>
        facts.StartOf(completion.RunId) is not { } started
            ? []
            : DefinitionTerms.Differences(started.Definition, definition).Select(DoneAlthough.MemberChanged)
                .Concat(
                    (started.Purpose is RunPurpose.Accept
                        ? []
                        : ChangedAgents(
                            completion.TaskId,
                            started)).Select(
                                type => DoneAlthough.OtherAgent(
                                    type,
                                    started.Agents.ContainsKey(type),
                                    facts.Team(completion.TaskId).Members.ContainsKey(type))));

    /// <summary>The agents that are others than when a run started, came, or went.</summary>
    private IEnumerable<AgentType> ChangedAgents(TaskId task, RunStarted started)
    {
        var now = facts.Team(task).Digests;
        return started.Agents.Keys.Union(now.Keys)
            .Order()
            .Where(type => !started.Agents.TryGetValue(type, out var then) || !now.TryGetValue(type, out var digest) || then != digest);
    }

    private static string HowItChanged(AgentType type, AgentTeam now, RunStarted started) =>
        !now.Identities.TryGetValue(type, out var identity) ? "is gone"
        : !started.Agents.ContainsKey(type) ? "is new"
        : $"changed{PromptsOf(identity, started)}";

    private static string PromptsOf(JsonElement identity, RunStarted started) =>
        started.Prompts is { } before && PromptIdentities.Differences(before, PromptIdentities.Of([identity])) is { Count: > 0 } changed
            ? $" ({string.Join(", ", changed)})"
            : "";

    /// <summary>Which of the tasks that it depended on before made something else since.</summary>
    private static IEnumerable<StaleReason> DependencyReasons(
        IReadOnlyDictionary<TaskId, Sha256Digest> before,
        IReadOnlyDictionary<TaskId, Sha256Digest> now) =>
        from dependency in now
        where before.TryGetValue(dependency.Key, out var then) && then != dependency.Value
        orderby dependency.Key.ToString()
        select new StaleReason($"{dependency.Key}, which it depends on, has other outputs");

    private static IEnumerable<StaleReason> DependencyReasons(JsonElement before, JsonElement after)
    {
        var (old, current) = (DefinitionTerms.DependsOn(before), DefinitionTerms.DependsOn(after));
        return
        [
            .. DependencyReasons(old, current),
            .. current.Keys.Except(old.Keys).Select(id => new StaleReason($"it now depends on {id}")),
            .. old.Keys.Except(current.Keys).Select(id => new StaleReason($"it no longer depends on {id}")),
        ];
    }
}
