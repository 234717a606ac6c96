using Lorch.Core.Hashing;
using Lorch.Core.Json;
using Lorch.Core.Protocol;
using Lorch.Core.Receipts;
using Lorch.Core.Runs.Records;
using Lorch.Core.Snapshots.Index;
using Lorch.Core.Snapshots.Manifests;
using Lorch.Core.UpToDate;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Working;

/// <summary>Makes the record of a completed run.</summary>
internal sealed class CompletionRecorder(RunContext context)
{
    /// <summary>
    /// Makes the record from what the run proved. The inputs after it are computed, not scanned: an edit that nobody worked is never taken
    /// for done.
    /// </summary>
    public async Task<Completion> CreateAsync(OpenedRun run)
    {
        var history = run.Journal.History;
        var definition = history.Started!.Definition;
        var inputs = InputsOf(history.TaskId);
        var (artifacts, removals) = ProductsOf(run);
        var inputsAfter = await LeaveOutIgnoredAsync(
            inputs.After(run.Snapshot, artifacts.Select(artifact => artifact.ToArtifact()), removals));
        var after = KeyOf(history, Manifest.ComputeId(inputsAfter));
        return new Completion
        {
            TaskId = history.TaskId,
            TaskKey = after.Key,
            TaskKeyBefore = KeyOf(history, Manifest.ComputeId(inputs.Of(run.Snapshot))).Key,
            DefinitionSha256 = after.Definition,
            RunId = run.Journal.RunId,
            SnapshotId = history.SnapshotId,
            InputsAfter = after.Inputs,
            Artifacts = artifacts,
            Removed = removals,
            DependsOn = DefinitionTerms.DependsOn(definition),
            OutputsSha256 = OutputsDigest(artifacts.Select(artifact => artifact.ToArtifact()), removals),
            CompletedAt = context.Clock.GetUtcNow(),
            EditedMeanwhile = history.EditedMeanwhile() is { Count: > 0 } edited ? edited : null,
            Usage = history.Usage.IsEmpty ? null : history.Usage,
            Findings = Finding.Of(history) is { Count: > 0 } findings ? [.. findings.Select(finding => finding.ToRecord())] : null,
        };
    }

    /// <summary>Makes the record and makes it durable: in the ledger first, then in its files.</summary>
    public async Task<Completion> RecordAsync(OpenedRun run)
    {
        var completion = await CreateAsync(run);
        await run.Journal.NoteElementAsync(EventName.RunCompleted, ReceiptsJson.GetElement(completion), CancellationToken.None);
        if (completion.EditedMeanwhile is null)
        {
            await context.Stores.Completions.WriteAsync(completion, CancellationToken.None);
        }

        await run.Journal.NoteRecordedAsync();
        await run.Journal.SaveStateAsync(CancellationToken.None);
        return completion;
    }

    /// <summary>Finds which inputs changed while the run worked although no agent reported it.</summary>
    public async Task<IReadOnlyList<RelativePath>> UnreportedChangesAsync(OpenedRun run, Manifest now)
    {
        var (journal, inputs) = (run.Journal, InputsOf(run.Journal.TaskId));
        var expected = new ExpectedFiles(
            context.Graph,
            context.Stores.Receipts,
            context.Verifier,
            journal.RunId,
            journal.StartedAt,
            journal.History,
            run.Snapshot);
        var differences = (await expected.CompareAsync(now, CancellationToken.None)).Where(difference => difference.Explanation is null)
            .ToList();
        HashSet<RelativePath> before = differences.Count == 0 ? [] : [.. inputs.Of(run.Snapshot).Select(file => file.Path)];
        var mayBeEdited = context.Graph[journal.TaskId].Regenerate ? [] : expected.Since.Keys.ToHashSet();
        return [.. differences.Select(difference => difference.Path)
            .Where(path => (before.Contains(path) || inputs.Cover(path)) && !mayBeEdited.Contains(path))];
    }

    /// <summary>Finds which inputs others changed in the workspace since the snapshot that a run in a view stands on.</summary>
    public async Task<IReadOnlyList<RelativePath>> DriftAsync(OpenedRun run, Manifest now)
    {
        var (journal, inputs) = (run.Journal, InputsOf(run.Journal.TaskId));
        var expected = new ExpectedFiles(
            context.Graph,
            context.Stores.Receipts,
            context.Verifier,
            journal.RunId,
            journal.StartedAt,
            History.Empty.ApplyStart(journal.TaskId, journal.History.Started!),
            run.Snapshot);
        var own = journal.History.Products().Select(product => product.Artifact.Path).Concat(journal.History.Removals()).ToHashSet();
        var changed = (await expected.CompareAsync(now, CancellationToken.None))
            .Where(difference => difference.Explanation is null && !own.Contains(difference.Path))
            .Select(difference => difference.Path)
            .ToList();
        HashSet<RelativePath> before = changed.Count == 0 ? [] : [.. inputs.Of(run.Snapshot).Select(file => file.Path)];
        return [.. changed.Where(path => before.Contains(path) || inputs.Cover(path))];
    }

    /// <summary>Says that somebody else changed a file that the work rests on.</summary>
    public static Diagnostic ChangedMeanwhile(TaskId task, RelativePath path) => new()
    {
        Code = DiagnosticCode.InputChangedDuringRun,
        Severity = DiagnosticSeverity.Warning,
        Message = $"{path} changed while {task} ran, and no agent reported the change, so the results may not match it. "
            + "The task is stale: run it again with the current content.",
        File = path.ToString(),
    };

    /// <summary>What the run made and removed, and what earlier runs for the same snapshot did that it builds upon.</summary>
    private static (IReadOnlyList<CompletionArtifact> Artifacts, IReadOnlyList<RelativePath> Removed) ProductsOf(OpenedRun run)
    {
        var (products, removals) = (run.Journal.History.Products(), run.Journal.History.Removals());
        var own = products.Select(product => product.Artifact.Path).Concat(removals).ToHashSet();
        var carried = run.Carried.Where(explanation => !own.Contains(explanation.Path)).ToList();
        return (
            [
                .. products
                    .Concat(
                        carried.Where(explanation => explanation.Artifact is not null)
                            .Select(explanation => (Artifact: explanation.Artifact!, explanation.Step)))
                    .OrderBy(product => product.Artifact.Path)
                    .Select(product => new CompletionArtifact
                    {
                        Path = product.Artifact.Path,
                        Sha256 = product.Artifact.Sha256,
                        Size = product.Artifact.Size,
                        Step = product.Step,
                    }),
            ],
            [.. removals.Concat(carried.Where(explanation => explanation.Artifact is null).Select(explanation => explanation.Path))
                .Order()]);
    }

    /// <summary>
    /// Leaves out what came to be ignored during the run and is as it was: no snapshot holds it any more, and nobody changed it.
    /// </summary>
    private async Task<IReadOnlyList<ManifestFile>> LeaveOutIgnoredAsync(IReadOnlyList<ManifestFile> files)
    {
        var (tracked, left) = (context.Tracked.RulesNow.Paths(), new HashSet<RelativePath>());
        foreach (var file in files.Where(file => !tracked.Hold(file.Path)))
        {
            if (await context.Verifier.MeasureAsync(file.Path, CancellationToken.None) is Measurement.Measured(var artifact)
                && artifact.Sha256 == file.Sha256)
            {
                left.Add(file.Path);
            }
        }

        return left.Count == 0 ? files : [.. files.Where(file => !left.Contains(file.Path))];
    }

    /// <summary>The digest of what was made and removed, by which tasks that depend on it know it.</summary>
    public static Sha256Digest OutputsDigest(IEnumerable<Artifact> artifacts, IReadOnlyList<RelativePath> removed) =>
        CanonicalJson.Digest(JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WritePropertyName("artifacts");
            writer.WriteArtifacts(artifacts);
            writer.WriteStartArray("removed");
            foreach (var path in removed)
            {
                writer.WriteStringValue(path.ToString());
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }));

    private TaskInputs InputsOf(TaskId task) => context.InputsOf(context.Graph[task]);

    private TaskKey KeyOf(History history, SnapshotId inputs) =>
        TaskKey.Compute(history.TaskId, history.Started!.Definition, context.Agents.TeamOf(history.TaskId).Identities, inputs);
}
