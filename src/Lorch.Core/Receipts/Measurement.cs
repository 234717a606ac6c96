using Lorch.Core.Protocol;

namespace Lorch.Core.Receipts;

/// <summary>What was found where a file was expected that nobody described.</summary>
internal abstract record Measurement
{
    private Measurement()
    {
    }

    /// <summary>A regular file, read to its end.</summary>
    /// <param name="Artifact">Its size and digest.</param>
    public sealed record Measured(Artifact Artifact) : Measurement;

    /// <summary>Nothing is there.</summary>
    public sealed record Absent : Measurement;

    /// <summary>Something is there that can't be an artifact.</summary>
    /// <param name="Problem">What and why.</param>
    public sealed record Refused(ArtifactProblem Problem) : Measurement;
}
