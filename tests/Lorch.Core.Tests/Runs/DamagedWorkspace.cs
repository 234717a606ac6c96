using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

/// <summary>
/// A workspace with a finished, an interrupted and a new task, in whose files there is garbage, and what each target answers there.
/// </summary>
internal sealed class DamagedWorkspace : IDisposable
{
    private const string Finished = """{"id":"T-1","goal":"one","inputs":["specs/**"],"expected_outputs":[{"path":"src/1"}]}""";
    private const string Interrupted = """{"id":"T-2","goal":"two","inputs":["docs/**"],"expected_outputs":[{"path":"src/2"}]}""";
    private const string Fresh = """{"id":"T-3","goal":"three","inputs":["tests/**"],"expected_outputs":[{"path":"src/3"}]}""";

    private static readonly Lazy<Task<IReadOnlyDictionary<string, byte[]>>> Files = new(WorkOnceAsync);

    private DamagedWorkspace(WorkspaceUnderTest workspace) => Workspace = workspace;

    public WorkspaceUnderTest Workspace { get; }

    /// <summary>Makes one: what agents did there is the same in each.</summary>
    public static async Task<DamagedWorkspace> CreateAsync()
    {
        var workspace = Tasks();
        foreach (var (path, content) in await Files.Value)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(workspace.At(path))!);
            await File.WriteAllBytesAsync(workspace.At(path), content);
        }

        return new DamagedWorkspace(workspace);
    }

    private static WorkspaceUnderTest Tasks()
    {
        var workspace = new WorkspaceUnderTest(Finished, Interrupted, Fresh);
        workspace.Build(("T-1", "src/1=1"), ("T-2", "src/2=2"), ("T-3", "src/3=3"));
        return workspace;
    }

    private static async Task<IReadOnlyDictionary<string, byte[]>> WorkOnceAsync()
    {
        using var workspace = Tasks();
        workspace.Write("docs/a.md", "a");
        workspace.Write("tests/a.md", "a");
        await workspace.RunAsync("T-1");
        var answer = workspace.Agents.Answer;
        workspace.Agents.Answer = command => command.Action is AgentAction.Review
            ? [workspace.Agents.Fail(command, "no_quota", retriable: false)]
            : answer(command);
        await workspace.RunAsync("T-2");
        var opened = workspace.Open();
        await opened.JudgeAsync(opened.Select([]), WorkMode.WhenStale, CancellationToken.None);
        opened.Remember();
        return Directory.EnumerateFiles(workspace.Root, "*", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(workspace.Root, file), File.ReadAllBytes);
    }

    /// <summary>What targets answer that write nothing: each an outcome, or a code.</summary>
    public async Task<IReadOnlyList<string>> LookAsync()
    {
        var workspace = Workspace.Open();
        return
        [
            await AnswerAsync("status", async () =>
            {
                var status = await workspace.StatusAsync(CancellationToken.None);
                return string.Join(
                    ' ',
                    status.Tasks.Select(task => $"{task.State}({string.Join(';', task.Reasons)})").Append(status.LastRun?.Status));
            }),
            await AnswerAsync("verify", async () => string.Join(
                ' ',
                (await workspace.VerifyAsync(CancellationToken.None)).Diagnostics.Where(found => found.Severity is DiagnosticSeverity.Error)
                    .Select(found => found.Code)
                    .Order())),
            await AnswerAsync("judge", async () =>
                string.Join(
                    ' ',
                    (await workspace.JudgeAsync(
                        workspace.Select([]),
                        WorkMode.WhenStale,
                        CancellationToken.None)).Select(verdict => verdict.IsUpToDate))),
            await AnswerAsync("snapshot", async () => (await workspace.Snapshots.WithNowAsync(null, CancellationToken.None)).Id.ToString()),
            await AnswerAsync("prune", async () => string.Join(
                ' ',
                (await workspace.PruneAsync(
                    new PruneRequest { Keep = 0, IsDryRun = true },
                    Workspace,
                    CancellationToken.None)).Kinds.Select(kind => kind.Files.Count))),
        ];
    }

    /// <summary>What targets answer that work.</summary>
    public async Task<IReadOnlyList<string>> WorkAsync() =>
    [
        await AnswerAsync("run T-3", () => RunAsync("T-3")),
        await AnswerAsync("run T-1", () => RunAsync("T-1")),
        await AnswerAsync("resume", async () => (await Workspace.ResumeAsync())?.Outcome.ToString() ?? "nothing"),
        await AnswerAsync("run T-2", () => RunAsync("T-2")),
        await AnswerAsync(
            "abort",
            async () => (await Workspace.Open().AbortAsync(null, Workspace, CancellationToken.None))?.ToString() ?? "nothing"),
    ];

    public async Task<string> RunAsync(string task) => (await Workspace.RunAsync(task)).Outcome.ToString();

    public void Dispose() => Workspace.Dispose();

    private static async Task<string> AnswerAsync(string target, Func<Task<string>> ask)
    {
        try
        {
            return $"{target}: {await ask()}";
        }
        catch (LorchException exception)
        {
            return $"{target}: {exception.Diagnostic.Code}";
        }
    }
}
