using Lorch.Core.Configuration;
using Lorch.Core.Receipts;
using Lorch.Core.Snapshots;
using Lorch.Core.Snapshots.Scanning;
using Lorch.Core.Storage;
using Lorch.Core.Transcripts;
using Lorch.Core.UpToDate;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Records;

/// <summary>
/// The parts of a workspace, put together once for those who make a run of them. Whoever needs one or two of them is given these.
/// </summary>
/// <param name="layout">The workspace.</param>
/// <param name="configuration">What lorch.json says.</param>
/// <param name="redactor">Takes secrets out of texts.</param>
/// <param name="clock">The clock.</param>
/// <param name="surroundings">What is around it.</param>
internal sealed class RunContext(
    WorkspaceLayout layout,
    LorchConfiguration configuration,
    SecretRedactor redactor,
    TimeProvider clock,
    RunSurroundings surroundings)
{
    public WorkspaceLayout Layout => layout;

    public LorchConfiguration Configuration => configuration;

    public SecretRedactor Redactor => redactor;

    public TimeProvider Clock => clock;

    public Func<double> Chance => surroundings.Chance;

    public ScanSettings Scanning => surroundings.Scanning;

    public RunStores Stores { get; } = new(layout, surroundings.Files, clock);

    public RunCatalog Catalog => field ??= new RunCatalog(Stores, redactor, surroundings.Chance);

    public TrackedFiles Tracked { get; } = new(layout, configuration);

    public SnapshotCapture Capture =>
        field ??= new SnapshotCapture(layout, Tracked.Rules, surroundings.Files, configuration.Trust, clock, surroundings.Scanning);

    public ArtifactVerifier Verifier =>
        field ??= new ArtifactVerifier(new OwnPlaces(layout, configuration.Path), configuration.ArtifactMaxBytes);

    public TaskGraph Graph => field ??= new TaskGraph(configuration.Tasks);

    public AgentRoster Agents => field ??= new AgentRoster(configuration, surroundings);

    /// <summary>Leaves out the tasks that somebody added and one task has nothing to do with.</summary>
    public RunContext For(TaskId task) => configuration.Added.Count == 0
        ? this
        : new RunContext(layout, configuration.NarrowedTo(task), redactor, clock, surroundings);

    /// <summary>Gives what a task is about.</summary>
    public TaskInputs InputsOf(TaskDefinition task) => new(task, Tracked.Rules);
}
