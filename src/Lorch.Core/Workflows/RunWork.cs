using System.Collections.Immutable;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;

namespace Lorch.Core.Workflows;

/// <summary>What a run's proven steps made and removed so far, and what became of it where somebody else changed the same files.</summary>
internal sealed record RunWork
{
    /// <summary>Nothing.</summary>
    public static RunWork Empty { get; } = new();

    /// <summary>Gets the newest artifact of each path, removed ones left out, in the order of their UTF-8 bytes.</summary>
    public IReadOnlyList<(Artifact Artifact, int Step)> Products =>
        [.. Files.Values.Where(file => file.Artifact is not null).Select(file => (file.Artifact!, file.Step))];

    /// <summary>Gets the paths that were removed and not produced again, in the same order.</summary>
    public IReadOnlyList<RelativePath> Removals => [.. Files.Where(file => file.Value.Artifact is null).Select(file => file.Key)];

    /// <summary>Gets the paths that hold what the run and somebody else made, put together.</summary>
    public IReadOnlyList<RelativePath> Merged => [.. Files.Where(file => file.Value.IsMerged).Select(file => file.Key)];

    private ImmutableSortedDictionary<RelativePath, WorkFile> Files { get; init; } =
        ImmutableSortedDictionary<RelativePath, WorkFile>.Empty;

    /// <summary>Adds what a step made and removed.</summary>
    public RunWork With(ProvenStep step)
    {
        var files = Files.ToBuilder();
        foreach (var artifact in step.Artifacts)
        {
            files[artifact.Path] = new WorkFile(artifact, step.Step, IsMerged: false);
        }

        foreach (var path in step.Removed)
        {
            files[path] = new WorkFile(null, step.Step, IsMerged: false);
        }

        return new RunWork { Files = files.ToImmutable() };
    }

    /// <summary>Puts it on what others made meanwhile.</summary>
    public RunWork With(Rebased rebased)
    {
        var files = Files.ToBuilder();
        files.RemoveRange(rebased.GivenUp);
        foreach (var artifact in rebased.Merged)
        {
            files[artifact.Path] = new WorkFile(artifact, files.GetValueOrDefault(artifact.Path).Step, IsMerged: true);
        }

        return new RunWork { Files = files.ToImmutable() };
    }

    private readonly record struct WorkFile(Artifact? Artifact, int Step, bool IsMerged);
}
