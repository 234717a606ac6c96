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
            EditedMeanwhile = history.EditedMeanwhile() is { Count: > 0 } edited ? edited : null,
            Usage = history.Usage.IsEmpty ? null : history.Usage,
        };
    }

    /// <summary>Says that somebody else changed a file that the work rests on.</summary>
    public static Diagnostic ChangedMeanwhile(TaskId task, RelativePath path) => new()
    {
        Code = DiagnosticCode.InputChangedDuringRun,
        Severity = DiagnosticSeverity.Warning,
        Message = $"{path} changed while {task} was worked, and no agent reported it: the work may not fit it. "
            + "The task is stale now; run it again to have it worked with the file as it is.",
        File = path.ToString(),
    };

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
