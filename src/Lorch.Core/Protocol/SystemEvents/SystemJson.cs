using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Lorch.Core.Json;

namespace Lorch.Core.Protocol.SystemEvents;

/// <summary>The payloads of <c>system.*</c> events as JSON: strict on reading, members without a value left out on writing.</summary>
internal static class SystemJson
{
    private static readonly SystemJsonContext Context = new(WireOptions.From(SystemJsonContext.Default.Options));

    /// <summary>Makes an event's payload.</summary>
    /// <typeparam name="T">One of the payload records.</typeparam>
    public static JsonElement ToElement<T>(T payload)
        where T : class => JsonSerializer.SerializeToElement(payload, TypeOf<T>());

    /// <summary>Reads an event's payload.</summary>
    /// <typeparam name="T">One of the payload records.</typeparam>
    /// <exception cref="JsonException">The payload is something else; the message and the path say what and where.</exception>
    public static T Read<T>(JsonElement payload)
        where T : class =>
        StrictJson.TryRead(JsonMarshal.GetRawUtf8Value(payload), TypeOf<T>(), out var value, out var fault)
            ? value
            : throw new JsonException(fault.Reason, fault.Path, null, null);

    private static JsonTypeInfo<T> TypeOf<T>() =>
        Context.GetTypeInfo(typeof(T)) as JsonTypeInfo<T>
            ?? throw new ArgumentException($"{typeof(T).Name} is no payload of a system event.");
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, MaxDepth = JsonScan.MaxDepth, Converters = [typeof(Rfc3339Converter)])]
[JsonSerializable(typeof(RunStarted))]
[JsonSerializable(typeof(StepRecorded))]
[JsonSerializable(typeof(StepReused))]
[JsonSerializable(typeof(AttemptFailed))]
[JsonSerializable(typeof(RunResumed))]
[JsonSerializable(typeof(CompletionRecorded))]
[JsonSerializable(typeof(Accepted))]
[JsonSerializable(typeof(Landing))]
[JsonSerializable(typeof(Landed))]
[JsonSerializable(typeof(Rebased))]
[JsonSerializable(typeof(Undone))]
[JsonSerializable(typeof(RunFailed))]
[JsonSerializable(typeof(RunAborted))]
[JsonSerializable(typeof(RunInterrupted))]
[JsonSerializable(typeof(SnapshotDrift))]
[JsonSerializable(typeof(AgentStarted))]
[JsonSerializable(typeof(AgentExited))]
[JsonSerializable(typeof(AgentUnhealthy))]
[JsonSerializable(typeof(MessageRejected))]
[JsonSerializable(typeof(ArtifactRejected))]
[JsonSerializable(typeof(DeadlineExceeded))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class SystemJsonContext : JsonSerializerContext;
