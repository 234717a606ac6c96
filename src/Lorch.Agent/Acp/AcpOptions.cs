using System.Text.Json;
using Lorch.Agent.Talking;
using Lorch.Agent.Working;
using Lorch.Core.Agents;
using Lorch.Core.Protocol;
using Lorch.Core.Tools;

namespace Lorch.Agent.Acp;

/// <summary>The arguments of <c>lorch-agent acp</c>.</summary>
internal sealed record AcpOptions
{
    /// <summary>The command that these options belong to.</summary>
    public const string Command = "acp";

    private const string TypeOption = "--type";
    private const string PromptOption = "--prompt";
    private const string SignInOption = "--sign-in";
    private const string NoReadingOption = "--no-reading";
    private const string GreetOption = AgentCommandLine.GreetOption;
    private const string IdOption = "--id";
    private const string IntervalOption = "--heartbeat-interval";
    private const string NoHeartbeatOption = "--no-heartbeat";
    private const string EndOfOptions = "--";

    // Gemini CLI (0.61) takes the answer that there is no such file for a failure and then can't create the file.
    private static readonly string[] ReadBetterThemselves = ["gemini"];

    /// <summary>Gets the agent's type.</summary>
    public required AgentType Type { get; init; }

    /// <summary>Gets the path of the prompt as given; null: the one for the action.</summary>
    public string? PromptPath { get; init; }

    /// <summary>Gets the way to sign in, if the tool asks; null: one that takes a key from the environment.</summary>
    public string? SignInMethod { get; init; }

    /// <summary>Gets a value indicating whether the tool has to read files itself.</summary>
    public bool IsWithoutReading { get; init; }

    /// <summary>Gets a value indicating whether the tool is only to be greeted, and asked for nothing.</summary>
    public bool OnlyGreets { get; init; }

    /// <summary>Gets the tool and its arguments; empty: lorch.json says them.</summary>
    public required IReadOnlyList<string> Tool { get; init; }

    /// <summary>Gets the agent's name, if one was given.</summary>
    public string? Id { get; init; }

    /// <summary>Gets how often a heartbeat is sent; null: never.</summary>
    public TimeSpan? HeartbeatInterval { get; init; }

    /// <summary>Reads the arguments.</summary>
    /// <param name="arguments">The arguments behind <c>acp</c>.</param>
    /// <returns>The options.</returns>
    /// <exception cref="UsageException">An argument is unknown, missing or wrong.</exception>
    public static AcpOptions Parse(IReadOnlyList<string> arguments)
    {
        var own = arguments.TakeWhile(argument => argument != EndOfOptions).ToList();
        var values = OptionValues.Read(
            Command,
            own,
            [TypeOption, PromptOption, SignInOption, IdOption, IntervalOption],
            [NoReadingOption, GreetOption, NoHeartbeatOption]);
        return new AcpOptions
        {
            Type = values.FindType(TypeOption) ?? throw new UsageException($"{TypeOption} is missing. See lorch-agent --help."),
            PromptPath = values.Find(PromptOption),
            SignInMethod = values.Find(SignInOption),
            IsWithoutReading = values.Has(NoReadingOption),
            OnlyGreets = values.Has(GreetOption),
            Tool = [.. arguments.Skip(own.Count + 1)],
            Id = values.Find(IdOption),
            HeartbeatInterval = values.Has(NoHeartbeatOption) ? null : values.Seconds(IntervalOption, TimeSpan.FromSeconds(10)),
        };
    }

    /// <summary>Gives what the options and lorch.json mean together.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="pid">This process' id.</param>
    /// <exception cref="UsageException">They name no tool, or don't fit.</exception>
    public AcpSettings SettingsWith(ToolWorkspace workspace, int pid)
    {
        var preset = ReadPreset(workspace.Settings);
        IReadOnlyList<string> command = [.. preset.Command, .. workspace.Settings.Arguments];
        var environment = new Dictionary<string, string>(preset.Environment ?? new Dictionary<string, string>());
        foreach (var (name, value) in workspace.Environment)
        {
            environment[name] = value;
        }

        return new AcpSettings
        {
            Type = Type,
            Preset = preset,
            Command = command,
            Environment = environment,
            Permissions = ReadPermissions(workspace.Settings),
            ProcessId = pid,
            SignInMethod = SignInMethod,
            OffersReading = !IsWithoutReading
                && !command.Any(word => ReadBetterThemselves.Contains(Path.GetFileNameWithoutExtension(word))),
        };
    }

    private static ToolPermissions ReadPermissions(ToolSettings settings)
    {
        try
        {
            return ToolPermissions.Read(settings.Permissions);
        }
        catch (JsonException exception)
        {
            throw new UsageException($"'permissions' in lorch.json is wrong: {exception.Message} ({exception.Path})");
        }
    }

    private ToolPreset ReadPreset(ToolSettings settings)
    {
        try
        {
            return Tool.Count > 0 ? ToolPresets.Get(ToolPresets.Of(Tool[0], Tool), settings.Preset)
                : settings.Use is { } use && ToolUse.TryParse(use) is { SpeaksAcp: true } parsed ? ToolPresets.Get(parsed, settings.Preset)
                : throw new UsageException(
                    $"{Command} needs a tool: -- TOOL [ARGUMENTS], or \"use\": \"acp:TOOL ARGUMENTS\" in lorch.json. See lorch-agent "
                        + $"--help.");
        }
        catch (JsonException exception)
        {
            throw new UsageException($"the preset is wrong: {exception.Message} ({exception.Path})");
        }
    }
}
