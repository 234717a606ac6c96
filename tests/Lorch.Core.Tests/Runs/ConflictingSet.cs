using System.Text;
using System.Text.RegularExpressions;
using Lorch.Core.Agents;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Storage;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

/// <summary>
/// Some tasks that were worked from the same files and land one after the other, while a person edits, removes and adds files at any
/// moment. Each change leaves a token of its own in a file, so that what became of it can be told.
/// </summary>
internal sealed partial class ConflictingSet : IDisposable
{
    private static readonly string[] Texts = ["src/a.txt", "src/b.txt", "src/c.txt", "docs/d.md"];
    private const string Binary = "src/e.dat";
    private const string TaskStart = """{"id":"T-0","goal":"go","inputs":["specs/**"],"unchecked":true""";
    private const string Verify = """,  "verify":[["check"]]}""";

    private readonly Random _random;
    private readonly WorkspaceUnderTest _workspace = new();
    private readonly Dictionary<string, List<string>> _planned = [];
    private readonly HashSet<string> _due = [];
    private readonly HashSet<string> _landed = [];
    private int _tokens;
    private bool _typing;

    public ConflictingSet(int seed)
    {
        _random = new Random(seed);
        _workspace.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "";
        _workspace.Verify = _ =>
        {
            Type(8);
            return null;
        };
        foreach (var text in Texts)
        {
            Put(text, string.Concat(Enumerable.Range(1, 8).Select(line => $"line {line} of {text}\n")));
        }

        Put(Binary, "\0binary\n");
        Tasks = [.. Enumerable.Range(1, _random.Next(2, 5)).Select(number => $"T-{number}")];
        var tasks = Tasks.Select(task => TaskStart.Replace("T-0", task, StringComparison.Ordinal) + (_random.Next(3) > 0 ? Verify : "}"));
        const string beginning = """
            {"version":"1.0","policy":{"isolation":"view","max_iterations":100},"agents":{"builder":{"cmd":["build-it"]}},"tasks":[
            """;
        _workspace.Write("lorch.json", $"{beginning}{string.Join(',', tasks)}]}}");
        CheckOut("main");
        _workspace.Agents.Answer = Answer;
    }

    public IReadOnlyList<string> Tasks { get; }

    /// <summary>How many landings were merged, worked again, and held.</summary>
    public (int Merged, int Reworked, int Held) Counts { get; private set; }

    /// <summary>How many landings were given up because somebody saved a file each time.</summary>
    public int SavedEachTime { get; private set; }

    public List<string> Problems { get; } = [];

    public void Dispose() => _workspace.Dispose();

    public async Task PlayAsync()
    {
        foreach (var task in Tasks)
        {
            CheckOut("main");
            await WorkAsync(task, RunOutcome.Failed);
            Type(2);
        }

        foreach (var task in Tasks.OrderBy(_ => _random.Next()))
        {
            Type(2);
            CheckOut("main");
            _workspace.Files = new OperationsInTurn(_ => Type(25));
            if (_random.Next(6) == 0)
            {
                CheckOut("topic");
                await WorkAsync(task, RunOutcome.Failed);
                CheckOut("main");
            }

            await WorkAsync(task, RunOutcome.Completed);
            _workspace.Files = new DurableFiles();
        }
    }

    [GeneratedRegex(@"<(T-\d+|person) \d+>")]
    private static partial Regex Token();

    private async Task WorkAsync(string task, RunOutcome expected)
    {
        _typing = true;
        var result = expected is RunOutcome.Completed || !_planned.ContainsKey(task)
            ? await _workspace.RunAsync(task)
            : (await _workspace.ResumeAsync(RunOf(task)))!;
        _typing = false;
        if (result.Diagnostics.Any(diagnostic => diagnostic.Code == DiagnosticCode.LandingConflict))
        {
            // Somebody saved a file each time. The same command lands it once they stop.
            SavedEachTime++;
            result = await _workspace.RunAsync(task);
        }

        var isHeld = result.Diagnostics.Any(diagnostic => diagnostic.Code == DiagnosticCode.LandingHeld);
        Counts = Counts with { Held = Counts.Held + (isHeld ? 1 : 0) };
        if (result.Outcome != expected || (expected is RunOutcome.Failed && !isHeld))
        {
            var said = string.Join(' ', result.Diagnostics.Select(diagnostic => diagnostic.Message));
            Problems.Add($"{task} ended {result.Outcome}: {said}");
        }

        var there = Tree().SelectMany(file => Token().Matches(file.Value).Select(match => (match.Value, file.Key))).ToLookup(
            pair => pair.Value,
            pair => pair.Key);
        if (isHeld && there.Any(token => token.Key.StartsWith($"<{task} ", StringComparison.Ordinal)))
        {
            Problems.Add($"{task} is held, and a part of its work is there");
        }

        var lost = _due.Where(token => !there.Contains(token) && (!isHeld || !token.StartsWith($"<{task} ", StringComparison.Ordinal)))
            .Where(token => IsPersons(token) || HasLanded(token));
        Problems.AddRange(lost.Select(token => $"{token} is lost after {task} ended {result.Outcome}"));
        Problems.AddRange(
            Tree().Where(file => file.Value.Contains("<<<<<<<", StringComparison.Ordinal)).Select(file => $"{file.Key} has marks"));
        if (result.Outcome is RunOutcome.Completed)
        {
            _landed.Add(task);
            CheckRecords(task, result.RunId!.Value, there);
        }
    }

    private bool HasLanded(string token) => _landed.Any(task => token.StartsWith($"<{task} ", StringComparison.Ordinal));

    private static bool IsPersons(string token) => token.StartsWith("<person", StringComparison.Ordinal);

    private void CheckRecords(string task, RunId run, ILookup<string, string> there)
    {
        var events = _workspace.Ledger(run).OfType<Event>().ToList();
        var rebased = events.Where(said => said.Name is EventName.Rebased)
            .Select(said => SystemJson.Read<Rebased>(said.Payload!.Value))
            .ToList();
        Counts = Counts with
        {
            Merged = Counts.Merged + rebased.Count(each => each.Cause is null && each.Merged.Count > 0),
            Reworked = Counts.Reworked + rebased.Count(each => each.Cause is not null),
        };
        var named = events.Where(said => said.Name is EventName.Landing)
            .SelectMany(said => SystemJson.Read<Landing>(said.Payload!.Value).Paths)
            .Select(change => change.Path.ToString())
            .ToHashSet();
        var unnamed = there.Where(token => token.Key.StartsWith($"<{task} ", StringComparison.Ordinal))
            .SelectMany(token => token)
            .Where(path => !named.Contains(path));
        Problems.AddRange(unnamed.Select(path => $"{path} holds work of {task}, and no landing names it"));
        if (named.Count > 0 && !File.Exists(_workspace.Layout.LandReceipt(TaskId.Parse(task), run)))
        {
            Problems.Add($"{run} landed without a receipt");
        }
    }

    private IEnumerable<AgentSignal> Answer(Command command)
    {
        var task = command.TaskId.ToString();
        var (made, removed) = command.Action is AgentAction.Implement ? Implement(task) : LookAgain(task);
        Type(2);
        if (command.Action is AgentAction.Implement)
        {
            CheckOut("topic");
        }

        Artifact[] artifacts = [.. made.Select(_workspace.Agents.Describe)];
        var said = _workspace.Agents.Say(command, EventName.BuilderCompleted, artifacts: artifacts).Event;
        return [new AgentSignal.Spoke(said with { Removed = removed.Count > 0 ? [.. removed.Select(RelativePath.Parse)] : null })];
    }

    private (List<string> Made, List<string> Removed) Implement(string task)
    {
        var (made, removed) = (new List<string> { $"src/{task}.txt" }, new List<string>());
        InView($"src/{task}.txt", $"{NewToken(task)}\n");
        foreach (var path in Texts.Append(Binary).OrderBy(_ => _random.Next()).Take(_random.Next(1, 4)))
        {
            if (InView(path) is not { } content)
            {
                continue;
            }

            if (_random.Next(6) == 0)
            {
                Forget(content);
                File.Delete(Path.Join(_workspace.Agents.Root, path));
                removed.Add(path);
                continue;
            }

            InView(path, Changed(path, content, NewToken(task)));
            made.Add(path);
            if (_random.Next(8) == 0)
            {
                // A new name for it.
                var name = path + ".new";
                File.Move(Path.Join(_workspace.Agents.Root, path), Path.Join(_workspace.Agents.Root, name), overwrite: true);
                made.Remove(path);
                made.Add(name);
                removed.Add(path);
            }
        }

        _planned[task] = made;
        return (made, removed);
    }

    /// <summary>Keeps both versions wherever there are two, and makes again what was given up.</summary>
    private (List<string> Made, List<string> Removed) LookAgain(string task)
    {
        var made = new List<string>();
        foreach (var path in _planned[task])
        {
            if (InView(path) is not { } content)
            {
                _due.RemoveWhere(token => token.StartsWith($"<{task} ", StringComparison.Ordinal) && !IsElsewhere(token));
                continue;
            }

            var lines = content.Split('\n').Where(line => !(line.StartsWith("<<<<<<<", StringComparison.Ordinal)
                || line.StartsWith("=======", StringComparison.Ordinal)
                || line.StartsWith(">>>>>>>", StringComparison.Ordinal)));
            var text = string.Join('\n', lines);
            if (!text.Contains($"<{task} ", StringComparison.Ordinal))
            {
                text += $"{NewToken(task)}\n";
            }

            InView(path, text);
            made.Add(path);
        }

        // What it had put where somebody else's version stays now is made again under another token.
        _due.RemoveWhere(token => token.StartsWith($"<{task} ", StringComparison.Ordinal) && !IsElsewhere(token));
        return (made, []);

        bool IsElsewhere(string token) => _planned[task].Any(path => InView(path)?.Contains(token, StringComparison.Ordinal) ?? false);
    }

    /// <summary>A person does something, once in a while.</summary>
    private void Type(int every)
    {
        if (_random.Next(every) != 0 || (!_typing && every > 2))
        {
            return;
        }

        var path = _random.Next(10) == 0 ? $"docs/{_tokens}.md" : Texts.Append(Binary).ElementAt(_random.Next(Texts.Length + 1));
        var file = _workspace.At(path);
        var content = File.Exists(file) ? File.ReadAllText(file) : "";
        if (content.Length > 0 && _random.Next(12) == 0)
        {
            Forget(content);
            File.Delete(file);
            return;
        }

        Put(path, Changed(path, content, NewToken("person")));
    }

    private string Changed(string path, string content, string token)
    {
        if (path == Binary)
        {
            return $"{content}\0{token}\n";
        }

        var lines = content.Split('\n').ToList();
        lines.Insert(_random.Next(lines.Count), token);
        return string.Join('\n', lines);
    }

    private string NewToken(string who)
    {
        var token = $"<{who} {++_tokens}>";
        _due.Add(token);
        return token;
    }

    private void Forget(string content) => _due.ExceptWith(Token().Matches(content).Select(match => match.Value));

    private Dictionary<string, string> Tree() => new[] { "src", "docs" }.Select(_workspace.At).Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        .ToDictionary(file => Path.GetRelativePath(_workspace.Root, file).Replace('\\', '/'), File.ReadAllText);

    private RunId RunOf(string task) => _workspace.RunIds.Last(run => ((Event)_workspace.Ledger(run)[0]).TaskId.ToString() == task);

    private void CheckOut(string branch) => _workspace.Write(".git/HEAD", $"ref: refs/heads/{branch}\n");

    private void Put(string path, string content)
    {
        var (file, beside) = (_workspace.At(path), _workspace.At(path) + ".swp");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(beside, content, new UTF8Encoding(false));
        File.Move(beside, file, overwrite: true);
    }

    private string? InView(string path) =>
        File.Exists(Path.Join(_workspace.Agents.Root, path)) ? File.ReadAllText(Path.Join(_workspace.Agents.Root, path)) : null;

    private void InView(string path, string content) => _workspace.Agents.Produce(path, content);
}
