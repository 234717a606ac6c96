using Lorch.Core.Protocol;
using Lorch.Core.Receipts;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Working;

/// <summary>
/// What an answer claims about files, compared with the disk: artifacts, removals, and the required outputs that it doesn't name.
/// </summary>
internal sealed record StepClaims
{
    /// <summary>Gets what is wrong: artifacts first, then removals, then required outputs.</summary>
    public required IReadOnlyList<ArtifactProblem> Problems { get; init; }

    /// <summary>Gets the required outputs that are there and weren't named.</summary>
    public required IReadOnlyList<Artifact> Measured { get; init; }

    /// <summary>Compares.</summary>
    /// <param name="verifier">Reads the files.</param>
    /// <param name="flight">The command and what was answered.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static async Task<StepClaims> VerifyAsync(ArtifactVerifier verifier, CommandInFlight flight, CancellationToken cancellationToken)
    {
        verifier = verifier.ForClaims();
        var (problems, measured) = (new List<ArtifactProblem>(), new List<Artifact>());
        foreach (var artifact in flight.Artifacts.Values.OrderBy(artifact => artifact.Path))
        {
            if (await verifier.VerifyAsync(artifact, cancellationToken) is { } problem)
            {
                problems.Add(problem);
            }
        }

        problems.AddRange(flight.Removed.Order().Select(verifier.VerifyRemoved).OfType<ArtifactProblem>());
        foreach (var output in flight.Command.ExpectedOutputs.Where(
            output => output.Required && !flight.Artifacts.ContainsKey(output.Path)))
        {
            switch (await verifier.MeasureAsync(output.Path, cancellationToken))
            {
                case Measurement.Measured(var artifact):
                    measured.Add(artifact);
                    break;
                case Measurement.Refused(var problem):
                    problems.Add(problem);
                    break;
                default:
                    problems.Add(new ArtifactProblem { Path = output.Path, Reason = "is a required output, but doesn't exist" });
                    break;
            }
        }

        return new StepClaims { Problems = problems, Measured = measured };
    }
}
