using Lorch.Core.Agents;
using Lorch.Core.Agents.Verifying;
using Lorch.Core.Snapshots.Scanning;
using Lorch.Core.Storage;

namespace Lorch.Core.Runs.Records;

/// <summary>What a run needs of the world around it; tests put their own in its place.</summary>
internal sealed record RunSurroundings
{
    public IDurableFiles Files { get; init; } = new DurableFiles();

    /// <summary>Gets how the workspace is looked at.</summary>
    public ScanSettings Scanning { get; init; } = new();

    /// <summary>Gets what gives a number from 0 up to, not including, 1.</summary>
    public Func<double> Chance { get; init; } = Random.Shared.NextDouble;

    /// <summary>
    /// Gets what says why an agent's program can't be started, without starting it; <see langword="null"/> if it probably can.
    /// </summary>
    public required Func<AgentSettings, Diagnostic?> CheckAgent { get; init; }

    /// <summary>Gets what gives what starts the agents of a run, at the place where they work.</summary>
    public required Func<RunId, AgentPlace, IAgentLauncher> Launchers { get; init; }

    /// <summary>Gets what runs the commands that check work, and gives what failed.</summary>
    public Func<VerifyPlace, IReadOnlyList<VerifyCommand>, TimeProvider, CancellationToken, Task<string?>> Verify { get; init; } =
        (place, commands, clock, cancellationToken) => new Verification(place, clock).FindFailureAsync(
            commands,
            _ => Task.CompletedTask,
            _ => { },
            cancellationToken);

    /// <summary>Gets the environment of the build.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the folder below which views lie; <see langword="null"/> for the one in the user's cache.</summary>
    public string? ViewRoot { get; init; }
}
