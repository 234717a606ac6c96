using System.Text.Json;
using Lorch.Agent.Talking;
using Lorch.Core.Configuration;
using Lorch.Core.Json;
using Lorch.Core.Protocol;
using Lorch.Core.Tools;

namespace Lorch.Agent.Exec;

/// <summary>The arguments of <c>lorch-agent exec</c>.</summary>
internal sealed record ExecOptions
{
    /// <summary>The command that these options belong to.</summary>
    public const string Command = "exec";

    private const string TypeOption = "--type";
    private const string PresetOption = "--preset";
    private const string PromptOption = "--prompt";
    private const string PromptWayOption = "--prompt-via";
    private const string OutputOption = "--output";
    private const string IdOption = "--id";
    private const string IntervalOption = "--heartbeat-interval";
    private const string NoHeartbeatOption = "--no-heartbeat";
    private const string EndOfOptions = "--";

    /// <summary>Gets the agent's type.</summary>
    public required AgentType Type { get; init; }

    /// <summary>Gets the path of the prompt as given; null: the one for the action.</summary>
    public string? PromptPath { get; init; }

    /// <summary>Gets the preset that was named; null: what lorch.json says, or the command.</summary>
    public string? Preset { get; init; }

    /// <summary>Gets the members of the preset that are other ones: an object.</summary>
    public required JsonElement Replaced { get; init; }

    /// <summary>Gets the tool and its arguments; empty: the preset says them.</summary>
    public required IReadOnlyList<string> Tool { get; init; }

    /// <summary>Gets the agent's name, if one was given.</summary>
    public string? Id { get; init; }

    /// <summary>Gets how often a heartbeat is sent; null: never.</summary>
    public TimeSpan? HeartbeatInterval { get; init; }

    /// <summary>Reads the arguments.</summary>
    /// <param name="arguments">The arguments behind <c>exec</c>.</param>
    /// <returns>The options.</returns>
    /// <exception cref="UsageException">An argument is unknown, missing or wrong.</exception>
    public static ExecOptions Parse(IReadOnlyList<string> arguments)
    {
        var own = arguments.TakeWhile(argument => argument != EndOfOptions).ToList();
        var tool = arguments.Skip(own.Count + 1).ToList();
        var values = OptionValues.Read(
            Command,
            own,
            [TypeOption, PresetOption, PromptOption, PromptWayOption, OutputOption, IdOption, IntervalOption],
            [NoHeartbeatOption]);
        return new ExecOptions
        {
            Type = values.FindType(TypeOption) ?? throw new UsageException($"{TypeOption} is missing. See lorch-agent --help."),
            PromptPath = values.Find(PromptOption),
            Preset = values.Find(PresetOption) is { } name ? Known(name, [.. ToolUse.Presets], PresetOption) : null,
            Replaced = JsonText.Write(json =>
            {
                json.WriteStartObject();
                Write(
                    json,
                    "prompt",
                    values.Find(PromptWayOption) is { } way ? Known(way, PromptWayNames.All.Names, PromptWayOption) : null);
                Write(
                    json,
                    "output",
                    values.Find(OutputOption) is { } form ? Known(form, ToolOutputFormNames.All.Names, OutputOption) : null);
                json.WriteEndObject();
            }),
            Tool = tool,
            Id = values.Find(IdOption),
            HeartbeatInterval = values.Has(NoHeartbeatOption) ? null : values.Seconds(IntervalOption, TimeSpan.FromSeconds(10)),
        };
    }

    /// <summary>Gives the preset that the options and lorch.json mean together.</summary>
    /// <param name="settings">What lorch.json says.</param>
    /// <exception cref="UsageException">They name no tool, or don't fit.</exception>
    public ToolPreset PresetWith(ToolSettings settings)
    {
        try
        {
            var use = Preset ?? settings.Use;
            if (use is null && Tool.Count == 0)
            {
                throw new UsageException(
                    $"{Command} needs a tool: -- TOOL [ARGUMENTS], {PresetOption}, or 'use' in lorch.json. See lorch-agent --help.");
            }

            var preset = use is null
                ? ToolPresets.Get(ToolPresets.Of(Tool[0], Tool), Replaced)
                : ToolPresets.Get(ToolUse.TryParse(use)!, settings.Preset ?? Replaced);
            return use is null || Tool.Count == 0 ? preset : preset with { Command = [.. Tool, .. preset.Command.Skip(1)] };
        }
        catch (JsonException exception)
        {
            throw new UsageException($"the preset is wrong: {exception.Message} ({exception.Path})");
        }
    }

    private static string Known(string text, IReadOnlyCollection<string> known, string option) => known.Contains(text)
        ? text
        : throw new UsageException(
            $"{option} is '{text}'; expected one "
                + $"of {string.Join(", ", known.Order(StringComparer.Ordinal))}.{DidYouMean.Question(text, known)}");

    private static void Write(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
