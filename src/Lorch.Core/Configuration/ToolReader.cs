using System.Text.Json;
using Lorch.Core.Tools;

namespace Lorch.Core.Configuration;

/// <summary>Reads the members of an agent that say which coding tool it uses, and how.</summary>
internal static class ToolReader
{
    private static readonly string[] MembersOfUse = ["args", "model", "preset"];

    /// <summary>Reads which tool is used; <see langword="null"/> if the agent has a command of its own.</summary>
    public static ToolUse? ReadUse(ValueReader values, LocatedValue agent, ObjectReader members)
    {
        if (members.Find("use") is not { } value)
        {
            if (members.Members.FirstOrDefault(member => MembersOfUse.Contains(member.Name)) is { } lost)
            {
                throw values.Source.Refuse(
                    DiagnosticCode.ConfigurationInvalidValue,
                    lost.Start,
                    $"{agent.Path}: found '{lost.Name}' without 'use', expected it beside the tool that it is meant for. Add \"use\": "
                        + $"\"claude-code\", or remove it.");
            }

            return null;
        }

        if (members.Find("cmd") is { } command)
        {
            throw values.Refuse(
                DiagnosticCode.ConfigurationInvalidValue,
                command,
                "either 'cmd' or 'use', not both",
                "Remove one of them.");
        }

        var text = values.FilledText(value, ToolUse.Expected);
        return ToolUse.TryParse(text) ?? throw values.Refuse(
            DiagnosticCode.UnknownTool,
            value,
            ToolUse.Expected,
            "Write one of these." + DidYouMean.Question(text, ToolUse.Presets));
    }

    public static ToolSettings Read(ValueReader values, ObjectReader members, ToolUse? use)
    {
        var preset = members.Find("preset") is { } replaced ? ValueReader.Element(values.AnyObject(replaced)) : default(JsonElement?);
        if (use is not null && preset is not null)
        {
            CheckPreset(values, members.Find("preset")!, use, preset.Value);
        }

        return new ToolSettings
        {
            Use = use?.Text,
            Arguments = members.Find("args") is { } arguments
                ? [.. values.Items(arguments, "a list of texts: further arguments of the tool")
                    .Select(item => values.Argument(item, "an argument"))]
                : [],
            Model = members.Find("model") is { } model ? values.FilledText(model, "the name of a model") : null,
            Preset = preset,
            Permissions = members.Find("permissions") is { } permissions ? ReadPermissions(values, permissions) : null,
            Produces = members.Find("produces") is { } produces ? GlobReader.Read(values, produces) : null,
            Ignore = members.Find("ignore") is { } ignore ? GlobReader.Read(values, ignore) : [],
        };
    }

    private static JsonElement ReadPermissions(ValueReader values, LocatedValue place)
    {
        var permissions = ValueReader.Element(values.AnyObject(place));
        try
        {
            ToolPermissions.Read(permissions);
            return permissions;
        }
        catch (JsonException exception)
        {
            throw values.Source.Refuse(
                DiagnosticCode.ConfigurationInvalidValue,
                place.Start,
                $"{place.Path}{exception.Path?.TrimStart('$')}: {exception.Message}. Correct the member, or remove it.");
        }
    }

    private static void CheckPreset(ValueReader values, LocatedValue place, ToolUse use, JsonElement replaced)
    {
        try
        {
            ToolPresets.Get(use, replaced);
        }
        catch (JsonException exception)
        {
            throw values.Source.Refuse(
                DiagnosticCode.ConfigurationInvalidValue,
                place.Start,
                $"{place.Path}{exception.Path?.TrimStart('$')}: {exception.Message}. Expected are members of a preset as preset.v1.json "
                    + $"describes them: correct the member.");
        }
    }
}
