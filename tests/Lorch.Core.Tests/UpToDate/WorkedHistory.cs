using System.Globalization;
using System.Text;
using Lorch.Core.Agents;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Core.Tests.UpToDate;

/// <summary>
/// A repository in which builds, people, branches and failures alternate, and what anybody would know of it who only watched: which content
/// was written to which path when, and which tasks there is a reason to work. Of how Lorch judges it knows nothing.
/// </summary>
/// <param name="tasks">The tasks.</param>
/// <param name="count">Takes the name of each thing that happened or was checked.</param>
internal sealed class WorkedHistory(IReadOnlyList<DrawnTask> tasks, Action<string> count) : IDisposable
{
    private static readonly string[] Folders = ["specs", "docs", "src"];

    private readonly WorkspaceUnderTest _workspace = new();
    private readonly List<DrawnTask> _tasks = [.. tasks];
    private readonly Dictionary<(string Path, Sha256Digest Content), int> _written = [];
    private readonly HashSet<(string Path, Sha256Digest Content)> _known = [];
    private readonly Dictionary<RunId, int> _began = [];
    private readonly HashSet<string> _excused = [.. tasks.Select(task => task.Id)];
    private readonly HashSet<string> _asked = [];
    private readonly Dictionary<string, IReadOnlyList<string>> _shown = [];
    private readonly List<SavedTree> _saved = [];
    private (string Task, AgentAction Action)? _failing;
    private Action? _meanwhile;
    private string _builder = "build-it";
    private string? _edited;
    private int _moment;

    /// <summary>What happened, for whoever has to understand a failure.</summary>
    public List<string> Story { get; } = [];

    public void Dispose() => _workspace.Dispose();

    public void Begin()
    {
        _workspace.Agents.Answer = Answer;
        foreach (var path in (string[])["specs/a.md", "specs/b.md", "docs/d.md", "src/shared.txt"])
        {
            Put(path, $"at first in {path}");
        }

        Configure();
        Save();
    }

    /// <summary>Lets one thing happen, and checks that no task is done whose work isn't there.</summary>
    public async Task GoOnAsync(int deed)
    {
        await ActAsync(deed % 16, deed / 16);
        foreach (var verdict in (await JudgeAsync()).Where(verdict => verdict is { IsUpToDate: true }))
        {
            count("done tasks looked for");
            Assert.True(
                Holds(verdict.Completion!),
                $"{verdict.TaskId} is done by {verdict.Completion!.RunId}, and nothing of its work is there.");
        }
    }

    /// <summary>
    /// Builds; nothing may be worked without a reason, nor may anything change that no agent was asked for. If nobody interfered, there is
    /// nothing left to work.
    /// </summary>
    public async Task BuildAsync(string? only = null)
    {
        Story.Add($"a build of {only ?? "all"}");
        var (isCalm, before, pending, failed) = (
            _failing is null && _meanwhile is null, Files(), new HashSet<string>(), new HashSet<string>());
        _asked.Clear();
        foreach (var verdict in await JudgeAsync(only))
        {
            var task = Named(verdict.TaskId);
            if (verdict.IsUpToDate && !pending.Contains(task.DependsOn ?? "") && !(verdict.FollowsOthers && pending.Count > 0))
            {
                continue;
            }

            pending.Add(task.Id);
            if (failed.Contains(task.DependsOn ?? "") || !await WorkAsync(task))
            {
                failed.Add(task.Id);
            }
        }

        count("builds");
        AssertOthersAreUntouched(before, isCalm);
        if (isCalm && only is null)
        {
            var left = (await JudgeAsync()).Where(verdict => !verdict.IsUpToDate).ToList();
            count("builds after a build");
            Assert.True(
                left.Count == 0,
                $"left: {string.Join("; ", left.Select(verdict => $"{verdict.TaskId}: {string.Join(", ", verdict.Reasons)}"))}");
        }
    }

    private async Task ActAsync(int kind, int lot)
    {
        var task = _tasks[lot % _tasks.Count];
        var files = Files().Keys.Order(StringComparer.Ordinal).ToList();
        var file = files.Count == 0 ? "src/new.txt" : files[lot % files.Count];
        switch (kind)
        {
            case 0 or 1 or 2:
                await BuildAsync();
                break;
            case 3:
                await BuildAsync(task.Id);
                break;
            case 4:
                _failing = (task.Id, lot % 2 == 0 ? AgentAction.Review : AgentAction.Implement);
                Story.Add($"what comes next fails at {_failing}");
                await BuildAsync();
                _failing = null;
                break;
            case 5:
                _meanwhile = () => Edit(file);
                await BuildAsync();
                _meanwhile = null;
                break;
            case 6 or 7 or 8:
                Edit(file);
                break;
            case 9:
                Edit(string.Create(CultureInfo.InvariantCulture, $"{Folders[lot % Folders.Length]}/new-{lot}.txt"));
                break;
            case 10:
                Delete(file);
                break;
            case 11:
                Rename(file);
                break;
            case 12:
                Reword(task, lot);
                break;
            case 13:
                Save();
                break;
            case 15 when lot % 3 == 0:
                await AcceptAsync(task);
                break;
            default:
                Return(_saved[lot % _saved.Count], kind == 14 ? 0 : lot / _saved.Count % 3);
                break;
        }
    }

    /// <summary>Works a task as a build does.</summary>
    /// <returns>Whether it is done.</returns>
    private async Task<bool> WorkAsync(DrawnTask task)
    {
        var began = ++_moment;
        var asked = _workspace.Agents.Received.Count;
        var before = Files();
        var result = await _workspace.Open()
            .RunAsync(new RunRequest { TaskId = TaskId.Parse(task.Id) }, _workspace, CancellationToken.None);
        Story.Add($"  {task.Id} {result.Outcome}");
        if (result.RunId is { } run)
        {
            _began.TryAdd(run, began);
        }

        if (_workspace.Agents.Received.Count > asked)
        {
            count("tasks worked");
            foreach (var path in task.Writes.Append(task.Maintains ?? "").Where(before.ContainsKey))
            {
                _known.Add((path, DigestOf(before[path])));
            }

            Assert.True(task.Regenerate || _excused.Contains(task.Id), $"{task.Id} was worked without a reason.");
            _excused.UnionWith(DependentsOf(task.Id));
        }

        var isDone = result.Outcome is RunOutcome.Completed or RunOutcome.UpToDate;
        if (isDone && !result.Diagnostics.Any(found => found.Code == DiagnosticCode.InputChangedDuringRun))
        {
            _excused.Remove(task.Id);
        }

        if (isDone)
        {
            Show(task, result);
        }

        return isDone;
    }

    private IEnumerable<AgentSignal> Answer(Command command)
    {
        var task = Named(command.TaskId);
        _asked.Add(task.Id);
        if (_failing == (task.Id, command.Action))
        {
            return [_workspace.Agents.Fail(command, "ill", retriable: false)];
        }

        switch (command.Action)
        {
            case AgentAction.Review:
                return [_workspace.Agents.Say(command, EventName.ReviewCompleted, "approved")];
            case AgentAction.UpdateSpec when task.Maintains is { } path:
                Put(path, $"as {task.Id} has it, {_moment}");
                return [_workspace.Agents.Say(command, EventName.SpecUpdated, artifacts: _workspace.Agents.Describe(path))];
            case AgentAction.UpdateSpec:
                return [_workspace.Agents.Say(command, EventName.SpecNoChangesNeeded)];
            default:
                (_meanwhile, var edit) = (null, _meanwhile);
                edit?.Invoke();
                foreach (var path in task.Writes)
                {
                    Put(path, task.IsConstant ? $"by {task.Id}" : $"by {task.Id}, {_moment}");
                }

                return [_workspace.Agents.Say(
                    command,
                    EventName.BuilderCompleted,
                    artifacts: [.. task.Writes.Select(_workspace.Agents.Describe)])];
        }
    }

    private void Edit(string path)
    {
        _edited = path;
        Story.Add($"somebody edits {path}");
        ExcuseWhoseOutputItIs(path);
        Put(path, $"by a person, {_moment}");
        Excuse(task => task.Covers(path) && !(task.Writes.Contains(path) && _shown.GetValueOrDefault(task.Id, []).Contains(path)));
    }

    /// <summary>
    /// Remembers what is said to be a task's work: less than it wrote where its records were lost and somebody accepted what is there.
    /// </summary>
    private void Show(DrawnTask task, RunResult result) =>
        _shown[task.Id] = [.. result.Artifacts.Select(artifact => artifact.Path.ToString())];

    private void Delete(string path)
    {
        Story.Add($"somebody deletes {path}");
        ExcuseWhoseOutputItIs(path);
        _workspace.Delete(path);
        Excuse(task => task.Covers(path) || task.Writes.Contains(path));
    }

    /// <summary>What a task wrote may lie under a name that somebody gave it, and be lost with that file.</summary>
    private void ExcuseWhoseOutputItIs(string path)
    {
        if (Files().TryGetValue(path, out var content))
        {
            Excuse(task => task.Writes.Any(output => output != path && _written.ContainsKey((output, DigestOf(content)))));
        }
    }

    private void Rename(string path)
    {
        var (content, name) = (_workspace.Read(path), string.Create(CultureInfo.InvariantCulture, $"{path}.{_moment}"));
        Delete(path);
        Story.Add($"  and it is {name} from then on");
        Put(name, content);
        Excuse(task => task.Covers(name));
    }

    private void Reword(DrawnTask task, int lot)
    {
        var reworded = (lot / _tasks.Count % 6) switch
        {
            0 => task with { Goal = $"say it otherwise, {++_moment}" },
            1 => task with { Goal = "begin" },
            2 => task with { Checks = ++_moment },
            3 => task with { DependsOn = null },
            4 => task.WithOtherInputs(lot),
            _ => task,
        };
        _builder = reworded == task ? string.Create(CultureInfo.InvariantCulture, $"build-it-{++_moment}") : _builder;
        Story.Add($"{task.Id} is said to be {reworded.ToJson()}, worked by {_builder}");
        _tasks[_tasks.IndexOf(task)] = reworded;
        Configure();
        Excuse(other => other == reworded && (reworded.Goal != task.Goal || reworded.Inputs != task.Inputs));
    }

    /// <summary>Somebody says that a task is done as it is; then it is.</summary>
    private async Task AcceptAsync(DrawnTask task)
    {
        Story.Add($"somebody accepts {task.Id}");
        try
        {
            var result = await _workspace.AcceptAsync(task.Id);
            Show(task, result);
            if (result.RunId is { } run)
            {
                _began.TryAdd(run, ++_moment);
            }
        }
        catch (LorchException refused) when (refused.Diagnostic.Code != DiagnosticCode.UndeclaredDependency)
        {
            count("acceptances refused");
            return;
        }

        count("tasks accepted");
        Assert.True(
            (await JudgeAsync(task.Id)).Single(verdict => verdict.TaskId.ToString() == task.Id).IsUpToDate,
            $"{task.Id} was accepted.");
        _excused.Remove(task.Id);
        _excused.UnionWith(DependentsOf(task.Id));
    }

    private void Save()
    {
        Story.Add("a commit");
        _saved.Add(new SavedTree(Files(), Files("receipts"), [.. _known], [.. _tasks], _builder));
    }

    /// <summary>Goes back to a commit: by a checkout, by putting back its files alone, or its records alone.</summary>
    private void Return(SavedTree tree, int way)
    {
        Story.Add($"{(way switch { 0 => "a checkout", 1 => "the files", _ => "the records" })} of commit {_saved.IndexOf(tree) + 1}");
        if (way is 0 or 1)
        {
            Replace(Files(), tree.Files);
        }

        if (way is 0 or 2)
        {
            Replace(Files("receipts"), tree.Records);

            // What agents found before is known by their records alone.
            _known.Clear();
            _known.UnionWith(tree.Known);
        }

        if (way is 0)
        {
            _tasks.Clear();
            _tasks.AddRange(tree.Tasks);
            _builder = tree.Builder;
            Configure();
        }

        Excuse(_ => true);
    }

    private void Excuse(Func<DrawnTask, bool> which) => _excused.UnionWith(_tasks.Where(which).Select(task => task.Id));

    private IEnumerable<string> DependentsOf(string id) =>
        _tasks.Where(task => task.DependsOn == id).SelectMany(task => DependentsOf(task.Id).Prepend(task.Id));

    private DrawnTask Named(TaskId id) => _tasks.Single(task => task.Id == id.ToString());

    private void Configure() => _workspace.Configure(_tasks.Select(task => task.ToJson()), builder: _builder);

    private async Task<IReadOnlyList<TaskVerdict>> JudgeAsync(string? only = null)
    {
        var opened = _workspace.Open();
        return await opened.JudgeAsync(opened.Select(only is null ? [] : [only]), WorkMode.WhenStale, CancellationToken.None);
    }

    /// <summary>
    /// Whether anything of the work is there: as it was made, as somebody left it since, or under another name. What a path held before is
    /// known of what agents found there or made there; of what people wrote and took back themselves nothing is recorded.
    /// </summary>
    private bool Holds(CompletedWork work) => work.Artifacts.Count == 0 || work.Artifacts.Any(artifact =>
    {
        var (path, files) = (artifact.Path.ToString(), Files());
        if (!files.TryGetValue(path, out var content))
        {
            return files.Values.Any(other => DigestOf(other) == artifact.Sha256);
        }

        var found = DigestOf(content);
        return found == artifact.Sha256 || !_known.Contains((path, found)) || _written[(path, found)] > _began[work.RunId];
    });

    /// <summary>What a build changes is what agents were asked for in it.</summary>
    private void AssertOthersAreUntouched(Dictionary<string, string> before, bool isCalm)
    {
        var after = Files();
        var asked = _tasks.Where(task => _asked.Contains(task.Id)).SelectMany(task => task.Writes.Append(task.Maintains ?? "")).ToHashSet();
        foreach (var (path, content) in before.Where(file => !asked.Contains(file.Key)))
        {
            count("files that nobody was asked for");
            Assert.True(
                after.GetValueOrDefault(path) is { } found && (found == content || (_edited == path && !isCalm)),
                $"{path} was changed by a build, and no agent was asked for it.");
        }
    }

    private Dictionary<string, string> Files() =>
        Folders.SelectMany(Files).ToDictionary(file => file.Key, file => file.Value);

    private Dictionary<string, string> Files(string folder) => !Directory.Exists(_workspace.At(folder)) ? [] :
        Directory.EnumerateFiles(_workspace.At(folder), "*", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(_workspace.Root, file).Replace('\\', '/'), File.ReadAllText);

    private void Replace(Dictionary<string, string> found, Dictionary<string, string> by)
    {
        foreach (var path in found.Keys.Except(by.Keys))
        {
            _workspace.Delete(path);
        }

        foreach (var (path, content) in by.Where(file => found.GetValueOrDefault(file.Key) != file.Value))
        {
            _workspace.Write(path, content);
        }
    }

    private void Put(string path, string content)
    {
        _workspace.Write(path, content);
        if (content.StartsWith("by T-", StringComparison.Ordinal) || content.StartsWith("as T-", StringComparison.Ordinal))
        {
            _known.Add((path, DigestOf(content)));
        }

        _written[(path, DigestOf(content))] = ++_moment;
    }

    private static Sha256Digest DigestOf(string content) => Sha256Digest.Of(Encoding.UTF8.GetBytes(content));

    /// <summary>What git would hold of a commit.</summary>
    private sealed record SavedTree(
        Dictionary<string, string> Files,
        Dictionary<string, string> Records,
        IReadOnlyList<(string Path, Sha256Digest Content)> Known,
        IReadOnlyList<DrawnTask> Tasks,
        string Builder);
}
