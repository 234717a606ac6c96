using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Receipts;
using Lorch.Core.Workflows;

namespace Lorch.Core.UpToDate;

/// <summary>What the disk holds of a task's work, for a person who says that it is done as it is.</summary>
internal sealed record WorkAsItIs
{
    /// <summary>The files, sorted by path. Those that a step of the task made and nobody touched keep that step.</summary>
    public required IReadOnlyList<CompletionArtifact> Artifacts { get; init; }

    /// <summary>The files that the work removed and that are still gone, sorted.</summary>
    public required IReadOnlyList<RelativePath> Removed { get; init; }

    /// <summary>The digest of the earlier work if it is all there as it was; <see langword="null"/> if it isn't.</summary>
    public required Sha256Digest? KeptOutputs { get; init; }

    /// <summary>The files that have to be there and aren't.</summary>
    public required IReadOnlyList<RelativePath> Missing { get; init; }

    /// <summary>The paths that have to be measured for it.</summary>
    public static IEnumerable<RelativePath> Paths(TaskDefinition task, Completion? earlier) =>
        Expected(task).Concat(earlier is null ? [] : [.. earlier.Artifacts.Select(artifact => artifact.Path), .. earlier.Removed]);

    /// <summary>Looks.</summary>
    /// <param name="task">The task.</param>
    /// <param name="earlier">The completion that came nearest, which may be of a task that was called otherwise; <see langword="null"/> if
    /// there is none.</param>
    /// <param name="receipts">The receipts of that task.</param>
    /// <param name="disk">The disk.</param>
    public static WorkAsItIs Of(TaskDefinition task, Completion? earlier, IReadOnlyList<Receipt> receipts, DiskView disk)
    {
        var before = (earlier?.Artifacts ?? []).ToDictionary(artifact => artifact.Path);
        var artifacts = before.Keys.Union(Expected(task)).Order()
            .Select(path => (Found: disk.At(path), Before: before.GetValueOrDefault(path)))
            .Where(file => file.Found is not null)
            .Select(file => Describe(file.Found!, file.Before, earlier?.TaskId == task.Id, receipts))
            .OfType<CompletionArtifact>()
            .ToList();
        return new WorkAsItIs
        {
            Artifacts = artifacts,
            Removed = [.. (earlier?.Removed ?? []).Where(path => disk.At(path) is null)],
            KeptOutputs = earlier is not null
                && IsAllThere(earlier, disk)
                && Expected(task).All(path => before.ContainsKey(path) || disk.At(path) is null)
                ? earlier.OutputsSha256
                : null,
            Missing = [.. task.ExpectedOutputs.Where(output => output.Required && disk.At(output.Path) is null)
                .Select(output => output.Path)],
        };
    }

    /// <summary>The completion whose work the disk holds most of, the newest of several.</summary>
    public static Completion? Nearest(IReadOnlyList<Completion> completions, DiskView disk) =>
        completions.OrderByDescending(completion => completion.RunId).MinBy(completion => Differences(completion, disk));

    /// <summary>Whether a file is what the specification's maintainer made: that says what is asked, whoever writes it.</summary>
    public static bool IsSpecification(CompletionArtifact artifact, IReadOnlyList<Receipt> receipts) =>
        artifact.Step is { } step && receipts.FirstOrDefault(receipt => receipt.Step == step)?.Action.Agent is AgentType.SpecMaintainer;

    private static IEnumerable<RelativePath> Expected(TaskDefinition task) => task.ExpectedOutputs.Select(output => output.Path);

    private static CompletionArtifact? Describe(Artifact found, CompletionArtifact? before, bool isOwn, IReadOnlyList<Receipt> receipts)
    {
        var isAsMade = before is not null && Artifact.HaveSameContent(found, before.ToArtifact());
        return isAsMade && isOwn ? before
            : before is not null && IsSpecification(before, receipts) ? null
            : new CompletionArtifact { Path = found.Path, Sha256 = found.Sha256, Size = found.Size };
    }

    private static int Differences(Completion completion, DiskView disk) =>
        completion.Artifacts.Count(artifact => !Artifact.HaveSameContent(disk.At(artifact.Path), artifact.ToArtifact()))
        + completion.Removed.Count(path => disk.At(path) is not null);

    /// <summary>Whether all that was made is there as it was. Notes may be gone: a fresh clone has none.</summary>
    private static bool IsAllThere(Completion completion, DiskView disk) =>
        completion.Removed.All(path => disk.At(path) is null)
        && completion.Artifacts.All(artifact => disk.At(artifact.Path) is { } found
            ? Artifact.HaveSameContent(found, artifact.ToArtifact())
            : DefinitionTerms.IsNote(completion.TaskId, artifact.Path));
}
