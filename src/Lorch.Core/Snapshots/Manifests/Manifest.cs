using System.Text.Json.Serialization;
using Lorch.Core.Snapshots.Index;

namespace Lorch.Core.Snapshots.Manifests;

/// <summary>What a workspace held: the tracked files, their digests and sizes.</summary>
/// <remarks>
/// Two manifests hold the same content when their <see cref="SnapshotId"/> is the same; <c>==</c> compares the lists by reference.
/// </remarks>
internal sealed record Manifest
{
    /// <summary>The version of the format that is written, and the greatest that is read.</summary>
    public const int CurrentFormat = 1;

    internal const string RootOfWorkspace = "./";

    /// <summary>Gets the version of the format.</summary>
    [JsonPropertyName("format")]
    public required int Format { get; init; }

    /// <summary>Gets the id, which follows from <see cref="Files"/> alone.</summary>
    [JsonPropertyName("snapshot_id")]
    public required SnapshotId SnapshotId { get; init; }

    /// <summary>Gets the time of the capture, UTC, in whole milliseconds; never part of the id.</summary>
    [JsonPropertyName("created_at")]
    [JsonConverter(typeof(ManifestTime))]
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets what the paths are relative to: always <c>./</c>, the workspace root, wherever it lies.</summary>
    [JsonPropertyName("workspace_root")]
    public required string WorkspaceRoot { get; init; }

    /// <summary>Gets the files, sorted by the UTF-8 bytes of their paths.</summary>
    [JsonPropertyName("files")]
    public required IReadOnlyList<ManifestFile> Files { get; init; }

    /// <summary>Makes the manifest of files.</summary>
    /// <param name="files">The files in any order, each path once.</param>
    /// <param name="createdAt">The time of the capture.</param>
    /// <returns>The manifest.</returns>
    public static Manifest Create(IEnumerable<ManifestFile> files, DateTimeOffset createdAt)
    {
        ManifestFile[] sorted = [.. files.OrderBy(file => file.Path)];
        return new Manifest
        {
            Format = CurrentFormat,
            SnapshotId = ComputeId(sorted),
            CreatedAt = ManifestTime.Round(createdAt),
            WorkspaceRoot = RootOfWorkspace,
            Files = sorted,
        };
    }

    /// <summary>Computes the id of files: the same content gives the same id on every machine, at any time.</summary>
    /// <param name="sortedFiles">The files, sorted by the UTF-8 bytes of their paths, each path once.</param>
    /// <returns>The id.</returns>
    /// <exception cref="ArgumentException">The files aren't sorted, or a path comes twice.</exception>
    public static SnapshotId ComputeId(IEnumerable<ManifestFile> sortedFiles)
    {
        ArgumentNullException.ThrowIfNull(sortedFiles);
        return ManifestId.Compute(sortedFiles);
    }

    /// <summary>Finds a file by its path; <see langword="null"/> if there is none.</summary>
    internal ManifestFile? Find(RelativePath path)
    {
        if (Files is FileTable table)
        {
            return table.Find(path) is var number and >= 0 ? table.GetFile(number) : null;
        }

        var (low, high) = (0, Files.Count - 1);
        while (low <= high)
        {
            var middle = low + ((high - low) / 2);
            var order = Files[middle].Path.CompareTo(path);
            if (order == 0)
            {
                return Files[middle];
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return null;
    }

    /// <summary>Makes the manifest of a table of files.</summary>
    internal static Manifest Of(FileTable table, DateTimeOffset createdAt) => new()
    {
        Format = CurrentFormat,
        SnapshotId = table.SnapshotId,
        CreatedAt = ManifestTime.Round(createdAt),
        WorkspaceRoot = RootOfWorkspace,
        Files = table,
    };
}
