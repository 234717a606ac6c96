using System.Globalization;
using System.Text.Json;
using Lorch.Core.Agents;
using Lorch.Core.Json;
using Lorch.Core.Protocol;
using Lorch.Core.Tools;

namespace Lorch.Core.Configuration;

/// <summary>Reads one member of <c>agents</c>.</summary>
internal static class AgentReader
{
    private const double MinSeconds = 0.05;
    private const double MaxHeartbeatSeconds = 3600;
    private const double MaxTimeoutSeconds = 604_800;

    /// <summary>Reads an agent.</summary>
    /// <param name="values">Reads values of lorch.json.</param>
    /// <param name="type">What the agent does.</param>
    /// <param name="value">The agent as it is written.</param>
    /// <param name="looksSecret">Whether a variable of that name holds a secret.</param>
    /// <param name="name">The name of a named agent, which may be asked for any action; <see langword="null"/> for another.</param>
    public static AgentSettings Read(
        ValueReader values,
        AgentType type,
        LocatedValue value,
        Func<string, bool> looksSecret,
        string? name = null)
    {
        var members = ObjectReader.Open(values, value, KnownMembers.Agent);
        var heartbeat = members.Number("heartbeat_interval_s", 10, MinSeconds, MaxHeartbeatSeconds);
        var use = ToolReader.ReadUse(values, value, members);
        var command = use is null ? ReadCommand(values, members) : CommandOf(use, type, heartbeat);
        var environment = ReadEnvironment(values, members);
        var (line, column) = values.Source.PlaceOf((members.Find("use") ?? members.Find("cmd") ?? value).Start);
        return new AgentSettings
        {
            Type = type,
            Name = name,
            Command = command,
            Tool = use is null && !RunsTool(command) ? null : ToolReader.Read(values, members, use),
            Identity = Identify(values, members, environment, looksSecret),
            HeartbeatInterval = TimeSpan.FromSeconds(heartbeat),
            Timeouts = ReadTimeouts(type, members, name is null ? [type] : KnownMembers.Agents),
            Environment = environment,
            File = values.Source.File,
            Line = line,
            Column = column,
        };
    }

    /// <summary>
    /// What starts the agent of the package for a tool. The identity doesn't hold it: an update of the package makes nothing stale.
    /// </summary>
    private static IReadOnlyList<string> CommandOf(ToolUse use, AgentType type, double heartbeat) =>
    [
        AgentCommandLine.PackagedAgent,
        use.SpeaksAcp ? "acp" : "exec",
        "--type",
        type.WireName,
        "--heartbeat-interval",
        heartbeat.ToString(CultureInfo.InvariantCulture),
    ];

    private static bool RunsTool(IReadOnlyList<string> command) => command is [AgentCommandLine.PackagedAgent, "exec" or "acp", ..];

    private static List<string> ReadCommand(ValueReader values, ObjectReader members)
    {
        const string expected = "a list of texts: the agent's program and its arguments";
        var value = members.Require(
            "cmd",
            "Add the command that starts the agent, like \"cmd\": [\"my-agent\"], or the tool that it uses, like \"use\": \"claude-code\".");
        return values.Command(value, expected, "the agent's program");
    }

    private static Dictionary<string, string> ReadEnvironment(ValueReader values, ObjectReader members)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        if (members.Find("env") is not { } value)
        {
            return environment;
        }

        foreach (var member in values.AnyObject(value).Members)
        {
            if (member.Name.Length == 0 || member.Name.AsSpan().IndexOfAny('=', '\0') >= 0)
            {
                throw values.Source.Refuse(
                    DiagnosticCode.ConfigurationInvalidValue,
                    member.Start,
                    $"{member.Value.Path}: found the name '{member.Name}', expected the name of an environment variable: not empty, "
                        + $"without '='. Correct the name.");
            }

            environment.Add(member.Name, values.Argument(member.Value, "a text"));
        }

        return environment;
    }

    private static Dictionary<AgentAction, TimeSpan> ReadTimeouts(AgentType type, ObjectReader members, IReadOnlyList<AgentType> allowed)
    {
        var timeouts = members.Object("timeouts_s", [.. allowed.SelectMany(other => KnownMembers.ActionsOf(other).Keys)]);
        return KnownMembers.ActionsOf(type).ToDictionary(
            action => action.Value,
            action => TimeSpan.FromSeconds(
                timeouts.Number(action.Key, AgentSettings.DefaultTimeout(action.Value).TotalSeconds, MinSeconds, MaxTimeoutSeconds)));
    }

    // Of a secret the identity holds the name alone: a digest would tell whoever guesses the value that the guess is right.
    private static JsonElement Identify(
        ValueReader values,
        ObjectReader members,
        Dictionary<string, string> environment,
        Func<string, bool> looksSecret)
    {
        var shown = environment.ToDictionary(pair => pair.Key, pair => looksSecret(pair.Key) ? null : pair.Value, StringComparer.Ordinal);
        return JsonText.Write(json =>
        {
            json.WriteStartObject();
            foreach (var member in members.Members.Where(member => AgentSettings.IdentityMembers.Contains(member.Name)))
            {
                json.WritePropertyName(member.Name);
                ValueReader.Element(member.Value).WriteTo(json);
            }

            json.WriteStartObject("env");
            foreach (var (name, text) in shown)
            {
                json.WriteString(name, text);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        });
    }
}
