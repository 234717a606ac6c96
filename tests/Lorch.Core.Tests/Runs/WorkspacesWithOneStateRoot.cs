using Lorch.Core.Agents;
using Lorch.Core.Protocol;
using Lorch.Core.Runs;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

/// <summary>Two workspaces keep their records in one place. Neither closes nor continues what the other has open.</summary>
public sealed class WorkspacesWithOneStateRoot : IDisposable
{
    private readonly TemporaryWorkspace _state = TemporaryWorkspace.InMemory();
    private readonly WorkspaceUnderTest _one = new(WorkspaceUnderTest.Regenerating);
    private readonly WorkspaceUnderTest _other = new(WorkspaceUnderTest.Regenerating);

    public void Dispose()
    {
        _state.Dispose();
        _one.Dispose();
        _other.Dispose();
    }

    [Fact]
    public async Task Leave_an_open_run_to_the_one_that_began_it()
    {
        var open = await FailAsync();
        var ledger = _state.Read($"events/{open}.ndjson");

        var there = await RunAsync(_other);
        var untouched = _state.Read($"events/{open}.ndjson");
        _one.Agents.Answer = command => _one.Agents.Play(command);
        var here = await RunAsync(_one);

        Assert.Equal((RunOutcome.Completed, RunOutcome.Completed), (there.Outcome, here.Outcome));
        Assert.Equal(
            (DiagnosticCode.RunOfAnotherWorkspace, DiagnosticSeverity.Warning),
            there.Diagnostics.Select(found => (found.Code, found.Severity)).Single());
        Assert.NotEqual(open, there.RunId);
        Assert.Equal(ledger, untouched);
        Assert.Equal(open, here.RunId);
        Assert.Empty(here.Diagnostics);
    }

    [Fact]
    public async Task List_it_and_neither_resume_nor_abort_it()
    {
        var open = await FailAsync();
        var workspace = Open(_other);

        var status = await workspace.StatusAsync(CancellationToken.None);
        var resumed = await Assert.ThrowsAsync<LorchException>(
            () => workspace.ResumeAsync(new ResumeRequest { RunId = open }, _other, CancellationToken.None));
        var aborted = await Assert.ThrowsAsync<LorchException>(() => workspace.AbortAsync(open, _other, CancellationToken.None));

        Assert.Equal((open, _one.Root), status.Elsewhere!.Select(run => (run.RunId, run.Workspace!)).Single());
        Assert.Empty(status.Orphans);
        Assert.Equal("never_run", status.Tasks[0].State.Replace("stale", "never_run", StringComparison.Ordinal));
        Assert.Equal(DiagnosticCode.RunOfAnotherWorkspace, resumed.Diagnostic.Code);
        Assert.Equal(DiagnosticCode.RunOfAnotherWorkspace, aborted.Diagnostic.Code);
        Assert.Contains(_one.Root, resumed.Diagnostic.Message, StringComparison.Ordinal);
        Assert.Null(await workspace.ResumeAsync(new ResumeRequest(), _other, CancellationToken.None));
        Assert.Null(await workspace.AbortAsync(null, _other, CancellationToken.None));
    }

    [Fact]
    public async Task Are_one_and_the_same_once_the_first_is_no_longer_where_it_was()
    {
        var open = await FailAsync();
        _state.Write(
            $"events/{open}.ndjson",
            _state.Read($"events/{open}.ndjson").Replace(_one.Root, "/nowhere/at/all", StringComparison.Ordinal));
        _other.Agents.Produce("src/hello.txt", "hello\n");

        Assert.Equal(open, (await RunAsync(_other)).RunId);
    }

    [Fact]
    public async Task Are_told_apart_where_records_lie_in_the_workspace_by_nothing_that_a_ledger_says()
    {
        await _one.RunAsync();

        Assert.DoesNotContain("\"workspace\"", _one.Read($"events/{_one.RunIds[0]}.ndjson"), StringComparison.Ordinal);
    }

    private async Task<RunId> FailAsync()
    {
        _one.Agents.Answer = command => command.Action is AgentAction.Review
            ? [_one.Agents.Fail(command, "no_quota", retriable: false)]
            : _one.Agents.Play(command);
        var result = await RunAsync(_one);
        Assert.Equal(RunOutcome.Failed, result.Outcome);
        return result.RunId!.Value;
    }

    private Task<RunResult> RunAsync(WorkspaceUnderTest workspace) =>
        Open(workspace).RunAsync(new RunRequest { TaskId = TaskId.Parse("T-1") }, workspace, CancellationToken.None);

    private LorchWorkspace Open(WorkspaceUnderTest workspace) => LorchWorkspace.Open(
        new WorkspaceSettings
        {
            WorkspaceRoot = workspace.Root,
            StateRoot = _state.Root,
            AgentHost = new AgentHost { DotnetPath = "/dotnet", AgentAssemblyPath = "/lorch-agent.dll" },
            Environment = new Dictionary<string, string>(),
            LockTimeout = TimeSpan.Zero,
        },
        workspace.Clock,
        surroundings => surroundings with { CheckAgent = _ => null, Launchers = (_, _) => workspace.Agents });
}
