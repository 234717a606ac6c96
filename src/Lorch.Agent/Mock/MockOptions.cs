using System.Globalization;
using Lorch.Core.Configuration;
using Lorch.Core.Protocol;

namespace Lorch.Agent.Mock;

/// <summary>The arguments of <c>lorch-agent mock</c>.</summary>
internal sealed record MockOptions
{
    /// <summary>What <c>--help</c> shows.</summary>
    public const string Usage = """
        lorch-agent: agents for Lorch, which talks to them over standard input and output, one JSON message per line.

        Usage: lorch-agent mock --type TYPE --script FILE [options]

        mock answers commands as a script says, and calls no model.

          --type TYPE                    builder, reviewer, spec_maintainer or orchestration
          --script FILE                  the script, relative to the current folder
          --id ID                        the agent's name; <type>-<process id> by default
          --heartbeat-interval SECONDS   10 by default; fractions are allowed
          --no-heartbeat                 send no heartbeats
          --help                         show this text

        It ends when its standard input ends. Exit codes: 0 ended as asked, 1 failed, 2 wrong arguments or script, or what the script says.
        """;

    private const string TypeOption = "--type";
    private const string ScriptOption = "--script";
    private const string IdOption = "--id";
    private const string IntervalOption = "--heartbeat-interval";
    private const string NoHeartbeatOption = "--no-heartbeat";

    private static readonly string[] Commands = ["mock"];
    private static readonly string[] Options = [TypeOption, ScriptOption, IdOption, IntervalOption, NoHeartbeatOption, "--help"];

    private static readonly Dictionary<string, AgentType> Types = Enum.GetValues<AgentType>()
        .Where(type => type != AgentType.System)
        .ToDictionary(type => type.WireName, StringComparer.Ordinal);

    /// <summary>Gets the agent's type.</summary>
    public required AgentType Type { get; init; }

    /// <summary>Gets the script's path as given.</summary>
    public required string ScriptPath { get; init; }

    /// <summary>Gets the agent's name, if one was given.</summary>
    public string? Id { get; init; }

    /// <summary>Gets how often a heartbeat is sent; null: never.</summary>
    public TimeSpan? HeartbeatInterval { get; init; }

    /// <summary>Reads the arguments.</summary>
    /// <param name="arguments">The arguments, the command first.</param>
    /// <returns>The options.</returns>
    /// <exception cref="UsageException">An argument is unknown, missing or wrong.</exception>
    public static MockOptions Parse(IReadOnlyList<string> arguments)
    {
        if (!Commands.Contains(arguments[0]))
        {
            throw new UsageException($"there is no command '{arguments[0]}'.{DidYouMean.Question(arguments[0], Commands)} See lorch-agent --help.");
        }

        var values = ReadValues(arguments.Skip(1));
        return new MockOptions
        {
            Type = ReadType(Required(values, TypeOption)),
            ScriptPath = Required(values, ScriptOption),
            Id = values.GetValueOrDefault(IdOption),
            HeartbeatInterval = values.ContainsKey(NoHeartbeatOption) ? null : ReadInterval(values.GetValueOrDefault(IntervalOption, "10")),
        };
    }

    private static Dictionary<string, string> ReadValues(IEnumerable<string> arguments)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        using var argument = arguments.GetEnumerator();
        while (argument.MoveNext())
        {
            var option = argument.Current;
            if (!Options.Contains(option))
            {
                throw new UsageException($"mock has no option '{option}'.{DidYouMean.Question(option, Options)} See lorch-agent --help.");
            }

            if (option != NoHeartbeatOption && !argument.MoveNext())
            {
                throw new UsageException($"{option} needs a value.");
            }

            if (!values.TryAdd(option, argument.Current))
            {
                throw new UsageException($"{option} is given twice.");
            }
        }

        return values;
    }

    private static string Required(Dictionary<string, string> values, string option) =>
        values.GetValueOrDefault(option) ?? throw new UsageException($"{option} is missing. See lorch-agent --help.");

    private static AgentType ReadType(string text) => Types.TryGetValue(text, out var type)
        ? type
        : throw new UsageException($"'{text}' is no agent type; expected one of {string.Join(", ", Types.Keys)}.{DidYouMean.Question(text, Types.Keys)}");

    private static TimeSpan ReadInterval(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0.001 and <= 86_400
            ? TimeSpan.FromSeconds(seconds)
            : throw new UsageException($"{IntervalOption} is '{text}'; expected seconds from 0.001 to 86400.");
}
