using Lorch.Core.Agents;
using Lorch.Core.Agents.Processes;
using Lorch.Core.Storage.Locks;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Contract;

/// <summary>Where a workspace lies and what surrounds it.</summary>
internal sealed record WorkspaceSettings
{
    /// <summary>Gets the absolute path of the workspace root.</summary>
    public required string WorkspaceRoot { get; init; }

    /// <summary>Gets the absolute path of lorch.json; the one at the workspace root by default.</summary>
    public string? ConfigurationFile { get; init; }

    /// <summary>
    /// Gets the absolute path below which ledgers, receipts, snapshots, state and logs lie; the workspace root by default.
    /// </summary>
    public string? StateRoot { get; init; }

    /// <summary>
    /// Gets the absolute path below which the copies lie that runs work in; a folder in the user's cache by default.
    /// </summary>
    public string? ViewRoot { get; init; }

    /// <summary>Gets what <c>lorch-agent</c> in an agent's command means.</summary>
    public required AgentHost AgentHost { get; init; }

    /// <summary>Gets the tasks that lorch.json doesn't hold; none by default.</summary>
    public IReadOnlyList<TaskDefinition> AddedTasks { get; init; } = [];

    /// <summary>
    /// Gets what tells whether a process works for the same build, so that its run is waited for without limit; none does by default.
    /// </summary>
    public Func<LockHolder, bool> IsOfThisBuild { get; init; } = static _ => false;

    /// <summary>Gets how long to wait for another run to leave the workspace; 10 seconds by default.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets the environment of the build; agents get it without what the build engine set for itself.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Gets how long agents are given to end.</summary>
    internal Func<StopUrgency, StopLadder> Patience { get; init; } = StopLadder.Of;
}
