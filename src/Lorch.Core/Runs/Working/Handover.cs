using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Lorch.Core.Json;
using Lorch.Core.Protocol;

namespace Lorch.Core.Runs.Working;

/// <summary>
/// What Lorch hands to an agent of the package beside a command, so that this needn't find out, in ways of its own, what Lorch knows.
/// </summary>
/// <remarks>It is written before each command and good for that one only: no record, never synced, and no part of any key.</remarks>
internal sealed record Handover
{
    /// <summary>The newest format that is understood.</summary>
    public const int CurrentFormat = 1;

    [JsonPropertyName("format")]
    public required int Format { get; init; }

    /// <summary>Gets the command that it belongs to.</summary>
    [JsonPropertyName("command")]
    public required MessageId Command { get; init; }

    /// <summary>Gets the run's snapshot, whose manifest says what the workspace must hold but for what follows.</summary>
    [JsonPropertyName("snapshot_id")]
    public required SnapshotId SnapshotId { get; init; }

    /// <summary>Gets the files that hold something else, or that the snapshot doesn't hold.</summary>
    [JsonPropertyName("files")]
    public required IReadOnlyList<Artifact> Files { get; init; }

    /// <summary>Gets the paths where nothing is.</summary>
    [JsonPropertyName("absent")]
    public required IReadOnlyList<RelativePath> Absent { get; init; }

    /// <summary>Gets the globs of what is tracked, beside the inputs of tasks.</summary>
    [JsonPropertyName("include")]
    public required IReadOnlyList<string> Include { get; init; }

    /// <summary>Gets the globs of what isn't tracked although it is included.</summary>
    [JsonPropertyName("exclude")]
    public required IReadOnlyList<string> Exclude { get; init; }

    /// <summary>Gets the globs of all tasks' inputs, those of tasks that a project adds among them.</summary>
    [JsonPropertyName("inputs")]
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>Gets what lorch.json says of files that git ignores, if anything.</summary>
    [JsonPropertyName("respect_gitignore")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? RespectGitIgnore { get; init; }

    /// <summary>Gets the task's definition.</summary>
    [JsonPropertyName("definition")]
    [JsonConverter(typeof(JsonObjectConverter))]
    public required JsonElement? Definition { get; init; }

    /// <summary>Gets the outcome of the step that the command follows from; <see langword="null"/> if there is none.</summary>
    [JsonPropertyName("cause")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Outcome? Cause { get; init; }

    /// <summary>Reads what was handed over for a command.</summary>
    /// <param name="path">The absolute path of the file.</param>
    /// <param name="command">The command.</param>
    /// <returns>What was handed over; <see langword="null"/> if that belongs to another command.</returns>
    /// <exception cref="InvalidDataException">The file is something else.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static Handover? Read(string path, MessageId command)
    {
        try
        {
            var handover = JsonSerializer.Deserialize(File.ReadAllBytes(path), HandoverJson.Type)
                ?? throw new JsonException("expected an object");
            return handover.Format > CurrentFormat ? throw new JsonException($"its format is {handover.Format}")
                : handover.Command == command ? handover
                : null;
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"'{path}', which Lorch hands to its agents, can't be used: {exception.Message}", exception);
        }
    }

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, HandoverJson.Type);
}

/// <summary>The JSON of what is handed to agents.</summary>
internal static class HandoverJson
{
    private static readonly HandoverJsonContext Context = new(WireOptions.From(HandoverJsonContext.Default.Options));

    public static JsonTypeInfo<Handover> Type => Context.Handover;
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, MaxDepth = JsonScan.MaxDepth, Converters = [typeof(Rfc3339Converter)])]
[JsonSerializable(typeof(Handover))]
internal sealed partial class HandoverJsonContext : JsonSerializerContext;
