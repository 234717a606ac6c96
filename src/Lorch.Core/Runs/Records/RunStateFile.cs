using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Lorch.Core.Storage;
using Lorch.Core.Storage.Locks;

namespace Lorch.Core.Runs.Records;

/// <summary>Keeps <c>state/run.json</c> and <c>state/index.json</c>. Both may be deleted at any time between two builds.</summary>
internal sealed class RunStateFile(WorkspaceLayout layout, IDurableFiles files, TimeProvider clock)
{
    /// <summary>How long is waited for others that write the index. It takes them milliseconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Writes the state of the current run, and its line of the index where that changed.</summary>
    public async Task WriteAsync(RunState state, CancellationToken cancellationToken)
    {
        await Projection.ReplaceAsync(files, layout.RunState, RunsJson.GetBytes(state), cancellationToken);
        var entry = RunIndexEntry.Of(state);
        if (ReadIndex().Contains(entry))
        {
            return;
        }

        using var alone = await TryAloneAsync(cancellationToken);
        if (alone is not null)
        {
            await WriteAsync([.. ReadIndex().Where(other => other.RunId != entry.RunId), entry], cancellationToken);
        }
    }

    /// <summary>Writes the state of the newest run unless the file says the same: whatever contradicts the ledger is rebuilt.</summary>
    public Task RepairAsync(RunState state, CancellationToken cancellationToken) =>
        Projection.UpdateAsync(files, layout.RunState, RunsJson.GetBytes(state), cancellationToken);

    /// <summary>Writes the index unless it says the same.</summary>
    public async Task WriteIndexAsync(IEnumerable<RunIndexEntry> runs, CancellationToken cancellationToken)
    {
        using var alone = await TryAloneAsync(cancellationToken);
        if (alone is not null)
        {
            await WriteAsync(runs, cancellationToken);
        }
    }

    /// <summary>Reads the index; one that is gone, can't be read or is none is empty, for it is rebuilt from the ledgers.</summary>
    public IReadOnlyList<RunIndexEntry> ReadIndex()
    {
        try
        {
            return Projection.TryRead(layout.RunIndex) is { } bytes
                && JsonSerializer.Deserialize(bytes, RunsJson.Default.RunIndex) is { Format: 1, Runs: var runs }
                && IsList(runs)
                ? runs
                : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private async Task WriteAsync(IEnumerable<RunIndexEntry> runs, CancellationToken cancellationToken)
    {
        var index = new RunIndex { Runs = [.. runs.OrderBy(run => run.RunId)] };
        await Projection.UpdateAsync(files, layout.RunIndex, RunsJson.GetBytes(index), cancellationToken);
    }

    /// <summary>Lets one at a time write the index, which runs that work at once share.</summary>
    /// <returns>The lock; <see langword="null"/> if others have it for too long: the next start makes the index anew.</returns>
    private async Task<HeldLock?> TryAloneAsync(CancellationToken cancellationToken)
    {
        try
        {
            var self = LockHolder.ThisProcess(clock.GetUtcNow());
            return await HeldLock.AcquireAsync(LockedPlace.OfIndex(layout), self, Patience, clock, cancellationToken);
        }
        catch (LorchException exception) when (exception.Diagnostic.Code is DiagnosticCode.WorkspaceLocked)
        {
            return null;
        }
    }

    /// <summary>Whether it names each run once and nothing else, the newest last. The framework lets null pass in lists.</summary>
    private static bool IsList(IReadOnlyList<RunIndexEntry?> runs) =>
        runs.All(run => run is not null) && runs.Zip(runs.Skip(1)).All(pair => pair.First!.RunId.CompareTo(pair.Second!.RunId) < 0);
}

/// <summary>The JSON of the run state and the index.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    NewLine = "\n",
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    Converters = [typeof(Rfc3339Converter)])]
[JsonSerializable(typeof(RunState))]
[JsonSerializable(typeof(RunIndex))]
internal sealed partial class RunsJson : JsonSerializerContext
{
    public static byte[] GetBytes(RunState state) => GetBytes(state, Default.RunState);

    public static byte[] GetBytes(RunIndex index) => GetBytes(index, Default.RunIndex);

    private static byte[] GetBytes<T>(T value, JsonTypeInfo<T> type) => [.. JsonSerializer.SerializeToUtf8Bytes(value, type), (byte)'\n'];
}
