using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Lorch.Core.Storage;

namespace Lorch.Core.Runs;

/// <summary>Keeps <c>state/run.json</c> and <c>state/index.json</c>. Both may be deleted at any time between two builds.</summary>
internal sealed class RunStateFile(WorkspaceLayout layout, IDurableFiles files)
{
    /// <summary>Writes the state of the current run, and its line of the index where that changed.</summary>
    public async Task WriteAsync(RunState state, CancellationToken cancellationToken)
    {
        await files.ReplaceAsync(layout.RunState, RunsJson.GetBytes(state), cancellationToken);
        var index = ReadIndex();
        var entry = RunIndexEntry.Of(state);
        if (!index.Contains(entry))
        {
            await WriteIndexAsync([.. index.Where(other => other.RunId != entry.RunId), entry], cancellationToken);
        }
    }

    /// <summary>Writes the state of the newest run unless the file says the same: whatever contradicts the ledger is rebuilt.</summary>
    public async Task RepairAsync(RunState state, CancellationToken cancellationToken)
    {
        var bytes = RunsJson.GetBytes(state);
        if (FileStamp.Of(layout.RunState) is not { IsRegular: true } || !(await File.ReadAllBytesAsync(layout.RunState, cancellationToken)).SequenceEqual(bytes))
        {
            await files.ReplaceAsync(layout.RunState, bytes, cancellationToken);
        }
    }

    public Task WriteIndexAsync(IEnumerable<RunIndexEntry> runs, CancellationToken cancellationToken)
    {
        var index = new RunIndex { Runs = [.. runs.OrderBy(run => run.RunId)] };
        return files.ReplaceAsync(layout.RunIndex, RunsJson.GetBytes(index), cancellationToken);
    }

    /// <summary>Reads the index; one that is gone or can't be read is empty, for it is rebuilt from the ledgers.</summary>
    public IReadOnlyList<RunIndexEntry> ReadIndex() => TryRead(layout.RunIndex, RunsJson.Default.RunIndex) is { Format: 1 } index ? index.Runs : [];

    private static T? TryRead<T>(string path, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(FifoTrap.ReadAllBytes(path), type);
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            // A projection is never worth an error: the caller rebuilds it.
            return null;
        }
    }
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
[JsonSerializable(typeof(StatusReport))]
internal sealed partial class RunsJson : JsonSerializerContext
{
    public static byte[] GetBytes(RunState state) => GetBytes(state, Default.RunState);

    public static byte[] GetBytes(RunIndex index) => GetBytes(index, Default.RunIndex);

    public static byte[] GetBytes(StatusReport report) => GetBytes(report, Default.StatusReport);

    private static byte[] GetBytes<T>(T value, JsonTypeInfo<T> type) => [.. JsonSerializer.SerializeToUtf8Bytes(value, type), (byte)'\n'];
}
