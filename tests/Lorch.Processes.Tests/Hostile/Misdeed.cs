namespace Lorch.Processes.Tests.Hostile;

/// <summary>One way in which an agent misbehaves, and what has to come of it.</summary>
/// <param name="Mode">The mode of <c>Lorch.Testing/Hostile/agent.sh</c>.</param>
/// <param name="Deed">What the agent does, for the table in <c>docs/reliability.md</c>.</param>
internal sealed record Misdeed(string Mode, string Deed)
{
    /// <summary>At whatever action.</summary>
    public const string Anywhere = "any";

    /// <summary>Gets the action at which it happens.</summary>
    public string At { get; init; } = "implement";

    /// <summary>Gets the diagnostic's code; null: the run completes nevertheless.</summary>
    public string? Code { get; init; }

    /// <summary>Gets the code that the ledger has for it.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets events that stand in the ledger in this order, others between them.</summary>
    public string Events { get; init; } = "";

    /// <summary>Gets how many lines of the ledger say that something doesn't count, where that must be few.</summary>
    public int? Refusals { get; init; }

    /// <summary>Gets what the diagnostic says, among other things.</summary>
    public string Says { get; init; } = "";

    /// <summary>Gets what the agent's log says, among other things.</summary>
    public string Logs { get; init; } = "";

    /// <summary>Gets the members of the policy beside the retries.</summary>
    public string Policy { get; init; } = "";

    public int MaxAttempts { get; init; } = 1;

    /// <summary>Gets how long the action may take; what is to be waited for in vain gets little.</summary>
    public double DeadlineSeconds { get; init; } = 60;

    public double HeartbeatSeconds { get; init; } = 10;

    /// <summary>Gets how often the reviewer asks for changes.</summary>
    public int ReviewAsks { get; init; }

    public string Goal { get; init; } = "Greet";

    /// <summary>
    /// Gets a value indicating whether another attempt may go better: not if the agent misbehaves before it knows which attempt it is.
    /// </summary>
    public bool CanPass { get; init; } = true;

    /// <summary>Gets what of Unix it takes; null: an agent can misbehave like this on every system.</summary>
    public string? UnixFeature { get; init; }

    /// <summary>Gets a value indicating whether an agent of this system can do it.</summary>
    public bool IsPossible => UnixFeature is null || !OperatingSystem.IsWindows();

    public override string ToString() => Mode;
}
