using Lorch.Core;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Processes.Tests.Hostile;

/// <summary>Whatever an agent does, its run ends with the right result or with a reason, and nothing of the agent stays behind.</summary>
public sealed class HostileAgents : IDisposable
{
    private readonly HostileRun _run = new();

    /// <summary>
    /// Gets the deeds, and whether each is left to the long set: every second one; some modes misbehave in two ways, by the policy.
    /// </summary>
    public static IReadOnlyList<TheoryDataRow<string, bool>> Deeds { get; } =
        [.. Misdeeds.All.Select((misdeed, index) => Row(misdeed, isLong: index % 2 != 0))];

    /// <summary>
    /// Gets the deeds after which another attempt may go better, and whether each takes so much time that it is left to the long set.
    /// </summary>
    public static TheoryData<string, bool> DeedsThatPass { get; } =
    [
        .. Misdeeds.All.Where(misdeed => misdeed is { Code: not null, CanPass: true })
            .Select(
                misdeed => (
                    misdeed.Deed,
                    misdeed.Mode is not ("die_in_mid_command"
                        or "garbage"
                        or "wrong_digest"
                        or "flood_of_messages"
                        or "error_again_and_again"))),
    ];

    public void Dispose() => _run.Dispose();

    [LongSet]
    [Theory]
    [MemberData(nameof(Deeds))]
    public async Task Do_no_harm(string deed, bool isLong)
    {
        LongTests.SkipUnlessAsked(isLong);
        var misdeed = Find(deed);

        var result = await _run.WorkAsync(misdeed);

        Assert.Equal(misdeed.Code is null ? RunOutcome.Completed : RunOutcome.Failed, result.Outcome);
        AssertInOrder(misdeed.Events.Split(' ', StringSplitOptions.RemoveEmptyEntries), _run.Story(result));
        var errors = result.Diagnostics.Where(diagnostic => diagnostic.Severity is DiagnosticSeverity.Error).ToList();
        Assert.Equal(misdeed.Code, errors.SingleOrDefault()?.Code);
        Assert.Contains(misdeed.Says, errors.SingleOrDefault()?.Message ?? "", StringComparison.Ordinal);
        Assert.Equal(misdeed.Reason, ReasonIn(result));
        Assert.Equal(misdeed.Refusals ?? _run.Story(result).Count(IsRefusal), _run.Story(result).Count(IsRefusal));
        Assert.Contains(misdeed.Logs, _run.Log(result), StringComparison.Ordinal);
        await AssertOrderAsync();
    }

    [LongSet]
    [Theory]
    [MemberData(nameof(DeedsThatPass))]
    public async Task Are_given_another_attempt(string deed, bool isLong)
    {
        LongTests.SkipUnlessAsked(isLong);
        var misdeed = Find(deed);
        var patient = misdeed with { MaxAttempts = 2, DeadlineSeconds = Math.Max(5, misdeed.DeadlineSeconds) };

        var result = await _run.WorkAsync(patient, attempts: 1);

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        AssertInOrder(["implement", "system.attempt_failed", "implement", "builder.completed", "system.run_completed"], _run.Story(result));
        var commands = _run.Ledger(result).OfType<Command>().Where(command => command.Action is AgentAction.Implement).ToList();
        Assert.Equal([0, 1], commands.Select(command => command.Retry.Attempt));
        Assert.Single(commands.Select(command => command.IdempotencyKey).Distinct());
        await AssertOrderAsync();
    }

    [Fact]
    public async Task May_send_long_lines_up_to_the_limit_of_the_policy()
    {
        var result = await _run.WorkAsync(new Misdeed("lines_over_the_limit", "") { Policy = "\"message_max_bytes\":4096" });

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.DoesNotContain("system.message_rejected", _run.Story(result));
    }

    [Theory]
    [InlineData("true", 2)]
    [InlineData("false", 0)]
    public async Task Have_their_heartbeats_recorded_if_the_policy_says_so(string policy, int recorded)
    {
        var result = await _run.WorkAsync(new Misdeed("heartbeats_and_work", "") { Policy = $"\"record_heartbeats\":{policy}" });

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal(Enumerable.Range(0, recorded), _run.Ledger(result).OfType<Heartbeat>().Select(heartbeat => (int)heartbeat.Seq));
        await AssertOrderAsync();
    }

    /// <summary>Pipes, children and claims are what Windows does otherwise; one of each kind is looked at there in little time.</summary>
    private static TheoryDataRow<string, bool> Row(Misdeed misdeed, bool isLong)
    {
        var row = new TheoryDataRow<string, bool>(misdeed.Deed, isLong);
        return misdeed.Mode is "hang_silently"
            or "close_stdin"
            or "child_holds_the_pipes"
            or "flood_of_stderr_without_line_feed"
            or "path_outside"
            or "forged_proof"
            or "wrong_digest"
            ? row.WithTrait(DiffersOnWindowsAttribute.Name, DiffersOnWindowsAttribute.Value)
            : row;
    }

    private static Misdeed Find(string deed)
    {
        var misdeed = Misdeeds.All.Single(one => one.Deed == deed);
        Assert.SkipUnless(misdeed.IsPossible, $"Windows has no {misdeed.UnixFeature}.");
        return misdeed;
    }

    private static void AssertInOrder(IEnumerable<string> expected, IReadOnlyList<string> story)
    {
        var at = 0;
        foreach (var name in expected)
        {
            while (at < story.Count && story[at] != name)
            {
                at++;
            }

            Assert.True(at++ < story.Count, $"There is no '{name}' where it should be in\n{string.Join('\n', story)}");
        }
    }

    private static bool IsRefusal(string name) => name == EventName.MessageRejected.WireName;

    private string? ReasonIn(RunResult result) => _run.Ledger(result)[^1] is Event { Name: EventName.RunFailed, Payload: { } payload }
        ? SystemJson.Read<RunFailed>(payload).Code
        : null;

    /// <summary>No process is left, and what Lorch keeps is in order.</summary>
    private async Task AssertOrderAsync()
    {
        Assert.Empty(await _run.ProcessesThatStayAsync());
        Assert.DoesNotContain((await _run.VerifyAsync()).Diagnostics, diagnostic => diagnostic.Severity is DiagnosticSeverity.Error);
    }
}
