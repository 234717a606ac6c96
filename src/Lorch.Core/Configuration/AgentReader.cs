using System.Text.Json;
using Lorch.Core.Agents;
using Lorch.Core.Protocol;

namespace Lorch.Core.Configuration;

/// <summary>Reads one member of <c>agents</c>.</summary>
internal static class AgentReader
{
    private const double MinSeconds = 0.05;
    private const double MaxHeartbeatSeconds = 3600;
    private const double MaxTimeoutSeconds = 604_800;

    public static AgentSettings Read(ValueReader values, AgentType type, LocatedValue value, Func<string, bool> looksSecret)
    {
        var members = values.Object(value, KnownMembers.Agent);
        var command = ReadCommand(values, members);
        var environment = ReadEnvironment(values, members);
        return new AgentSettings
        {
            Type = type,
            Command = command,
            Identity = Identify(command, environment, looksSecret),
            HeartbeatInterval = TimeSpan.FromSeconds(members.Number("heartbeat_interval_s", 10, MinSeconds, MaxHeartbeatSeconds)),
            Timeouts = ReadTimeouts(type, members),
            Environment = environment,
        };
    }

    private static List<string> ReadCommand(ValueReader values, ObjectReader members)
    {
        const string expected = "a list of texts: the agent's program and its arguments";
        var value = members.Require("cmd", "Add the command that starts the agent, like \"cmd\": [\"my-agent\"].");
        var items = values.Items(value, expected);
        if (items.Count == 0)
        {
            throw values.Refuse(DiagnosticCode.ConfigurationInvalidValue, value, "a list with at least the agent's program", "Add the program.");
        }

        return [values.FilledText(items[0], "the agent's program"), .. items.Skip(1).Select(item => ReadArgument(values, item, "an argument"))];
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
                    $"{member.Value.Path}: found the name '{member.Name}', expected the name of an environment variable: not empty, without '='. Correct the name.");
            }

            environment.Add(member.Name, ReadArgument(values, member.Value, "a text"));
        }

        return environment;
    }

    // A process can be given no text that holds NUL: the system would cut it there.
    private static string ReadArgument(ValueReader values, LocatedValue value, string expected)
    {
        var text = values.Text(value, expected);
        return !text.Contains('\0', StringComparison.Ordinal)
            ? text
            : throw values.Refuse(DiagnosticCode.ConfigurationInvalidValue, value, $"{expected} without the character \\u0000", "Remove the character.");
    }

    private static Dictionary<AgentAction, TimeSpan> ReadTimeouts(AgentType type, ObjectReader members)
    {
        var actions = KnownMembers.ActionsOf(type);
        var timeouts = members.Object("timeouts_s", [.. actions.Keys]);
        return actions.ToDictionary(
            action => action.Value,
            action => TimeSpan.FromSeconds(
                timeouts.Number(action.Key, AgentSettings.DefaultTimeout(action.Value).TotalSeconds, MinSeconds, MaxTimeoutSeconds)));
    }

    // Of a secret the identity holds the name alone: a digest would tell whoever guesses the value that the guess is right.
    private static JsonElement Identify(IReadOnlyList<string> command, Dictionary<string, string> environment, Func<string, bool> looksSecret)
    {
        var shown = environment.ToDictionary(pair => pair.Key, pair => looksSecret(pair.Key) ? null : pair.Value, StringComparer.Ordinal);
        return JsonText.Write(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("cmd");
            foreach (var part in command)
            {
                json.WriteStringValue(part);
            }

            json.WriteEndArray();
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
