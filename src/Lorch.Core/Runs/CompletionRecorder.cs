using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Receipts;
using Lorch.Core.Snapshots;
using Lorch.Core.UpToDate;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs;

/// <summary>Makes the record of a completed run.</summary>
internal sealed class CompletionRecorder(RunServices services)
{
    /// <summary>Makes the record from what the run proved. The inputs after it are computed, not scanned: an edit that nobody worked is never taken for done.</summary>
    public Completion Create(RunId runId, History history, Manifest before)
    {
        var definition = history.Started!.Definition;
        var inputs = InputsOf(history.TaskId);
        var (products, removals) = (history.Products(), history.Removals());
        var after = KeyOf(history, Manifest.ComputeId(inputs.After(before, products.Select(product => product.Artifact), removals)));
        return new Completion
        {
            TaskId = history.TaskId,
            TaskKey = after.Key,
            TaskKeyBefore = KeyOf(history, Manifest.ComputeId(inputs.Of(before))).Key,
            DefinitionSha256 = after.Definition,
            RunId = runId,
            SnapshotId = history.Started.SnapshotId,
            InputsAfter = after.Inputs,
            Artifacts =
            [
                .. products.Select(product => new CompletionArtifact
                {
                    Path = product.Artifact.Path,
                    Sha256 = product.Artifact.Sha256,
                    Size = product.Artifact.Size,
                    Step = product.Step,
                }),
            ],
            Removed = removals,
            DependsOn = DefinitionTerms.DependsOn(definition),
            OutputsSha256 = OutputsDigest(products.Select(product => product.Artifact), removals),
            CompletedAt = services.Clock.GetUtcNow(),
            Usage = history.Usage.IsEmpty ? null : history.Usage,
        };
    }

    /// <summary>Says which inputs changed while the run worked although no agent reported it.</summary>
    public IReadOnlyList<Diagnostic> UnreportedChanges(History history, Manifest before, Manifest now)
    {
        var inputs = InputsOf(history.TaskId);
        var after = inputs.After(before, history.Products().Select(product => product.Artifact), history.Removals());
        var difference = ManifestDifference.Between(after, inputs.Of(now));
        return
        [
            .. difference.Changed.Concat(difference.Added).Concat(difference.Removed).Order().Select(path => new Diagnostic
            {
                Code = DiagnosticCode.InputChangedDuringRun,
                Severity = DiagnosticSeverity.Warning,
                Message = $"{path} changed while {history.TaskId} was worked, and no agent reported it: the work may not fit it. "
                    + "The task is stale now; run it again to have it worked with the file as it is.",
                File = path.ToString(),
            }),
        ];
    }

    private static Sha256Digest OutputsDigest(IEnumerable<Artifact> artifacts, IReadOnlyList<RelativePath> removed) =>
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

    private TaskInputs InputsOf(TaskId task) => services.InputsOf(services.Graph[task]);

    private TaskKey KeyOf(History history, SnapshotId inputs) =>
        TaskKey.Compute(history.TaskId, history.Started!.Definition, services.AgentIdentities, inputs);
}
