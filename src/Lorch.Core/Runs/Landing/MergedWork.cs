using Lorch.Core.Protocol;

namespace Lorch.Core.Runs.Landing;

/// <summary>What became of the files that a run and somebody else changed.</summary>
internal sealed record MergedWork
{
    /// <summary>Gets the texts that hold both changes now, in the view and in <c>contents/</c>.</summary>
    public List<Artifact> Merged { get; } = [];

    /// <summary>Gets the paths where the workspace's change stays and the run's is none of its work any more.</summary>
    public List<RelativePath> GivenUp { get; } = [];

    /// <summary>Gets what somebody has to look at: the path, and what is to be done about it.</summary>
    public List<(RelativePath Path, string What)> Conflicts { get; } = [];

    /// <summary>Gets whether anything was put together.</summary>
    public bool IsEmpty => Merged.Count + GivenUp.Count == 0;
}
