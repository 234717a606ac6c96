using Lorch.Core.Agents;
using Lorch.Core.Agents.Verifying;
using Lorch.Core.Configuration;
using Lorch.Core.Protocol;
using Lorch.Core.Receipts;
using Lorch.Core.Reports.Recording;
using Lorch.Core.Snapshots;
using Lorch.Core.Snapshots.GitIgnore;
using Lorch.Core.Snapshots.Scanning;
using Lorch.Core.Storage;
using Lorch.Core.Transcripts;
using Lorch.Core.UpToDate;
using Lorch.Core.Views;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Records;

/// <summary>
/// The parts of a workspace, put together once for those who make a run of them. Whoever needs one or two of them is given these.
/// </summary>
/// <remarks>
/// A run that works in a view has a context of its own: what is looked at there is the view, while the records are those of the workspace.
/// </remarks>
internal sealed class RunContext
{
    private readonly RunSurroundings _surroundings;

    /// <summary>Initializes a new instance of the <see cref="RunContext"/> class.</summary>
    /// <param name="layout">The workspace.</param>
    /// <param name="configuration">What lorch.json says.</param>
    /// <param name="redactor">Takes secrets out of texts.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="surroundings">What is around it.</param>
    public RunContext(
        WorkspaceLayout layout,
        LorchConfiguration configuration,
        SecretRedactor redactor,
        TimeProvider clock,
        RunSurroundings surroundings)
    {
#pragma warning disable CA2000 // The workspace itself is nothing to let go
        View = View.InPlace(layout);
#pragma warning restore CA2000
        (Configuration, Redactor, Clock, _surroundings) = (configuration, redactor, clock, surroundings);
        Stores = new RunStores(layout, surroundings.Files, clock);
        Home = this;
        Tracked = new TrackedFiles(layout, configuration);
    }

    private RunContext(RunContext home, View view)
    {
        (View, Clock, _surroundings) = (view, home.Clock, home._surroundings);
        Redactor = home.Redactor.Showing(view.Layout.WorkspaceRoot, home.Layout.WorkspaceRoot);

        // Whether .gitignore files count is asked of the workspace: around the view there may be other repositories.
        Configuration = view.IsInRepository || home.Configuration.RespectGitIgnore is not null
            ? home.Configuration
            : home.Configuration with { RespectGitIgnore = false };
        Stores = home.Stores;
        Home = home;
        Tracked = new TrackedFiles(view.Layout, Configuration);
    }

    /// <summary>Gets where agents work.</summary>
    public View View { get; }

    /// <summary>Gets the same parts for the workspace itself, into which lands what is made in the view.</summary>
    public RunContext Home { get; }

    /// <summary>Gets the layout of the place where agents work.</summary>
    public WorkspaceLayout Layout => View.Layout;

    public LorchConfiguration Configuration { get; }

    public SecretRedactor Redactor { get; }

    public TimeProvider Clock { get; }

    /// <summary>Gets the environment of the build.</summary>
    public IReadOnlyDictionary<string, string> Environment => _surroundings.Environment;

    /// <summary>Gets where traces are sent; <see langword="null"/> if none are wanted.</summary>
    public TraceSettings? Traces => TraceSettings.Of(_surroundings.Environment);

    public Func<double> Chance => _surroundings.Chance;

    public ScanSettings Scanning => _surroundings.Scanning;

    /// <summary>Gets the records of the workspace, wherever agents work.</summary>
    public RunStores Stores { get; }

    public RunCatalog Catalog => Home == this ? field ??= new RunCatalog(Stores, Redactor, _surroundings.Chance) : Home.Catalog;

    public TrackedFiles Tracked { get; }

    public SnapshotCapture Capture =>
        field ??= new SnapshotCapture(Layout, Tracked.Rules, _surroundings.Files, Configuration.Trust, Clock, _surroundings.Scanning);

    /// <summary>Gets what looks at all files of the place where agents work but those that git ignores, tracked or not.</summary>
    public SnapshotCapture Everything => field ??= new SnapshotCapture(
        View.Visible,
        TrackedFiles.Compose(View.Visible, ["**"], [], [], GitIgnoreFiles.Of(View.Visible, Configuration.RespectGitIgnore)),
        _surroundings.Files,
        Configuration.Trust,
        Clock,
        _surroundings.Scanning);

    public ArtifactVerifier Verifier =>
        field ??= new ArtifactVerifier(new OwnPlaces(Layout, ConfigurationPath), Configuration.ArtifactMaxBytes);

    public TaskGraph Graph => field ??= new TaskGraph(Configuration.Tasks);

    public AgentRoster Agents => field ??= new AgentRoster(Configuration, _surroundings);

    /// <summary>Gets where agents are started.</summary>
    public AgentPlace AgentPlace => new(Layout, Home.Layout, Redactor.Redact);

    /// <summary>Where lorch.json lies in the place where agents work.</summary>
    private string ConfigurationPath =>
        Path.GetRelativePath(Home.Layout.WorkspaceRoot, Configuration.Path) is var relative
            && View.IsApart
            && !relative.StartsWith("..", StringComparison.Ordinal)
            && !Path.IsPathRooted(relative)
            ? Path.Join(Layout.WorkspaceRoot, relative)
            : Configuration.Path;

    /// <summary>Leaves out the tasks that somebody added and one task has nothing to do with.</summary>
    public RunContext For(TaskId task) => Configuration.Added.Count == 0
        ? this
        : new RunContext(Layout, Configuration.NarrowedTo(task), Redactor, Clock, _surroundings);

    /// <summary>Gives what a task is about.</summary>
    public TaskInputs InputsOf(TaskDefinition task) => new(task, Tracked.Rules);

    /// <summary>Runs the commands that check a task's work, where agents work.</summary>
    /// <returns>What failed; <see langword="null"/> if all passed, or there are none.</returns>
    public async Task<string?> VerifyAsync(
        RunId run,
        TaskId task,
        IReadOnlyList<VerifyCommand> commands,
        CancellationToken cancellationToken)
    {
        var environment = AgentEnvironment.Create(
            _surroundings.Environment,
            Agents.TeamOf(task).Members[AgentType.Builder],
            Layout,
            run,
            Configuration.Path);
        AgentEnvironment.KeepFromRepository(environment);
        var place = new VerifyPlace { Layout = Layout, Environment = environment, Show = Redactor.Redact };
        return commands.Count == 0 ? null : await _surroundings.Verify(place, commands, Clock, cancellationToken);
    }

    /// <summary>Makes the copy in which a run works.</summary>
    /// <param name="run">The run.</param>
    /// <param name="besides">The paths that the copy holds whatever git says of them.</param>
    /// <param name="made">The paths that the run has made or removed by now.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <returns>The context of the run; its view is to be disposed.</returns>
    public async Task<RunContext> InViewAsync(
        RunId run,
        IReadOnlyCollection<RelativePath> besides,
        IReadOnlyCollection<RelativePath> made,
        CancellationToken cancellationToken)
    {
        var request = new ViewRequest
        {
            Workspace = Layout,
            ViewRoot = _surroundings.ViewRoot,
            Environment = _surroundings.Environment,
            Run = run,
            Besides = besides,
            Made = made,
        };
#pragma warning disable CA2000 // Whoever gets the context disposes its view
        return new RunContext(this, await View.OpenAsync(request, Clock, cancellationToken));
#pragma warning restore CA2000
    }
}
