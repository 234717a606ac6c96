using System.Text.Json.Serialization;
using Lorch.Core.Hashing;
using Lorch.Core.Json;

namespace Lorch.Core.Protocol.SystemEvents;

/// <summary>Payload of <c>system.run_resumed</c>: the run goes on.</summary>
internal sealed record RunResumed
{
    /// <summary>Gets what had stopped it.</summary>
    [JsonPropertyName("after")]
    public required RunPause After { get; init; }

    /// <summary>Gets the digest of each agent from here on.</summary>
    [JsonPropertyName("agents")]
    public required IReadOnlyDictionary<AgentType, Sha256Digest> Agents { get; init; }
}

/// <summary>What stopped a run that can go on.</summary>
[JsonConverter(typeof(RunPauseConverter))]
internal enum RunPause
{
    /// <summary>It failed.</summary>
    Failed,

    /// <summary>It was cancelled, or Lorch died.</summary>
    Interrupted,
}

/// <summary>The wire names of <see cref="RunPause"/>.</summary>
internal static class RunPauseNames
{
    public static readonly WireNames<RunPause> All = new(
        (RunPause.Failed, "failed"),
        (RunPause.Interrupted, "interrupted"));
}

internal sealed class RunPauseConverter() : WireNameConverter<RunPause>(RunPauseNames.All);
