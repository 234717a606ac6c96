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
        await files.ReplaceAsync(layout.RunState, GetBytes(state, RunsJson.Default.RunState), cancellationToken);
        var index = ReadIndex();
        var entry = RunIndexEntry.Of(state);
        if (!index.Contains(entry))
        {
            await WriteIndexAsync([.. index.Where(other => other.RunId != entry.RunId), entry], cancellationToken);
        }
    }

    public Task WriteIndexAsync(IEnumerable<RunIndexEntry> runs, CancellationToken cancellationToken)
    {
        var index = new RunIndex { Runs = [.. runs.OrderBy(run => run.RunId)] };
        return files.ReplaceAsync(layout.RunIndex, GetBytes(index, RunsJson.Default.RunIndex), cancellationToken);
    }

    /// <summary>Reads the index; one that is gone or can't be read is empty, for it is rebuilt from the ledgers.</summary>
    public IReadOnlyList<RunIndexEntry> ReadIndex() => TryRead(layout.RunIndex, RunsJson.Default.RunIndex) is { Format: 1 } index ? index.Runs : [];

    /// <summary>Reads the run state, or nothing if it is gone or can't be read.</summary>
    public RunState? ReadState() => TryRead(layout.RunState, RunsJson.Default.RunState) is { Format: 1 } state ? state : null;

    private static T? TryRead<T>(string path, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), type);
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            // A projection is never worth an error: the caller rebuilds it.
            return null;
        }
    }

    private static byte[] GetBytes<T>(T value, JsonTypeInfo<T> type) => [.. JsonSerializer.SerializeToUtf8Bytes(value, type), (byte)'\n'];
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
internal sealed partial class RunsJson : JsonSerializerContext;
