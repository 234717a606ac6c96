using Lorch.Core.Agents;
using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

/// <summary>Agents that change what Lorch keeps for itself. A first run is complete; the reviewer of a second one meddles.</summary>
public sealed class AnAgentThatMeddles : IDisposable
{
    private readonly WorkspaceUnderTest _workspace = new();

    [Theory]
    [InlineData("changes a word of the ledger", "events/{run}.ndjson")]
    [InlineData("adds a line to the ledger", "events/{run}.ndjson")]
    [InlineData("cuts the ledger", "events/{run}.ndjson")]
    [InlineData("empties the ledger", "events/{run}.ndjson")]
    [InlineData("replaces the ledger", "events/{run}.ndjson")]
    [InlineData("deletes the ledger", "events/{run}.ndjson")]
    [InlineData("makes a folder of the ledger", "events/{run}.ndjson")]
    [InlineData("makes a file of the folder of ledgers", "events/{run}.ndjson")]
    [InlineData("replaces the ledger where links to nowhere stand in the way", "events/{run}.ndjson")]
    [InlineData("deletes all records", "receipts/T-1/step-2.json")]
    [InlineData("makes folders without end", "receipts/a")]
    [InlineData("makes a link of a receipt", "receipts/T-1/step-7.json")]
    [InlineData("changes an older ledger", "events/{first}.ndjson")]
    [InlineData("forges a ledger", "events/run-20991231-235959-00000000.ndjson")]
    [InlineData("changes a receipt", "receipts/T-1/step-4.json")]
    [InlineData("changes an older receipt", "receipts/T-1/step-1.json")]
    [InlineData("deletes a receipt", "receipts/T-1/step-4.json")]
    [InlineData("makes a FIFO of a receipt", "receipts/T-1/step-4.json")]
    [InlineData("forges a receipt", "receipts/T-1/step-6.json")]
    [InlineData("deletes the completion", "receipts/T-1/completion.json")]
    [InlineData("changes a manifest", "snapshots/{snapshot}.manifest.json")]
    [InlineData("deletes a manifest", "snapshots/{snapshot}.manifest.json")]
    public async Task Is_found_out_and_undone(string deed, string path)
    {
        await _workspace.RunAsync();
        _workspace.Write("specs/a.md", "# B\n");
        var before = Meddle(AgentAction.Review, deed);

        var failed = await _workspace.RunAsync();

        AssertFoundOut(failed, Named(path));
        Assert.All(before, file => Assert.Equal(file.Value, Held(file.Key, file.Value.Length)));
        Assert.DoesNotContain(_workspace.Receipts(), receipt => receipt.RunId == failed.RunId && receipt.Action is AgentAction.Review);
        await AssertGoesOnAsync(failed);
    }

    [Theory]
    [InlineData("deletes the lock", "state/run.lock")]
    [InlineData("makes a link of the receipts", "receipts")]
    public async Task Is_found_out_where_nothing_can_be_undone(string deed, string path)
    {
        await _workspace.RunAsync();
        _workspace.Write("specs/a.md", "# B\n");
        Meddle(AgentAction.Review, deed);

        var failed = await _workspace.RunAsync();

        AssertFoundOut(failed, path);
        await AssertGoesOnAsync(failed);
    }

    [Theory]
    [InlineData(AgentAction.Implement)]
    [InlineData(AgentAction.UpdateSpec)]
    public async Task Is_found_out_in_the_first_step_and_in_the_last(AgentAction action)
    {
        Meddle(action, "adds a line to the ledger");

        var failed = await _workspace.RunAsync();

        AssertFoundOut(failed, $"events/{failed.RunId}.ndjson");
        Assert.DoesNotContain("system.run_completed", _workspace.Events(failed.RunId!.Value));
        await AssertGoesOnAsync(failed);
    }

    [Fact]
    public async Task Is_found_out_when_its_attempt_fails_anyway()
    {
        _workspace.Agents.Answer = command => command.Action is AgentAction.Review
            ? DoThen("changes a receipt", "receipts/T-1/step-1.json", [_workspace.Agents.Fail(command, "busy")])
            : _workspace.Agents.Play(command);

        var failed = await _workspace.RunAsync();

        AssertFoundOut(failed, "receipts/T-1/step-1.json");
        Assert.Equal("review 0 0", _workspace.Agents.Story.Last());
    }

    [Fact]
    public async Task Is_found_out_when_a_person_interrupts_the_run()
    {
        using var interruption = new CancellationTokenSource();
        _workspace.Agents.Answer = command =>
        {
            if (command.Action is not AgentAction.Review)
            {
                return _workspace.Agents.Play(command);
            }

            Meddling.Do(_workspace, "forges a receipt");
            interruption.Cancel();
            return [];
        };

        var result = await _workspace.RunAsync(cancellationToken: interruption.Token);

        Assert.Equal(RunOutcome.Interrupted, result.Outcome);
        Assert.Contains(
            result.Diagnostics,
            found => found is { Code: DiagnosticCode.OwnFileAltered } && found.File == _workspace.At("receipts/T-1/step-3.json"));
        Assert.False(File.Exists(_workspace.At("receipts/T-1/step-3.json")));
    }

    [Fact]
    public async Task Has_no_line_of_Lorchs_written_into_what_it_made_of_the_ledger()
    {
        Meddle(AgentAction.Implement, "adds a line to the ledger");

        var failed = await _workspace.RunAsync();

        var altered = await File.ReadAllLinesAsync(_workspace.Layout.Ledger(failed.RunId!.Value) + ".altered", CancellationToken.None);
        Assert.Equal(altered[^2], altered[^1]);
        Assert.Contains("log", _workspace.Events(failed.RunId.Value));
    }

    [Theory]
    [InlineData("reads everything")]
    [InlineData("writes the same again")]
    [InlineData("touches everything")]
    [InlineData("writes beside the records")]
    public async Task May_do_what_changes_nothing(string deed)
    {
        await _workspace.RunAsync();
        _workspace.Write("specs/a.md", "# B\n");
        Meddle(AgentAction.Review, deed);

        var result = await _workspace.RunAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
    }

    [Fact]
    public async Task Makes_nobody_wait_with_FIFOs_in_the_place_of_files()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no FIFOs in folders.");
        await _workspace.RunAsync();
        _workspace.Write("specs/a.md", "# B\n");
        Meddle(AgentAction.Review, "makes FIFOs of the state");

        // The limit is a hang guard.
        var result = await Task.Run(() => _workspace.RunAsync(), CancellationToken.None)
            .WaitAsync(TimeSpan.FromSeconds(60), CancellationToken.None);

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal(RunOutcome.UpToDate, (await _workspace.RunAsync()).Outcome);
        Assert.Equal(2, _workspace.Read("state/index.json").Split("\"run_id\"").Length - 1);
    }

    [Theory]
    [InlineData(AgentAction.Implement, "changes the index")]
    [InlineData(AgentAction.UpdateSpec, "changes the index")]
    [InlineData(AgentAction.UpdateSpec, "deletes the index")]
    [InlineData(AgentAction.UpdateSpec, "makes a FIFO of the index")]
    public async Task Has_no_word_in_what_need_not_be_read_again(AgentAction action, string deed)
    {
        await _workspace.RunAsync();
        _workspace.Write("specs/a.md", "# B\n");
        _workspace.Write("state/snapshot.index", "10 files unchanged");
        Meddle(action, deed);

        // The limit is a hang guard.
        var result = await Task.Run(() => _workspace.RunAsync(), CancellationToken.None)
            .WaitAsync(TimeSpan.FromSeconds(60), CancellationToken.None);

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal("10 files unchanged", _workspace.Read("state/snapshot.index"));
    }

    [Fact]
    public async Task Makes_no_index_where_none_was()
    {
        await _workspace.RunAsync();
        _workspace.Write("specs/a.md", "# B\n");
        _workspace.Delete("state/snapshot.index");
        Meddle(AgentAction.UpdateSpec, "makes an index");

        await _workspace.RunAsync();

        Assert.Equal("", _workspace.Read("state/snapshot.index"));
    }

    [Fact]
    public async Task Is_named_by_a_later_verification()
    {
        Meddle(AgentAction.Review, "changes a receipt", "receipts/T-1/step-1.json");
        await _workspace.RunAsync();

        var result = await _workspace.Open().VerifyAsync(CancellationToken.None);

        var warning = Assert.Single(result.Diagnostics);
        Assert.Equal((DiagnosticCode.OwnFileAltered, DiagnosticSeverity.Warning), (warning.Code, warning.Severity));
        Assert.Equal(_workspace.At("receipts/T-1/step-1.json.altered"), warning.File);
        Assert.True(result.IsContent);
    }

    public void Dispose() => _workspace.Dispose();

    private string Named(string path) => path
        .Replace("{run}", _workspace.RunIds[^1].ToString(), StringComparison.Ordinal)
        .Replace("{first}", _workspace.RunIds[0].ToString(), StringComparison.Ordinal)
        .Replace("{snapshot}", _workspace.Receipts()[0].SnapshotId.ToString(), StringComparison.Ordinal);

    /// <summary>
    /// Lets an agent do something once, and then go on as if nothing had been. Gives what all of Lorch's own files held before, once it is
    /// done.
    /// </summary>
    private Dictionary<string, byte[]> Meddle(AgentAction action, string deed, string? path = null)
    {
        var (before, isDone) = (new Dictionary<string, byte[]>(), false);
        _workspace.Agents.Answer = command =>
        {
            if (command.Action != action || isDone)
            {
                return _workspace.Agents.Play(command);
            }

            isDone = true;
            foreach (var file in Meddling.OwnFiles(_workspace))
            {
                before[file] = File.ReadAllBytes(file);
            }

            return DoThen(deed, path, [_workspace.Agents.Say(command, EventName.Log), .. _workspace.Agents.Play(command)]);
        };
        return before;
    }

    private IEnumerable<AgentSignal> DoThen(string deed, string? path, IEnumerable<AgentSignal> answer)
    {
        Meddling.Do(_workspace, deed, path);
        return answer;
    }

    /// <summary>What a file held before. A ledger may have grown, the lock's holder doesn't matter.</summary>
    private static byte[] Held(string file, int length) =>
        file.EndsWith(".ndjson", StringComparison.Ordinal) ? File.ReadAllBytes(file)[..length] : File.ReadAllBytes(file);

    private void AssertFoundOut(RunResult failed, string path)
    {
        Assert.Equal(RunOutcome.Failed, failed.Outcome);
        Assert.Contains(
            failed.Diagnostics,
            found => found is { Code: DiagnosticCode.OwnFileAltered, Severity: DiagnosticSeverity.Error }
                && found.File == _workspace.At(path));
        var reason = Assert.Single(_workspace.Ledger(failed.RunId!.Value).OfType<Event>(), said => said.Name is EventName.RunFailed);
        Assert.Equal("own_files_altered", reason.Payload!.Value.GetProperty("code").GetString());
    }

    private async Task AssertGoesOnAsync(RunResult failed)
    {
        Assert.True((await _workspace.Open().VerifyAsync(CancellationToken.None)).IsContent);
        var result = await _workspace.RunAsync();
        Assert.Equal((RunOutcome.Completed, failed.RunId), (result.Outcome, result.RunId));
        Assert.True((await _workspace.Open().VerifyAsync(CancellationToken.None)).IsContent);
    }
}
