using System.Text.Json.Serialization;

namespace Lorch.Core.Protocol.SystemEvents;

/// <summary>
/// Payload of <c>system.snapshot_drift</c>: what changed while the run stood still, or what agents that were interrupted left behind.
/// </summary>
internal sealed record SnapshotDrift
{
    /// <summary>Gets the new files.</summary>
    [JsonPropertyName("added")]
    public required IReadOnlyList<RelativePath> Added { get; init; }

    /// <summary>Gets the files that are gone.</summary>
    [JsonPropertyName("removed")]
    public required IReadOnlyList<RelativePath> Removed { get; init; }

    /// <summary>Gets the files with other content.</summary>
    [JsonPropertyName("changed")]
    public required IReadOnlyList<RelativePath> Changed { get; init; }

    /// <summary>Gets those of the above that the interrupted agent may have been writing.</summary>
    [JsonPropertyName("in_flight")]
    public required IReadOnlyList<RelativePath> InFlight { get; init; }

    /// <summary>
    /// Gets those of them that are there, as they were when the interrupted agents had ended; <see langword="null"/> unless it was looked
    /// at just then.
    /// </summary>
    [JsonPropertyName("left")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Artifact>? Left { get; init; }

    /// <summary>
    /// Cuts the lists into such as have at most a number of bytes: one where that suffices, else several that tell the same together.
    /// </summary>
    /// <param name="mostBytes">The bytes.</param>
    public IEnumerable<SnapshotDrift> InParts(int mostBytes)
    {
        var all = Added.Select(path => (List: 0, Path: path))
            .Concat(Removed.Select(path => (List: 1, Path: path)))
            .Concat(Changed.Select(path => (List: 2, Path: path)))
            .Concat(InFlight.Select(path => (List: 3, Path: path)));
        var (part, size) = (new List<(int List, RelativePath Path)>(), 0);
        foreach (var entry in all)
        {
            var more = WireSize.Of(entry.Path);
            if (part.Count > 0 && size + more > mostBytes)
            {
                yield return Of(part);
                (part, size) = ([], 0);
            }

            part.Add(entry);
            size += more;
        }

        yield return Of(part);
    }

    private static SnapshotDrift Of(List<(int List, RelativePath Path)> part)
    {
        return new SnapshotDrift { Added = Take(0), Removed = Take(1), Changed = Take(2), InFlight = Take(3) };

        List<RelativePath> Take(int list) => [.. part.Where(entry => entry.List == list).Select(entry => entry.Path)];
    }
}
