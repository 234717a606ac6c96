using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

/// <summary>
/// An agent may act until it has ended, also when it is told to: only then is it looked whether Lorch's own files are as they were.
/// </summary>
public sealed class TheLastLook : IDisposable
{
    private readonly WorkspaceUnderTest _workspace = new();

    public static TheoryData<string, AgentType> Deeds
    {
        get
        {
            var deeds = new TheoryData<string, AgentType>();
            string[] all =
            [
                "changes a word of the ledger", "adds a line to the ledger", "empties the ledger", "deletes the ledger",
                "changes an older ledger", "forges a ledger",
                "changes a receipt", "changes an older receipt", "deletes a receipt", "forges a receipt", "deletes the completion",
                "changes a manifest", "deletes all records",
            ];
            foreach (var deed in all)
            {
                deeds.Add(deed, AgentType.Builder);
                deeds.Add(deed, AgentType.SpecMaintainer);
            }

            return deeds;
        }
    }

    [Theory]
    [MemberData(nameof(Deeds))]
    public async Task Finds_out_who_meddles_at_the_end_and_the_work_is_kept(string deed, AgentType type)
    {
        await _workspace.RunAsync();
        _workspace.Write("specs/a.md", "# B\n");
        MeddleAtTheEnd(deed, type);

        var failed = await _workspace.RunAsync();
        var asked = _workspace.Agents.Received.Count;

        Assert.Equal(RunOutcome.Failed, failed.Outcome);
        Assert.Contains(failed.Diagnostics, found => found is { Code: DiagnosticCode.OwnFileAltered, Severity: DiagnosticSeverity.Error });
        Assert.True((await _workspace.Open().VerifyAsync(CancellationToken.None)).IsContent);
        var completed = await _workspace.RunAsync();
        Assert.Equal((RunOutcome.Completed, failed.RunId), (completed.Outcome, completed.RunId));
        Assert.Equal(asked, _workspace.Agents.Received.Count);
    }

    [Fact]
    public async Task Is_taken_of_a_run_that_fails_as_well_and_its_own_reason_stays()
    {
        _workspace.Agents.Answer = command => command.Action is AgentAction.Review
            ? [_workspace.Agents.Fail(command, "ill", retriable: false)]
            : _workspace.Agents.Play(command);
        MeddleAtTheEnd("changes an older receipt", AgentType.Builder);

        var failed = await _workspace.RunAsync();

        Assert.Equal([DiagnosticCode.OwnFileAltered, DiagnosticCode.AgentReportedError], failed.Diagnostics.Select(found => found.Code));
    }

    [Fact]
    public async Task Comes_before_the_run_is_called_complete()
    {
        MeddleAtTheEnd("changes an older receipt", AgentType.Reviewer);

        var failed = await _workspace.RunAsync();

        Assert.DoesNotContain("system.run_completed", _workspace.Events(failed.RunId!.Value));
    }

    public void Dispose() => _workspace.Dispose();

    private void MeddleAtTheEnd(string deed, AgentType type)
    {
        var isDone = false;
        _workspace.Agents.Ending = ending =>
        {
            if (ending == type && !isDone)
            {
                isDone = true;
                Meddling.Do(_workspace, deed);
            }
        };
    }
}
