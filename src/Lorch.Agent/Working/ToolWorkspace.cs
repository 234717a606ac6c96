using Lorch.Core;
using Lorch.Core.Agents;
using Lorch.Core.Agents.Verifying;
using Lorch.Core.Configuration;
using Lorch.Core.Protocol;
using Lorch.Core.Receipts;
using Lorch.Core.Runs.Working;
using Lorch.Core.Snapshots;
using Lorch.Core.Snapshots.GitIgnore;
using Lorch.Core.Snapshots.Tracking;
using Lorch.Core.Storage;
using Lorch.Core.Tools;
using Lorch.Core.Transcripts;

namespace Lorch.Agent.Working;

/// <summary>Where an agent works, and what lorch.json says there.</summary>
internal sealed class ToolWorkspace
{
    private readonly LorchConfiguration? _configuration;
    private readonly OwnPlaces _places;
    private readonly string? _handover;

    /// <summary>Initializes a new instance of the <see cref="ToolWorkspace"/> class.</summary>
    /// <param name="environment">The agent's environment.</param>
    /// <param name="folder">The agent's folder.</param>
    /// <param name="type">The agent's type.</param>
    /// <exception cref="LorchException">lorch.json can't be used.</exception>
    public ToolWorkspace(IReadOnlyDictionary<string, string> environment, string folder, AgentType type)
    {
        Environment = environment;
        Layout = new WorkspaceLayout(Find("LORCH_WORKSPACE_ROOT") ?? folder, Find("LORCH_STATE_ROOT"));
        RunId = Core.RunId.TryParse(Find("LORCH_RUN_ID"), out var run) ? run : null;
        var file = Find(AgentEnvironment.ConfigurationVariable) ?? Path.Join(Layout.WorkspaceRoot, "lorch.json");
        if (Find(AgentEnvironment.CopyVariable) is { } path)
        {
            var copy = ConfigurationCopy.Read(path);
            (_configuration, Prompts) = (ConfigurationFile.ParseAlone(file, copy.Text.Span), copy.Prompts);
        }
        else
        {
            _configuration = File.Exists(file) ? ConfigurationFile.LoadAlone(file) : null;
            Prompts = RepositoryPrompts.Load(Layout.WorkspaceRoot, ShippedPrompts.ActionsOf(type));
        }

        Settings = AgentOf(type, Find(AgentEnvironment.NameVariable))?.Tool ?? new ToolSettings();
        _handover = Find(AgentEnvironment.HandoverVariable);
        _places = new OwnPlaces(Layout, file);
        Verifier = new ArtifactVerifier(_places, _configuration?.ArtifactMaxBytes ?? long.MaxValue);
        var secrets = environment.Concat((_configuration?.DescribedAgents ?? []).SelectMany(agent => agent.Environment));
        Redactor = SecretRedactor.ForEnvironment(secrets, _configuration is null ? SecretNames.LooksSecret : _configuration.LooksSecret);

        string? Find(string name) => environment.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;
    }

    /// <summary>Gives the place where commands check what an agent built.</summary>
    public VerifyPlace PlaceToVerify(AgentType type, Command command) => new()
    {
        Layout = Layout,
        Environment = EnvironmentOf(command),
        Show = Redactor.Redact,
        Type = type,
        Mark = AgentEnvironment.ToolSessionVariable,
    };

    /// <summary>Gets the agent's environment, which tools inherit.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>Gets where everything lies.</summary>
    public WorkspaceLayout Layout { get; }

    /// <summary>Gets the run; null outside of one.</summary>
    public RunId? RunId { get; }

    /// <summary>Gets what lorch.json says of the agent's tool.</summary>
    public ToolSettings Settings { get; }

    /// <summary>Gets the prompts, as they were when the run began.</summary>
    public RepositoryPrompts Prompts { get; }

    /// <summary>Gets what describes files.</summary>
    public ArtifactVerifier Verifier { get; }

    /// <summary>Gets what takes the secrets out of a text.</summary>
    public SecretRedactor Redactor { get; }

    /// <summary>Whether a path is that of a prompt: it was read when the run began, and people edit it meanwhile.</summary>
    public static bool IsPrompt(RelativePath path) =>
        ShippedPrompts.Actions.Any(action => path.ToString() == $"{ShippedPrompts.Folder}/{action.WireName}.md");

    /// <summary>
    /// Whether a path is that of lorch.json: it was read when the run began, people edit it meanwhile, and Lorch says so.
    /// </summary>
    public bool IsConfiguration(RelativePath path) => _places.IsConfiguration(path);

    /// <summary>
    /// Gives below which span a tool works a command, as a W3C header; <see langword="null"/> if Lorch sends no traces, whoever else does.
    /// </summary>
    public string? TraceParentOf(Command command) =>
        RunId is { } run
            && TraceIds.TryParse(Environment.GetValueOrDefault(TraceIds.Variable), out var trace, out _)
            && trace == TraceIds.TraceOf(run)
            ? TraceIds.HeaderOf(run, command.MessageId)
            : null;

    /// <summary>Gives the environment of a program that is run for a command.</summary>
    public IReadOnlyDictionary<string, string> EnvironmentOf(Command command) => TraceParentOf(command) is { } parent
        ? new Dictionary<string, string>(Environment) { [TraceIds.Variable] = parent }
        : Environment;

    /// <summary>Reads what Lorch handed over with a command; <see langword="null"/> if nobody did, as outside of a run.</summary>
    public Handover? ReadHandover(Command command) => _handover is null ? null : Handover.Read(_handover, command.MessageId);

    /// <summary>Makes the rules by which files are looked at, with the .gitignore files as they are now.</summary>
    /// <param name="handover">What was handed over; if nothing was, lorch.json says what is tracked.</param>
    public SightRules RulesOf(Handover? handover)
    {
        var ignored = GitIgnoreFiles.Of(Layout, handover is null ? _configuration?.RespectGitIgnore : handover.RespectGitIgnore)?.Keep();
        var tracking = handover is not null
            ? TrackedFiles.Compose(Layout, handover.Include, handover.Exclude, handover.Inputs, ignored)
            : TrackedFiles.Compose(
                Layout,
                _configuration?.Include,
                _configuration?.Exclude ?? [],
                [.. (_configuration?.Tasks ?? []).SelectMany(task => task.Inputs ?? [])],
                ignored);
        return new SightRules(tracking, TrackedFiles.Compose(Layout, ["**"], [], [], ignored));
    }

    /// <summary>Makes what looks at all tracked files.</summary>
    public SnapshotCapture Capture(SightRules rules) =>
        new(Layout, rules.Tracking, new DurableFiles(), _configuration?.Trust ?? SnapshotTrust.Stat, TimeProvider.System);

    private AgentSettings? AgentOf(AgentType type, string? name) => name is null
        ? _configuration?.Agents.GetValueOrDefault(type)
        : _configuration?.NamedAgents.GetValueOrDefault(name)?.GetValueOrDefault(type);
}

/// <summary>What is seen of a workspace.</summary>
/// <param name="Tracking">What is tracked.</param>
/// <param name="Visible">Everything that an agent's changes are looked for in, tracked or not; what git ignores is its tool's own
/// business.</param>
internal sealed record SightRules(TrackingRules Tracking, TrackingRules Visible);
