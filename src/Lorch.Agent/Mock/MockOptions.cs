using Lorch.Agent.Talking;
using Lorch.Core.Protocol;

namespace Lorch.Agent.Mock;

/// <summary>The arguments of <c>lorch-agent mock</c>.</summary>
internal sealed record MockOptions
{
    /// <summary>The command that these options belong to.</summary>
    public const string Command = "mock";

    private const string TypeOption = "--type";
    private const string ScriptOption = "--script";
    private const string IdOption = "--id";
    private const string IntervalOption = "--heartbeat-interval";
    private const string NoHeartbeatOption = "--no-heartbeat";

    /// <summary>Gets the agent's type.</summary>
    public required AgentType Type { get; init; }

    /// <summary>Gets the script's path as given.</summary>
    public required string ScriptPath { get; init; }

    /// <summary>Gets the agent's name, if one was given.</summary>
    public string? Id { get; init; }

    /// <summary>Gets how often a heartbeat is sent; null: never.</summary>
    public TimeSpan? HeartbeatInterval { get; init; }

    /// <summary>Reads the arguments.</summary>
    /// <param name="arguments">The arguments behind <c>mock</c>.</param>
    /// <returns>The options.</returns>
    /// <exception cref="UsageException">An argument is unknown, missing or wrong.</exception>
    public static MockOptions Parse(IEnumerable<string> arguments)
    {
        var values = OptionValues.Read(Command, arguments, [TypeOption, ScriptOption, IdOption, IntervalOption], [NoHeartbeatOption]);
        return new MockOptions
        {
            Type = values.FindType(TypeOption) ?? throw new UsageException($"{TypeOption} is missing. See lorch-agent --help."),
            ScriptPath = values.Require(ScriptOption),
            Id = values.Find(IdOption),
            HeartbeatInterval = values.Has(NoHeartbeatOption) ? null : values.Seconds(IntervalOption, TimeSpan.FromSeconds(10)),
        };
    }
}
