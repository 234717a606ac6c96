using System.Text.Json;
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
        var onDisk = inputs.Of(facts.Disk.Manifest);
        var judgement = new Judgement { TaskId = task.Id, Inputs = Manifest.ComputeId(onDisk) };
        var open = task.DependsOn.Where(id => !judgements[id].IsUpToDate).ToList();
        if (open.Count > 0)
        {
            return judgement with { Reasons = [.. open.Select(id => new StaleReason($"{id}, which it depends on, isn't up to date"))] };
        }

        var definition = DefinitionTerms.Create(task, task.DependsOn.ToDictionary(id => id, id => judgements[id].Answer!.OutputsSha256));
        var key = TaskKey.Compute(task.Id, definition, facts.Agents, judgement.Inputs);
        judgement = judgement with { Definition = definition, Key = key };
        var reasons = new List<StaleReason>();
        var damage = facts.Damage(task.Id).ToList();
        foreach (var completion in Candidates(task.Id, key))
        {
            var problems = completion.TaskKey == key.Key ? [] : InputReasons(completion, task, inputs, onDisk, damage);
            problems = [.. problems, .. ArtifactReasons(completion)];
            if (problems.Count == 0)
            {
                return judgement with { Answer = completion };
            }

            reasons = reasons.Count == 0 ? NamingLineEnds(problems, completion) : reasons;
        }

        if (damage.Count > 0)
        {
            return judgement with { Damage = damage, Reasons = [.. damage.Select(StaleReason.Damaged), .. reasons] };
        }

        var edits = EditReasons(task.Id);
        return judgement with
        {
            Reasons = [.. edits, .. reasons.Count > 0 || edits.Count > 0 ? reasons : DefinitionReasons(task.Id, definition)],
        };
    }

    /// <summary>Why work that is newer than any completion doesn't count.</summary>
    private List<StaleReason> EditReasons(TaskId task)
    {
        var receipts = facts.Receipts(task);
        var latest = receipts.Count == 0 ? default(RunId?) : receipts[^1].RunId;
        return latest is not { } run || facts.Completions(task).Any(completion => completion.RunId.CompareTo(run) >= 0)
            ? []
            : [.. receipts.Where(receipt => receipt.RunId == run).SelectMany(receipt => receipt.EditedMeanwhile ?? []).Distinct().Order().Select(path => StaleReason.EditedMeanwhile(path, run))];
    }

    /// <summary>The completion of what is on disk, then those with the same definition, the newest first.</summary>
    private IEnumerable<Completion> Candidates(TaskId task, TaskKey key)
    {
        var completions = facts.Completions(task).Where(completion => completion.DefinitionSha256 == key.Definition).Reverse().ToList();
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
        var known = damage.Count;
        if (Sound.Of([completion.SnapshotId], facts.Manifests, damage) is not [var manifest])
        {
            return damage.Count > known ? [StaleReason.Damaged(damage[^1])] : [new StaleReason($"the manifest of {completion.SnapshotId}, which it was last completed with, is gone")];
        }

        var after = inputs.After(manifest, completion.Artifacts.Select(artifact => artifact.ToArtifact()), completion.Removed);
        var difference = ManifestDifference.Between(after, onDisk);
        return
        [
            .. difference.Changed.Where(path => !IsExplained(path, task, inputs)).Select(StaleReason.Changed),
            .. difference.Added.Where(path => !IsExplained(path, task, inputs)).Select(StaleReason.Added),
            .. difference.Removed.Where(path => !IsExplained(path, task, inputs)).Select(StaleReason.Removed),
        ];
    }

    /// <summary>Says of files that a checkout converted that it did, before all else: then nobody changed anything.</summary>
    private List<StaleReason> NamingLineEnds(List<StaleReason> reasons, Completion completion)
    {
        var before = new Lazy<Dictionary<RelativePath, Sha256Digest>>(() => ContentOf(completion));
        var named = reasons.Take(MaxCompared).Select(reason => reason.IsChange && before.Value.TryGetValue(reason.Path!.Value, out var digest) && facts.DiffersByLineEnds(reason.Path.Value, digest)
            ? StaleReason.LineEndsChanged(reason.Path.Value)
            : reason).Concat(reasons.Skip(MaxCompared)).ToList();
        return named.Count(reason => !reasons.Contains(reason)) is var count and > 0 ? [StaleReason.Converted(count), .. named] : reasons;
    }

    /// <summary>What a completion says that files held.</summary>
    private Dictionary<RelativePath, Sha256Digest> ContentOf(Completion completion)
    {
        var files = Sound.Of([completion.SnapshotId], facts.Manifests, []) is [var manifest] ? manifest.Files.ToDictionary(file => file.Path, file => file.Sha256) : [];
        foreach (var artifact in completion.Artifacts)
        {
            files[artifact.Path] = artifact.Sha256;
        }

        return files;
    }

    /// <summary>Whether another task legitimately left the path as it is.</summary>
    private bool IsExplained(RelativePath path, TaskDefinition task, TaskInputs inputs) =>
        facts.Products.Value.TryGetValue(path, out var product)
        && product.TaskId != task.Id
        && Artifact.HaveSameContent(facts.Disk.At(path), product.Artifact)
        && (!inputs.AreDeclared || facts.Graph.DependsOn(product.TaskId, task.Id));

    private List<StaleReason> ArtifactReasons(Completion completion)
    {
        var reasons = new List<StaleReason>();
        foreach (var artifact in completion.Artifacts)
        {
            var found = facts.Disk.At(artifact.Path);
            if (!Artifact.HaveSameContent(found, artifact.ToArtifact()) && !IsReplaced(artifact.Path, completion))
            {
                reasons.Add(found is null ? StaleReason.ArtifactMissing(artifact.Path) : StaleReason.ArtifactAltered(artifact.Path));
            }
        }

        reasons.AddRange(completion.Removed
            .Where(path => facts.Disk.At(path) is not null && !IsReplaced(path, completion))
            .Select(StaleReason.ArtifactBack));
        return reasons;
    }

    /// <summary>Whether a later receipt of another task says that the path is as the disk has it.
    /// A later receipt of the same task doesn't count: it is proof of work for other inputs. Nor does one of a task that this one
    /// depends on: what was built on top of its file is lost then.</summary>
    private bool IsReplaced(RelativePath path, Completion completion) =>
        facts.Products.Value.TryGetValue(path, out var product)
        && product.TaskId != completion.TaskId
        && !facts.Graph.DependsOn(completion.TaskId, product.TaskId)
        && product.RunId.CompareTo(completion.RunId) > 0
        && Artifact.HaveSameContent(facts.Disk.At(path), product.Artifact);

    private List<StaleReason> DefinitionReasons(TaskId task, JsonElement definition)
    {
        var completions = facts.Completions(task);
        if (completions.Count == 0)
        {
            return [new StaleReason("it has never been completed")];
        }

        if (facts.StartOf(completions[^1].RunId) is not { } started)
        {
            return [new StaleReason("its definition or its agents changed")];
        }

        var agents = facts.Agents
            .Where(agent => started.Agents.GetValueOrDefault(agent.Key) != CanonicalJson.Digest(agent.Value))
            .Select(agent => new StaleReason($"its {agent.Key.WireName} changed{PromptsOf(agent.Value, started)}"));
        List<StaleReason> reasons =
        [
            .. DefinitionTerms.Differences(started.Definition, definition)
                .SelectMany(name => name == DefinitionTerms.DependsOnMember ? DependencyReasons(started.Definition, definition) : [new StaleReason($"its {name} changed")]),
            .. agents,
        ];
        return reasons.Count > 0 ? reasons : [new StaleReason("its definition or its agents changed")];
    }

    private static string PromptsOf(JsonElement identity, RunStarted started) =>
        started.Prompts is { } before && PromptIdentities.Differences(before, PromptIdentities.Of([identity])) is { Count: > 0 } changed
            ? $" ({string.Join(", ", changed)})"
            : "";

    private static IEnumerable<StaleReason> DependencyReasons(JsonElement before, JsonElement after)
    {
        var (old, current) = (DefinitionTerms.DependsOn(before), DefinitionTerms.DependsOn(after));
        return old.Keys.Union(current.Keys).OrderBy(id => id.ToString(), StringComparer.Ordinal).SelectMany<TaskId, StaleReason>(id =>
            (old.TryGetValue(id, out var then), current.TryGetValue(id, out var now)) switch
            {
                (false, _) => [new StaleReason($"it now depends on {id}")],
                (_, false) => [new StaleReason($"it no longer depends on {id}")],
                _ => then == now ? [] : [new StaleReason($"{id}, which it depends on, has other outputs")],
            });
    }
}
