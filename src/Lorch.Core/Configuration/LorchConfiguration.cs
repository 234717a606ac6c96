using System.IO.Enumeration;
using Lorch.Core.Agents;
using Lorch.Core.Agents.Processes;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Snapshots;
using Lorch.Core.Snapshots.Tracking;
using Lorch.Core.Tools;
using Lorch.Core.Workflows;

namespace Lorch.Core.Configuration;

/// <summary>What lorch.json says, checked, with the defaults for what it doesn't say.</summary>
internal sealed record LorchConfiguration
{
    /// <summary>Gets the file it was read from.</summary>
    public required string Path { get; init; }

    /// <summary>Gets the bytes of that file, as they were read.</summary>
    internal ReadOnlyMemory<byte> Text { get; init; }

    /// <summary>Gets the prompts that agents with tools work with, as they were read.</summary>
    internal RepositoryPrompts Prompts { get; init; } = new(new Dictionary<AgentAction, byte[]>());

    /// <summary>Gets the files that may hold tasks, as they were read.</summary>
    internal TaskFiles TaskFiles { get; init; } = TaskFiles.None;

    /// <summary>Gets the glob of those files.</summary>
    internal string TaskFileGlob { get; init; } = TaskFiles.DefaultGlob;

    /// <summary>Gets the agents of tasks that name none. Without a reviewer or a spec maintainer there are no such steps.</summary>
    public IReadOnlyDictionary<AgentType, AgentSettings> Agents { get; init; } = new Dictionary<AgentType, AgentSettings>();

    /// <summary>Gets the named agents, as they are for each thing that they may be asked to do.</summary>
    internal IReadOnlyDictionary<string, IReadOnlyDictionary<AgentType, AgentSettings>> NamedAgents { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<AgentType, AgentSettings>>();

    /// <summary>Gets every agent that lorch.json describes, a named one once for each thing that it may be asked to do.</summary>
    internal IEnumerable<AgentSettings> DescribedAgents => Agents.Values.Concat(NamedAgents.Values.SelectMany(agent => agent.Values));

    /// <summary>
    /// Gets the tasks in the order of the file, then those of task files in the order of their paths; their dependencies exist and form no
    /// circle.
    /// </summary>
    public IReadOnlyList<TaskDefinition> Tasks { get; init; } = [];

    /// <summary>Gets those of <see cref="Tasks"/> that neither the file nor a task file holds.</summary>
    public IReadOnlyList<TaskDefinition> Added { get; init; } = [];

    /// <summary>Gets how often a run may try and turn.</summary>
    public WorkflowLimits Limits { get; init; } = new();

    /// <summary>
    /// Gets the globs of what is tracked, beside the inputs of tasks; by default <c>specs/</c>, <c>src/</c>, <c>tests/</c> and
    /// <c>docs/</c>.
    /// </summary>
    public IReadOnlyList<string> Include { get; init; } = TrackingRules.DefaultInclude;

    /// <summary>Gets the globs of what isn't tracked although it is included; none by default.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>
    /// Gets a value indicating whether what .gitignore files ignore isn't tracked; <see langword="null"/>, the default, inside a work tree
    /// of git only.
    /// </summary>
    public bool? RespectGitIgnore { get; init; }

    /// <summary>Gets what tells that a tracked file didn't change; by default what the file system says of it.</summary>
    public SnapshotTrust Trust { get; init; } = SnapshotTrust.Stat;

    /// <summary>Gets where the agents of new runs work.</summary>
    public Isolation Isolation { get; init; } = Isolation.Workspace;

    /// <summary>Gets how many tasks are worked at once; 1 by default, and more only in views.</summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>Gets how long to wait before a failed attempt or a dead agent is tried again.</summary>
    public Backoff Backoff { get; init; } = new();

    /// <summary>Gets how often an agent may be started again in one build; 5 by default.</summary>
    public int MaxRestarts { get; init; } = 5;

    /// <summary>Gets how many finished tasks a build works again because their inputs changed; 5 by default.</summary>
    public int MaxRework { get; init; } = 5;

    /// <summary>Gets a value indicating whether an agent that saw another snapshot than its command's is refused; so by default.</summary>
    public bool StrictVersionPinning { get; init; } = true;

    /// <summary>Gets a value indicating whether secrets are made unreadable in logs and transcripts; so by default.</summary>
    public bool RedactSecrets { get; init; } = true;

    /// <summary>
    /// Gets the names of environment variables whose values are secrets although the names don't look so, <c>*</c> for any characters; none
    /// by default.
    /// </summary>
    public IReadOnlyList<string> SecretNames { get; init; } = [];

    /// <summary>Gets the most bytes that an agent's line may have; 262,144 by default, and at most.</summary>
    public int MessageMaxBytes { get; init; } = Message.MaxBytes;

    /// <summary>Gets the most bytes that an artifact may have; 1 GiB by default.</summary>
    public long ArtifactMaxBytes { get; init; } = 1_073_741_824;

    /// <summary>Gets how much an agent may say.</summary>
    public OutputLimits Output { get; init; } = new();

    /// <summary>Gets what a run may cost; no limit by default.</summary>
    public Budget Budget { get; init; } = new();

    /// <summary>Gets a value indicating whether the ledger keeps heartbeats; not by default.</summary>
    public bool RecordHeartbeats { get; init; }

    /// <summary>Gets a value indicating whether each run is shown on a page once it has ended; not by default.</summary>
    public bool Report { get; init; }

    /// <summary>Whether a name is that of a secret, by its look or because it was configured.</summary>
    /// <param name="name">The name of an environment variable.</param>
    /// <returns><see langword="true"/> if the value must not be shown.</returns>
    public bool LooksSecret(string name) =>
        Core.SecretNames.LooksSecret(name)
            || SecretNames.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: true));

    /// <summary>Finds the agents that work a task: those that it names, and for the rest those of tasks that name none.</summary>
    /// <param name="task">The task.</param>
    internal IReadOnlyDictionary<AgentType, AgentSettings> AgentsOf(TaskDefinition task)
    {
        if (task.Agents.Count == 0)
        {
            return Agents;
        }

        var agents = Agents.ToDictionary();
        foreach (var (type, name) in task.Agents)
        {
            agents[type] = NamedAgents[name][type];
        }

        return agents;
    }

    /// <summary>
    /// Leaves out the added tasks that one task has nothing to do with, so that it is worked alike whoever adds more of them.
    /// </summary>
    /// <param name="id">The task.</param>
    /// <returns>The configuration with the tasks of the file, and of the added ones the task itself and those that it depends on.</returns>
    public LorchConfiguration NarrowedTo(TaskId id)
    {
        if (Added.Count == 0)
        {
            return this;
        }

        var needed = Tasks.Any(task => task.Id == id) ? new TaskGraph(Tasks).InOrder([id]) : [];
        return this with
        {
            Tasks = [.. Tasks.Where(task => !Added.Contains(task) || needed.Contains(task.Id))],
            Added = [.. Added.Where(task => needed.Contains(task.Id))],
        };
    }
}
