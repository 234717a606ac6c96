using System.Text.Json.Serialization;
using Lorch.Core.Hashing;

namespace Lorch.Core.Protocol.SystemEvents;

/// <summary>Payload of <c>system.landing</c>: from here on the files of a run that worked in a view are put into the workspace.</summary>
internal sealed record Landing
{
    /// <summary>Gets what becomes of each path, sorted by path; never empty.</summary>
    [JsonPropertyName("paths")]
    public required IReadOnlyList<LandingPath> Paths { get; init; }
}

/// <summary>What becomes of a file of the workspace.</summary>
internal sealed record LandingPath
{
    /// <summary>Gets the file.</summary>
    [JsonPropertyName("path")]
    public required RelativePath Path { get; init; }

    /// <summary>Gets the digest of what it holds before; <see langword="null"/> if it isn't there.</summary>
    [JsonPropertyName("before")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Sha256Digest? Before { get; init; }

    /// <summary>Gets the digest of what it holds afterwards; <see langword="null"/> if it is removed.</summary>
    [JsonPropertyName("after")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Sha256Digest? After { get; init; }

    /// <summary>Gets whether it could be run before; left out if not.</summary>
    [JsonPropertyName("was_executable")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool WasExecutable { get; init; }

    /// <summary>Gets whether it can be run afterwards; left out if not.</summary>
    [JsonPropertyName("executable")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsExecutable { get; init; }

    /// <summary>Gets the way back.</summary>
    [JsonIgnore]
    public LandingPath Back =>
        this with { Before = After, After = Before, WasExecutable = IsExecutable, IsExecutable = WasExecutable };
}

/// <summary>Payload of <c>system.landed</c>: all of it is in the workspace.</summary>
internal sealed record Landed
{
    /// <summary>Gets the receipt that says so.</summary>
    [JsonPropertyName("receipt")]
    public required FileReference Receipt { get; init; }
}

/// <summary>Payload of <c>system.undone</c>: what the run that <see cref="RunStarted.Undoes"/> names had landed is taken back.</summary>
internal sealed record Undone;
