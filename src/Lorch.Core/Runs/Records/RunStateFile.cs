using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Lorch.Core.Storage;

namespace Lorch.Core.Runs.Records;

/// <summary>Keeps <c>state/run.json</c> and <c>state/index.json</c>. Both may be deleted at any time between two builds.</summary>
internal sealed class RunStateFile(WorkspaceLayout layout, IDurableFiles files)
{
    /// <summary>Writes the state of the current run, and its line of the index where that changed.</summary>
    public async Task WriteAsync(RunState state, CancellationToken cancellationToken)
    {
        await Projection.ReplaceAsync(files, layout.RunState, RunsJson.GetBytes(state), cancellationToken);
        var index = ReadIndex();
        var entry = RunIndexEntry.Of(state);
        if (!index.Contains(entry))
        {
            await WriteIndexAsync([.. index.Where(other => other.RunId != entry.RunId), entry], cancellationToken);
        }
    }

    /// <summary>Writes the state of the newest run unless the file says the same: whatever contradicts the ledger is rebuilt.</summary>
    public Task RepairAsync(RunState state, CancellationToken cancellationToken) =>
        Projection.UpdateAsync(files, layout.RunState, RunsJson.GetBytes(state), cancellationToken);

    /// <summary>Writes the index unless it says the same.</summary>
    public Task WriteIndexAsync(IEnumerable<RunIndexEntry> runs, CancellationToken cancellationToken)
    {
        var index = new RunIndex { Runs = [.. runs.OrderBy(run => run.RunId)] };
        return Projection.UpdateAsync(files, layout.RunIndex, RunsJson.GetBytes(index), cancellationToken);
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
