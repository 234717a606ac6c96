using System.Collections;
using Lorch.Core;
using Lorch.Core.Ledgers;
using Lorch.Core.Protocol;
using Lorch.Core.Receipts;
using Lorch.Core.Runs;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Storage;
using Lorch.Processes.Tests.Agents;
using Lorch.Testing;

namespace Lorch.Processes.Tests.Docs;

/// <summary>The agent in <c>docs/writing-an-agent.md</c>, with the configuration that stands beside it.</summary>
public sealed class TheAgentInPython : IDisposable, IRunObserver
{
    private static readonly Document Page = Document.Read("writing-an-agent.md");

    private readonly TemporaryWorkspace _workspace = new();

    // Longer than any test takes, so that one that hangs says where.
    private readonly CancellationTokenSource _guard = new(TimeSpan.FromSeconds(60));

    public void Dispose()
    {
        _workspace.Dispose();
        _guard.Dispose();
    }

    void IRunObserver.Say(RunNotice notice) => TestContext.Current.TestOutputHelper?.WriteLine(notice.Text);

    [Fact]
    public async Task Works_a_task_in_the_five_steps_that_the_page_tells()
    {
        var (workspace, result) = await RunAsync(Page.CodeIn("python"));

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal("Hello, world!\n", _workspace.Read("src/greeting.txt"));
        Assert.Equal("No exclamation mark.", FindingsOf(workspace, step: 2));
        Assert.Equal(
            ["implement", "review", "implement_changes", "review", "update_spec"],
            new ReceiptStore(workspace.Layout, new DurableFiles()).Load(result.TaskId).Select(stored => stored.Receipt.Action.WireName));
        Assert.DoesNotContain(
            LedgerReader.Read(result.LedgerPath!, _guard.Token).Select(entry => entry.Message).OfType<Event>(),
            message => message.Name is EventName.MessageRejected or EventName.AttemptFailed or EventName.ArtifactRejected);
    }

    [Fact]
    public async Task Reports_what_it_stumbles_over_as_an_error()
    {
        var broken = Page.CodeIn("python").Replace("text.encode()", "text.encode(\"nonsense\")", StringComparison.Ordinal);

        var (_, result) = await RunAsync(broken);

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        var error = Assert.Single(result.Diagnostics, diagnostic => diagnostic.Severity is DiagnosticSeverity.Error);
        Assert.Equal(DiagnosticCode.AgentReportedError, error.Code);
        Assert.Contains("unknown encoding: nonsense", error.Message, StringComparison.Ordinal);
    }

    private async Task<(LorchWorkspace Workspace, RunResult Result)> RunAsync(string program)
    {
        Assert.SkipUnless(HasPython(), "There is no python3 in the PATH.");
        _workspace.Write("agent.py", program);
        _workspace.Write("lorch.json", Page.CodeIn("json").Replace(
            "\"version\": \"1.0\",",
            """
            "version": "1.0", "policy": { "retry": { "max_attempts": 2, "backoff": { "initial_ms": 0 } } },
            """,
            StringComparison.Ordinal));
        _workspace.Write("specs/greeting.md", "Greet the world, loudly.\n");
        var workspace = LorchWorkspace.Open(
            new WorkspaceSettings { WorkspaceRoot = _workspace.Root, AgentHost = AgentStage.Host, Environment = EnvironmentOfTest() },
            TimeProvider.System);
        var task = Assert.Single(workspace.Select([]));
        return (workspace, await workspace.RunAsync(new RunRequest { TaskId = task }, this, _guard.Token));
    }

    private static string? FindingsOf(LorchWorkspace workspace, int step)
    {
        var receipt = new ReceiptStore(workspace.Layout, new DurableFiles()).Load(TaskId.Parse("T-0001"))
            .Single(stored => stored.Receipt.Step == step).Receipt;
        return receipt.Outcome.Payload!.Value.GetProperty("findings")[0].GetProperty("message").GetString();
    }

    internal static bool HasPython() => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Any(folder => File.Exists(Path.Join(folder, "python3")));

    private static Dictionary<string, string> EnvironmentOfTest() => Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "");
}
