using System.Text.Json;
using Lorch.Core;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Runs.Records;
using Lorch.Core.Workflows;
using Lorch.Testing;

namespace Lorch.Crash.Tests;

/// <summary>What must hold of every workspace in which a task was completed, whatever came before.</summary>
internal sealed class WorkspaceInvariants(WorkspaceUnderTest workspace)
{
    public IEnumerable<string> Problems() =>
    [
        .. LeftOverFiles(),
        .. LedgersThatAreNone(),
        .. StepsWithoutReceipt(),
        .. Projections(),
    ];

    private IEnumerable<string> LeftOverFiles() => Directory
        .EnumerateFiles(workspace.Root, ".*.tmp.*", SearchOption.AllDirectories)
        .Select(file => $"{Path.GetFileName(file)} was left over");

    private IEnumerable<string> LedgersThatAreNone() => workspace.RunIds
        .Where(
            run => workspace.Ledger(run) is not [Event { Name: EventName.RunStarted }, ..]
                || File.ReadAllBytes(workspace.Layout.Ledger(run))[^1] != '\n')
        .Select(run => $"the ledger of {run} doesn't begin a run, or ends in a torn line");

    private IEnumerable<string> StepsWithoutReceipt() =>
        from run in workspace.RunIds
        from recorded in workspace.Ledger(run).OfType<Event>().Where(line => line.Name is EventName.StepRecorded)
        let receipt = SystemJson.Read<StepRecorded>(recorded.Payload!.Value).Receipt
        let path = Path.Join(workspace.Layout.StateRoot, receipt.Path)
        where !File.Exists(path) || Sha256Digest.Of(File.ReadAllBytes(path)) != receipt.Sha256
        select $"{run} records {receipt.Path}, which isn't there as it says";

    private IEnumerable<string> Projections()
    {
        var runs = new RunStateFile(workspace.Layout, workspace.Files, workspace.Clock).ReadIndex();
        var state = JsonSerializer.Deserialize(File.ReadAllBytes(workspace.Layout.RunState), RunsJson.Default.RunState)!;
        if (!runs.Select(run => run.RunId).SequenceEqual(workspace.RunIds))
        {
            yield return $"the index lists {string.Join(", ", runs.Select(run => run.RunId))}; there are {string.Join(", ", workspace.RunIds)}";
        }

        foreach (var run in runs.Where(run => run.Status != StatusOf(run.RunId)))
        {
            yield return $"the index says that {run.RunId} is {run.Status}; its ledger says {StatusOf(run.RunId)}";
        }

        if (state.RunId != workspace.RunIds[^1] || state.Status != StatusOf(state.RunId))
        {
            yield return $"the run state says that {state.RunId} is {state.Status}";
        }

        if (!File.Exists(workspace.Layout.Completion(TaskId.Parse("T-1"))))
        {
            yield return "there is no completion.json";
        }
    }

    private RunStatus StatusOf(RunId run) => workspace.Ledger(run)[^1] switch
    {
        Event { Name: EventName.RunCompleted or EventName.Recorded or EventName.Undone } => RunStatus.Completed,
        Event { Name: EventName.RunAborted or EventName.Accepted } => RunStatus.Aborted,
        Event { Name: EventName.RunStarted, Payload: { } started } when SystemJson.Read<RunStarted>(started).Purpose is not null =>
            RunStatus.Aborted,
        Event { Name: EventName.RunFailed } => RunStatus.Failed,
        _ => RunStatus.Running,
    };
}
