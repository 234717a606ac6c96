using System.Text.Json;
using Lorch.Core.Agents;
using Lorch.Core.Configuration;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Receipts;
using Lorch.Core.Snapshots;
using Lorch.Core.Snapshots.GitIgnore;
using Lorch.Core.Snapshots.Manifests;
using Lorch.Core.Snapshots.Scanning;
using Lorch.Core.Snapshots.Tracking;
using Lorch.Core.Storage;
using Lorch.Core.UpToDate;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Records;

/// <summary>What the parts of a run share: the workspace, its stores, the clock and chance.</summary>
internal sealed record RunServices
{
    public required WorkspaceLayout Layout { get; init; }

    public required IDurableFiles Files { get; init; }

    public required LorchConfiguration Configuration { get; init; }

    public required TimeProvider Clock { get; init; }

    /// <summary>Gives a number from 0 up to, not including, 1.</summary>
    public required Func<double> Chance { get; init; }

    /// <summary>Takes secrets out of a text.</summary>
    public required Func<string, string> Redact { get; init; }

    /// <summary>Says why an agent's program can't be started, without starting it; <see langword="null"/> if it probably can.</summary>
    public required Func<AgentSettings, Diagnostic?> CheckAgent { get; init; }

    /// <summary>Gives what starts the agents of a run.</summary>
    public required Func<RunId, IAgentLauncher> Launchers { get; init; }

    /// <summary>How the workspace is looked at.</summary>
    public ScanSettings Scanning { get; init; } = new();

    private GitIgnoreFiles? Ignored => GitIgnoreFiles.Of(Layout, Configuration.RespectGitIgnore);

    public TrackingRules Tracking => field ??= new TrackingRules(
        Configuration.Include,
        Configuration.Exclude,
        [.. Configuration.Tasks.SelectMany(task => task.Inputs ?? [])]).For(Layout).Without(Ignored);

    /// <summary>What the next build tracks: the .gitignore files count as they are just now, and not as they were when they were first read.</summary>
    public TrackingRules TrackingNow => Tracking.Without(Ignored);

    public SnapshotCapture Capture => field ??= new SnapshotCapture(Layout, Tracking, Files, Configuration.Trust, Clock, Scanning);

    public ReceiptStore Receipts => field ??= new ReceiptStore(Layout, Files);

    public CompletionStore Completions => field ??= new CompletionStore(Layout, Files);

    public ManifestStore Manifests => field ??= new ManifestStore(Layout, Files);

    public RunCatalog Catalog => field ??= new RunCatalog(this);

    public ArtifactVerifier Verifier =>
        field ??= new ArtifactVerifier(new OwnPlaces(Layout, Configuration.Path), Configuration.ArtifactMaxBytes);

    public TaskGraph Graph => field ??= new TaskGraph(Configuration.Tasks);

    /// <summary>What a task is about.</summary>
    public TaskInputs InputsOf(TaskDefinition task) => new(task, Tracking);

    private Dictionary<TaskId, AgentTeam> Teams => field ??= MakeTeams();

    private AgentTeam UsualTeam => field ??= new AgentTeam(Configuration.Agents);

    /// <summary>The agents that work a task; of one that nobody knows any more, those of tasks that name none.</summary>
    public AgentTeam TeamOf(TaskId task) => Teams.GetValueOrDefault(task, UsualTeam);

    /// <summary>The agents that tasks have, and those that lorch.json describes for any, each once.</summary>
    public IReadOnlyList<AgentSettings> AgentsInUse() =>
    [
        .. Teams.Values.Distinct().SelectMany(team => team.Members.Values).Concat(Configuration.Agents.Values)
            .DistinctBy(agent => (agent.Type, agent.Name))
            .OrderBy(agent => agent.Type)
            .ThenBy(agent => agent.Name, StringComparer.Ordinal),
    ];

    /// <summary>Measures those of some paths that a snapshot of the workspace doesn't hold: whatever keeps them out of it, they may be there.</summary>
    public async Task<IReadOnlyDictionary<RelativePath, Artifact?>> MeasureBesidesAsync(
        Manifest snapshot,
        IEnumerable<RelativePath> paths,
        CancellationToken cancellationToken)
    {
        var measured = new Dictionary<RelativePath, Artifact?>();
        foreach (var path in paths.Where(path => snapshot.Find(path) is null).Distinct())
        {
            measured[path] = await Verifier.MeasureAsync(path, cancellationToken) is Measurement.Measured(var artifact) ? artifact : null;
        }

        return measured;
    }

    /// <summary>Refuses to begin or go on with work whose agents can't all be started: a run that ends at its second step has cost its first.</summary>
    /// <exception cref="LorchException">An agent's program can't be started.</exception>
    public void CheckAgents(TaskId task)
    {
        foreach (var agent in TeamOf(task).Members.Values.OrderBy(agent => agent.Type))
        {
            if (CheckAgent(agent) is { } problem)
            {
                throw new LorchException(agent.Locate(problem));
            }
        }
    }

    /// <summary>The time as it will be read again, without what is finer than a millisecond: what is folded now equals what a replay folds.</summary>
    public DateTimeOffset Now()
    {
        var now = Clock.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
    }

    public MessageId NewMessageId() => MessageId.Create(Clock.GetUtcNow());

    /// <summary>Tasks that name none have one team, and so have those that name the same: what is computed of it is computed once.</summary>
    private Dictionary<TaskId, AgentTeam> MakeTeams()
    {
        var (teams, byNames) = (new Dictionary<TaskId, AgentTeam>(), new Dictionary<string, AgentTeam>());
        foreach (var task in Configuration.Tasks.Where(task => task.Agents.Count > 0))
        {
            var names = string.Join(' ', task.Agents.OrderBy(agent => agent.Key).Select(agent => $"{agent.Key.WireName}={agent.Value}"));
            teams[task.Id] = byNames.TryGetValue(names, out var team) ? team : byNames[names] = new AgentTeam(Configuration.AgentsOf(task));
        }

        return teams;
    }
}
