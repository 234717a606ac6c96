using System.Text.Json;
using Lorch.Core.Ledgers;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Receipts;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Records;

/// <summary>A run that is over, as the first and the last line of its ledger tell it.</summary>
/// <param name="Entry">The run.</param>
/// <param name="Ledger">The ledger's path.</param>
/// <param name="Ending">What ended it.</param>
/// <param name="IsRecorded">Whether its ledger says that the files of its completion were durable.</param>
internal sealed record EndedRun(RunIndexEntry Entry, string Ledger, Event Ending, bool IsRecorded)
{
    /// <summary>Reads what was completed.</summary>
    /// <returns>The record; <see langword="null"/> for a run that was aborted, or undid another.</returns>
    /// <exception cref="LorchException">The last line doesn't tell.</exception>
    public Completion? ReadCompletion()
    {
        if (Ending.Name is not EventName.RunCompleted)
        {
            return null;
        }

        try
        {
            var completion = ReceiptsJson.ReadCompletion(Ending.Payload ?? throw new JsonException("there is no payload"));
            return completion.TaskId == Entry.TaskId && completion.RunId == Entry.RunId
                ? completion
                : throw new JsonException($"it completes {completion.RunId} of {completion.TaskId}");
        }
        catch (JsonException exception)
        {
            using var file = new LedgerFile(Ledger);
            throw file.Damaged(LedgerReader.Read(Ledger, CancellationToken.None).Last().LineNumber, exception.Message.TrimEnd('.'));
        }
    }

    /// <summary>Reads a ledger's two ends.</summary>
    /// <returns>The run; <see langword="null"/> if it isn't over, or the whole ledger must be read to tell.</returns>
    public static EndedRun? Read(string ledger, RunId runId)
    {
        var last = LedgerReader.ReadLast(ledger, 2, out var isMerged);
        var isRecorded = last is [Event { Name: EventName.Recorded }, ..];
        if (isMerged
            || last.Skip(isRecorded ? 1 : 0).FirstOrDefault()
                is not Event { Name: EventName.RunCompleted or EventName.RunAborted or EventName.Undone } ending
            || LedgerReader.Read(ledger, CancellationToken.None)
                .FirstOrDefault() is not { Message: Event { Name: EventName.RunStarted, Payload: { } payload } first }
            || TryReadStart(payload) is not { } started
            || started.RunId != runId
            || first.TaskId != ending.TaskId)
        {
            return null;
        }

        return new EndedRun(
            new RunIndexEntry
            {
                RunId = runId,
                TaskId = first.TaskId,
                Status = ending.Name is EventName.RunAborted ? RunStatus.Aborted : RunStatus.Completed,
                SnapshotId = started.SnapshotId,
                StartedAt = first.OccurredAt,
                CompletedAt = ending.OccurredAt,
            },
            ledger,
            ending,
            isRecorded);
    }

    private static RunStarted? TryReadStart(JsonElement payload)
    {
        try
        {
            return SystemJson.Read<RunStarted>(payload);
        }
        catch (JsonException)
        {
            // Who reads the whole ledger says what is wrong with it.
            return null;
        }
    }
}
