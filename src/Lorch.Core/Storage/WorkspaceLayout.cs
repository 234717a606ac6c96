using System.Globalization;
using Lorch.Core.Hashing;

namespace Lorch.Core.Storage;

/// <summary>Where everything lies that Lorch reads and writes. No other place knows the names of its folders.</summary>
internal sealed class WorkspaceLayout
{
    private const string Snapshots = "snapshots";
    private const string Events = "events";
    private const string Receipts = "receipts";
    private const string Contents = "contents";
    private const string Completions = "completions";
    private const string State = "state";
    private const string Keys = "keys";
    private const string Sessions = "sessions";
    private const string Prompts = "prompts";
    private const string Traces = "traces";
    private const string Locks = "locks";
    private const string Permits = "permits";
    private const string Handovers = "handover";
    private const string Worked = "worked";
    private const string Logs = "logs";
    private const string Transcripts = "transcripts";
    private const string Reports = "reports";
    private const string Reviews = "reviews";
    private const string SpecNotes = "spec_notes";

    private readonly string? _statIndex;

    /// <summary>Initializes a new instance of the <see cref="WorkspaceLayout"/> class.</summary>
    /// <param name="workspaceRoot">The folder that is worked on, absolute.</param>
    /// <param name="stateRoot">The folder that Lorch's own folders lie in, absolute; the workspace root if null.</param>
    /// <exception cref="ArgumentException">A path isn't absolute.</exception>
    public WorkspaceLayout(string workspaceRoot, string? stateRoot)
    {
        WorkspaceRoot = Normalize(workspaceRoot, nameof(workspaceRoot));
        StateRoot = stateRoot is null ? WorkspaceRoot : Normalize(stateRoot, nameof(stateRoot));
    }

    private WorkspaceLayout(string workspaceRoot, string stateRoot, string statIndex)
        : this(workspaceRoot, stateRoot) => _statIndex = statIndex;

    /// <summary>Gets the names of Lorch's own folders, none of which is ever tracked where it lies at the root.</summary>
    public static IReadOnlyList<string> OwnFolders { get; } =
        [Snapshots, Events, Receipts, Contents, State, Logs, Transcripts, Reports, Reviews, SpecNotes];

    /// <summary>Gets those of them in which agents write.</summary>
    public static IReadOnlyList<string> FoldersForAgents { get; } = [Reviews, SpecNotes];

    /// <summary>Gets the folder that is worked on, absolute, without a separator at its end.</summary>
    public string WorkspaceRoot { get; }

    /// <summary>Gets the folder that Lorch's own folders lie in, absolute, without a separator at its end.</summary>
    public string StateRoot { get; }

    /// <summary>Gets the folder of manifests and of parts of commands.</summary>
    public string SnapshotsFolder => Below(Snapshots);

    /// <summary>Gets the folder of ledgers.</summary>
    public string EventsFolder => Below(Events);

    /// <summary>Gets the folder that holds a folder of receipts for each task.</summary>
    public string ReceiptsFolder => Below(Receipts);

    /// <summary>Gets the folder of what runs in views made and replaced, by digest.</summary>
    public string ContentsFolder => Below(Contents);

    /// <summary>Gets the folder of run states, of the lock and of what can be computed again.</summary>
    public string StateFolder => Below(State);

    /// <summary>Gets the folder that holds a folder of logs for each agent.</summary>
    public string LogsFolder => Below(Logs);

    /// <summary>Gets the folder of transcripts.</summary>
    public string TranscriptsFolder => Below(Transcripts);

    /// <summary>Gets the folder of what people look at.</summary>
    public string ReportsFolder => Below(Reports);

    /// <summary>Gets the page that shows all tasks and runs.</summary>
    public string ReportIndex => Below(Reports, "index.html");

    /// <summary>Gets the folder of verdicts that the build engine compares.</summary>
    public string KeysFolder => Below(State, Keys);

    /// <summary>Gets the folder with a file for each time in which a run was worked on and whose spans weren't sent yet.</summary>
    public string UnsentTracesFolder => Below(State, Traces);

    /// <summary>Gets the file that tells of the current or latest run.</summary>
    public string RunState => Below(State, "run.json");

    /// <summary>Gets the file that lists all runs.</summary>
    public string RunIndex => Below(State, "index.json");

    /// <summary>Gets the file whose lock lets one build at a time write records, or work in the workspace itself.</summary>
    public string LockFile => Below(State, "run.lock");

    /// <summary>Gets the file whose lock lets one landing go on while others wait.</summary>
    public string LandingLock => Below(State, "landing.lock");

    /// <summary>Gets the file in which the scanner remembers digests.</summary>
    public string StatIndex => _statIndex ?? Below(State, "snapshot.index");

    /// <summary>Gets the file whose lock lets one build at a time work a task.</summary>
    /// <param name="task">The task.</param>
    /// <returns>An absolute path.</returns>
    public string TaskLock(TaskId task) => Below(State, Locks, task.ToString());

    /// <summary>Gets the file whose lock is one of the places in which tasks are worked at once.</summary>
    /// <param name="number">Its number, from 1.</param>
    /// <returns>An absolute path.</returns>
    public string WorkPermit(int number) => Below(State, Permits, string.Create(CultureInfo.InvariantCulture, $"work-{number}"));

    /// <summary>Gets the file whose lock lets one at a time write the list of all runs.</summary>
    public string IndexLock => Below(State, Permits, "index");

    /// <summary>Gets the folder in which builds leave for their own parts what came of tasks.</summary>
    public string WorkedTasksFolder => Below(State, Worked);

    /// <summary>Gets the file in which a build leaves what came of a task.</summary>
    /// <param name="build">What names the build.</param>
    /// <param name="work">The task, and whether it was forced.</param>
    /// <returns>An absolute path.</returns>
    public string WorkedTask(string build, string work) => Path.Join(WorkedTasksFolder, build, $"{work}.json");

    /// <summary>
    /// Gets the file that tells the package's agents of a run what Lorch knows beside the command that they are asked; safe to delete
    /// between two builds.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <returns>An absolute path.</returns>
    public string Handover(RunId run) => Below(State, Handovers, $"{run}.json");

    /// <summary>Gets the file in which an agent remembers the session that its tool had for a task; safe to delete.</summary>
    /// <param name="task">The task.</param>
    /// <param name="agentType">The agent's type.</param>
    /// <returns>An absolute path.</returns>
    public string ToolSession(TaskId task, string agentType) => Below(State, Sessions, task.ToString(), $"{agentType}.json");

    /// <summary>
    /// Gets the file in which an agent of the package leaves the prompt by which it works a command, until the build has read it.
    /// </summary>
    /// <param name="command">The command's message id.</param>
    /// <returns>An absolute path.</returns>
    public string Prompt(string command) => Below(State, Prompts, $"{command}.md");

    /// <summary>Gets the file that holds what a snapshot found.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <returns>An absolute path.</returns>
    public string Manifest(SnapshotId snapshot) => Below(Snapshots, $"{snapshot}.manifest.json");

    /// <summary>Gets a file for what is too long for a command.</summary>
    /// <param name="name">The file's name.</param>
    /// <returns>An absolute path.</returns>
    public string CommandFile(string name) => Below(Snapshots, name);

    /// <summary>Gets the ledger of a run.</summary>
    /// <param name="run">The run.</param>
    /// <returns>An absolute path.</returns>
    public string Ledger(RunId run) => Below(Events, $"{run}.ndjson");

    /// <summary>Gets the file to which the torn end of a run's ledger is moved.</summary>
    /// <param name="run">The run.</param>
    /// <returns>An absolute path.</returns>
    public string TornTail(RunId run) => Below(Events, $"{run}.torn");

    /// <summary>Gets the folder of a task's receipts.</summary>
    /// <param name="task">The task.</param>
    /// <returns>An absolute path.</returns>
    public string TaskReceiptsFolder(TaskId task) => Below(Receipts, task.ToString());

    /// <summary>Gets the receipt of a task's step.</summary>
    /// <param name="task">The task.</param>
    /// <param name="step">The step's number, from 1.</param>
    /// <returns>An absolute path.</returns>
    public string Receipt(TaskId task, int step) =>
        Path.Join(TaskReceiptsFolder(task), string.Create(CultureInfo.InvariantCulture, $"step-{step}.json"));

    /// <summary>Gets the record of a task's latest completion.</summary>
    /// <param name="task">The task.</param>
    /// <returns>An absolute path.</returns>
    public string Completion(TaskId task) => Path.Join(TaskReceiptsFolder(task), "completion.json");

    /// <summary>Gets the record of the latest completion of a task with one key.</summary>
    /// <param name="task">The task.</param>
    /// <param name="taskKey">The task key.</param>
    /// <returns>An absolute path.</returns>
    public string Completion(TaskId task, IdempotencyKey taskKey) =>
        Path.Join(CompletionsFolder(task), $"{taskKey.ShortHex}.json");

    /// <summary>Gets the folder of a task's completion records by key.</summary>
    /// <param name="task">The task.</param>
    /// <returns>An absolute path.</returns>
    public string CompletionsFolder(TaskId task) => Path.Join(TaskReceiptsFolder(task), Completions);

    /// <summary>Gets the receipt of a run's landing.</summary>
    /// <param name="task">The task.</param>
    /// <param name="run">The run.</param>
    /// <returns>An absolute path.</returns>
    public string LandReceipt(TaskId task, RunId run) => Path.Join(TaskReceiptsFolder(task), $"land-{run}.json");

    /// <summary>Gets the file that keeps a content.</summary>
    /// <param name="digest">The content's digest.</param>
    /// <returns>An absolute path.</returns>
    public string Content(Sha256Digest digest) => Below(Contents, digest.Hex[..2], digest.Hex[2..]);

    /// <summary>Gets the file that shows a run's work as a patch, if the run didn't land it.</summary>
    /// <param name="run">The run.</param>
    /// <returns>An absolute path.</returns>
    public string Patch(RunId run) => Below(Logs, $"{run}.patch");

    /// <summary>Gets the file with a task's verdict, which the build engine compares.</summary>
    /// <param name="task">The task.</param>
    /// <returns>An absolute path.</returns>
    public string KeyFile(TaskId task) => Path.Join(KeysFolder, $"{task}.key");

    /// <summary>Gets the file that hands agents what a build read of lorch.json and of prompts.</summary>
    /// <param name="hex">The hexadecimal digits of its digest.</param>
    /// <returns>An absolute path.</returns>
    public string ConfigurationCopy(string hex) => Below(State, "configuration", $"{hex}.json");

    /// <summary>Gets the file that remembers the verdicts on a question.</summary>
    /// <param name="hex12">The first 12 hexadecimal digits of the question's digest.</param>
    /// <returns>An absolute path.</returns>
    public string Verdicts(string hex12) => Path.Join(KeysFolder, $"{hex12}.verdicts");

    /// <summary>Gets the log of an agent in a run.</summary>
    /// <param name="agentType">The agent type's wire name.</param>
    /// <param name="run">The run.</param>
    /// <returns>An absolute path.</returns>
    public string AgentLog(string agentType, RunId run) => Below(Logs, agentType, $"{run}.ndjson");

    /// <summary>Gets the transcript of a run.</summary>
    /// <param name="run">The run.</param>
    /// <returns>An absolute path.</returns>
    public string Transcript(RunId run) => Below(Transcripts, $"{run}.txt");

    /// <summary>Gets the file for machines that reports are exported to.</summary>
    /// <param name="name">The file's name.</param>
    /// <returns>An absolute path.</returns>
    public string Export(string name) => Below(Reports, name);

    /// <summary>Gets the page that shows a run.</summary>
    /// <param name="run">The run.</param>
    /// <returns>An absolute path.</returns>
    public string ReportPage(RunId run) => Below(Reports, $"{run}.html");

    /// <summary>Gets what reports show of a run beyond its ledger.</summary>
    /// <param name="run">The run.</param>
    /// <returns>An absolute path.</returns>
    public string ReportData(RunId run) => Below(Reports, $"{run}.json");

    /// <summary>Makes the layout of a view: what is worked on lies elsewhere, the records lie where they are.</summary>
    /// <param name="root">The folder that is worked on, absolute.</param>
    /// <param name="statIndex">The file in which the scanner remembers what it found there.</param>
    /// <returns>The layout.</returns>
    public WorkspaceLayout At(string root, string statIndex) => new(root, StateRoot, statIndex);

    /// <summary>Turns a path below the state root into the form that ledgers hold: relative, with <c>/</c>.</summary>
    /// <param name="absolute">An absolute path below the state root.</param>
    /// <returns>The relative path.</returns>
    /// <exception cref="ArgumentException">The path isn't below the state root.</exception>
    public string RelativeToStateRoot(string absolute)
    {
        var relative = Path.GetRelativePath(StateRoot, absolute).Replace(Path.DirectorySeparatorChar, '/');
        return RelativePath.TryParse(relative, out _)
            ? relative
            : throw new ArgumentException($"'{absolute}' is not below '{StateRoot}'.", nameof(absolute));
    }

    private static string Normalize(string path, string parameter) => Path.IsPathFullyQualified(path)
        ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, path))
        : throw new ArgumentException($"'{path}' is not an absolute path.", parameter);

    private string Below(params ReadOnlySpan<string> parts) => Path.Join(StateRoot, Path.Join(parts));
}
