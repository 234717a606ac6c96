using Lorch.Agent.Talking;
using Lorch.Core;
using Lorch.Core.Configuration;
using Lorch.Core.Protocol;

namespace Lorch.Agent.Checking;

/// <summary>The arguments of <c>lorch-agent check</c>.</summary>
internal sealed record CheckOptions
{
    /// <summary>The command that these options belong to.</summary>
    public const string Command = "check";

    private const string TypeOption = "--type";
    private const string ActionOption = "--action";
    private const string TimeoutOption = "--timeout";
    private const string IntervalOption = "--heartbeat-interval";
    private const string GoalOption = "--goal";
    private const string OutputOption = "--output";
    private const string JsonOption = "--json";
    private const string KeepOption = "--keep";
    private const string EndOfOptions = "--";

    private static readonly Dictionary<string, AgentAction> AllActions = new[]
    {
        AgentAction.Implement, AgentAction.ImplementChanges, AgentAction.Review, AgentAction.UpdateSpec,
    }.ToDictionary(action => action.WireName, StringComparer.Ordinal);

    /// <summary>Gets the type that the agent plays.</summary>
    public required AgentType Type { get; init; }

    /// <summary>Gets the actions that are asked for, one or more, all of them of <see cref="Type"/>.</summary>
    public required IReadOnlyList<AgentAction> Actions { get; init; }

    /// <summary>Gets how long an answer may take.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Gets how often the agent promises a heartbeat, if it sends any.</summary>
    public required TimeSpan HeartbeatInterval { get; init; }

    /// <summary>Gets the file that a builder has to produce.</summary>
    public required RelativePath Output { get; init; }

    /// <summary>Gets the goal in the commands.</summary>
    public required string Goal { get; init; }

    /// <summary>Gets a value indicating whether the result is printed as JSON.</summary>
    public required bool AsJson { get; init; }

    /// <summary>Gets a value indicating whether the workspace stays.</summary>
    public required bool KeepsWorkspace { get; init; }

    /// <summary>Gets the agent's program and arguments.</summary>
    public required IReadOnlyList<string> Agent { get; init; }

    /// <summary>Reads the arguments.</summary>
    /// <param name="arguments">The arguments behind <c>check</c>.</param>
    /// <returns>The options.</returns>
    /// <exception cref="UsageException">An argument is unknown, missing or wrong.</exception>
    public static CheckOptions Parse(IReadOnlyList<string> arguments)
    {
        IReadOnlyList<string> agent = [.. arguments.SkipWhile(argument => argument != EndOfOptions).Skip(1)];
        if (agent.Count == 0)
        {
            throw new UsageException(
                "the agent's command is missing. Write it last, after two dashes: lorch-agent check -- python3 agent.py");
        }

        var values = OptionValues.Read(
            Command,
            arguments.TakeWhile(argument => argument != EndOfOptions),
            [TypeOption, ActionOption, TimeoutOption, IntervalOption, GoalOption, OutputOption],
            [JsonOption, KeepOption]);

        var action = ReadAction(values.Find(ActionOption));
        var type = ReadType(values.FindType(TypeOption), action);
        var output = ReadOutput(values.Find(OutputOption) ?? "src/lorch-check.txt");
        return new CheckOptions
        {
            Type = type,
            Actions = action is { } only ? [only] : [.. AllActions.Values.Where(each => each.Agent == type)],
            Timeout = values.Seconds(TimeoutOption, TimeSpan.FromSeconds(120)),
            HeartbeatInterval = values.Seconds(IntervalOption, TimeSpan.FromSeconds(10)),
            Output = output,
            Goal = values.Find(GoalOption) ?? $"Write the word 'checked' into the file {output}.",
            AsJson = values.Has(JsonOption),
            KeepsWorkspace = values.Has(KeepOption),
            Agent = agent,
        };
    }

    private static AgentAction? ReadAction(string? text) => text switch
    {
        null => null,
        _ when AllActions.TryGetValue(text, out var action) => action,
        _ => throw new UsageException(
            $"'{text}' is no action; expected one of {string.Join(", ", AllActions.Keys)}.{DidYouMean.Question(text, AllActions.Keys)}"),
    };

    private static AgentType ReadType(AgentType? type, AgentAction? action)
    {
        if (type is AgentType.Orchestration)
        {
            throw new UsageException(
                "nothing is asked of agents of the type 'orchestration' yet; expected builder, reviewer or spec_maintainer.");
        }

        return type is { } given && action is { } only && only.Agent != given
            ? throw new UsageException($"'{only.WireName}' is asked of the {only.Agent.WireName}, not of the {given.WireName}.")
            : type ?? action?.Agent ?? AgentType.Builder;
    }

    private static RelativePath ReadOutput(string text) => RelativePath.TryParse(text, out var path)
        ? path
        : throw new UsageException($"{OutputOption} is '{text}'; expected {RelativePath.Expected}.");
}
