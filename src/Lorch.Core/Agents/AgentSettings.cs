using System.Text.Json;
using Lorch.Core.Protocol;
using Lorch.Core.Tools;

namespace Lorch.Core.Agents;

/// <summary>How one kind of agent is started and how long it may take.</summary>
internal sealed record AgentSettings
{
    /// <summary>Gets the kind of agent.</summary>
    public required AgentType Type { get; init; }

    /// <summary>
    /// Gets the agent's name among the named agents; <see langword="null"/> for the agent that tasks have which name none.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>Gets the program and its arguments; the program <c>lorch-agent</c> means the one in the package.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Gets what makes this agent another agent when it changes: the object <c>{cmd, env, use?, prompts?}</c> as written, values
    /// of secret-looking entries replaced by null. Keys and digests are taken over it; time-outs are not in it.</summary>
    public required JsonElement Identity { get; init; }

    /// <summary>Gets the members of lorch.json that are part of <see cref="Identity"/>, beside <c>env</c> and the prompts.</summary>
    internal static IReadOnlyList<string> IdentityMembers { get; } = ["cmd", "use", "args", "model", "preset", "permissions", "produces"];

    /// <summary>
    /// Gets the coding tool that the agent of the package runs; <see langword="null"/> if the agent is a program of its own.
    /// </summary>
    public ToolSettings? Tool { get; init; }

    /// <summary>Gets how often the agent promises a heartbeat; 10 seconds by default.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets how long an attempt at each action may take. Actions that aren't in it have <see cref="DefaultTimeout"/>.</summary>
    public IReadOnlyDictionary<AgentAction, TimeSpan> Timeouts { get; init; } = new Dictionary<AgentAction, TimeSpan>();

    /// <summary>Gets what is added to the agent's environment, as written.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the file that says so, absolute; <see langword="null"/> if none does.</summary>
    public string? File { get; init; }

    /// <summary>Gets the line in <see cref="File"/> that says what starts it, from 1; 0 if there is none.</summary>
    public int Line { get; init; }

    /// <summary>Gets the column in that line, from 1; 0 if there is none.</summary>
    public int Column { get; init; }

    /// <summary>Tells how long an attempt at an action may take unless something else is configured.</summary>
    /// <param name="action">The action.</param>
    /// <returns>10 minutes for building, 5 for a review, 3 for the specifications.</returns>
    public static TimeSpan DefaultTimeout(AgentAction action) => action switch
    {
        AgentAction.Review => TimeSpan.FromMinutes(5),
        AgentAction.UpdateSpec => TimeSpan.FromMinutes(3),
        _ => TimeSpan.FromMinutes(10),
    };

    /// <summary>Tells how long an attempt at an action may take.</summary>
    /// <param name="action">The action.</param>
    /// <returns>What is configured, else the default.</returns>
    public TimeSpan TimeoutOf(AgentAction action) => Timeouts.TryGetValue(action, out var timeout) ? timeout : DefaultTimeout(action);

    /// <summary>Points a diagnostic about the agent that names no file at what says how it is started.</summary>
    /// <param name="problem">What is wrong with the agent.</param>
    /// <returns>The diagnostic with its place.</returns>
    internal Diagnostic Locate(Diagnostic problem) =>
        problem.File is null ? problem with { File = File, Line = Line, Column = Column } : problem;
}
