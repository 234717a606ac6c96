using Lorch.Core;
using Lorch.Core.Agents;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Receipts;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Crash.Tests;

/// <summary>The moments in which a process can end, one by one.</summary>
public sealed class CrashWindows
{
    private const string Review = "reviews/T-1.json";

    [Fact]
    public async Task Between_the_run_id_and_the_first_line_nothing_happened()
    {
        using var trial = new CrashTrial(Straight, isOnDisk: true);
        var timeline = await RecordAsync(Straight);

        await trial.LiveAsync(new CrashPoint(timeline.First("create", "events/"), Side.Before, Loss.Nothing));

        Assert.Empty(trial.Workspace.RunIds);
        await FinishAsync(trial, timeline);
        Assert.Single(trial.Workspace.RunIds);
    }

    [Fact]
    public async Task In_the_first_line_nothing_happened_and_the_torn_line_is_moved_aside_whole()
    {
        using var trial = new CrashTrial(Straight, isOnDisk: true);
        var timeline = await RecordAsync(Straight);

        await trial.LiveAsync(new CrashPoint(timeline.AppendOf(0), Side.After, Loss.Everything) { KeptBytes = 100 });

        var stillborn = Assert.Single(trial.Workspace.RunIds);
        await FinishAsync(trial, timeline);
        Assert.NotEqual(stillborn, Assert.Single(trial.Workspace.RunIds));
        Assert.Equal(100, new FileInfo(trial.Workspace.Layout.TornTail(stillborn)).Length);
    }

    [Fact]
    public async Task Between_the_command_line_and_the_agent_the_same_attempt_is_sent_again()
    {
        using var trial = new CrashTrial(Straight, isOnDisk: true);
        var timeline = await RecordAsync(Straight);

        await trial.LiveAsync(new CrashPoint(timeline.AppendOf("review") + 1, Side.After, Loss.Nothing));

        Assert.Equal(["implement 0 0"], trial.Workspace.Agents.Story);
        await FinishAsync(trial, timeline);
        Assert.Equal(["implement 0 0", "review 0 0", "update_spec 0 0"], trial.Workspace.Agents.Story);
        var reviews = trial.Workspace.Ledger(trial.Workspace.RunIds[0])
            .OfType<Command>()
            .Where(command => command.Action is AgentAction.Review)
            .ToList();
        Assert.Equal(2, reviews.Count);
        Assert.Single(reviews.Select(command => (command.IdempotencyKey, command.Retry.Attempt)).Distinct());
    }

    [Fact]
    public async Task Between_the_agents_answer_and_its_line_it_is_sent_again_and_what_it_wrote_is_in_flight()
    {
        using var trial = new CrashTrial(Straight, isOnDisk: true);
        var timeline = await RecordAsync(Straight);

        await trial.LiveAsync(new CrashPoint(timeline.AppendOf("builder.completed"), Side.Before, Loss.Nothing));

        Assert.True(File.Exists(trial.Workspace.At("src/hello.txt")));
        await FinishAsync(trial, timeline);
        Assert.Equal(["implement 0 0", "implement 0 0", "review 0 0", "update_spec 0 0"], trial.Workspace.Agents.Story);
        var drift = Assert.Single(
            trial.Workspace.Ledger(trial.Workspace.RunIds[0]).OfType<Event>(),
            line => line.Name is EventName.SnapshotDrift);
        Assert.Equal("src/hello.txt", Assert.Single(SystemJson.Read<SnapshotDrift>(drift.Payload!.Value).InFlight).ToString());
    }

    [Fact]
    public async Task Between_the_terminal_event_and_the_receipt_it_is_verified_and_the_receipt_written()
    {
        using var trial = new CrashTrial(Straight, isOnDisk: true);
        var timeline = await RecordAsync(Straight);

        await trial.LiveAsync(new CrashPoint(timeline.First("write temporary", "receipts/"), Side.Before, Loss.Nothing));

        Assert.Empty(trial.Workspace.Receipts());
        await FinishAsync(trial, timeline);
        Assert.Equal(["implement 0 0", "review 0 0", "update_spec 0 0"], trial.Workspace.Agents.Story);
    }

    [Fact]
    public async Task Between_the_terminal_event_and_the_receipt_it_is_not_believed_if_its_file_is_gone()
    {
        using var trial = new CrashTrial(Straight, isOnDisk: true);
        var timeline = await RecordAsync(Straight);

        await trial.LiveAsync(new CrashPoint(timeline.First("write temporary", "receipts/"), Side.Before, Loss.Nothing));
        trial.Workspace.Delete("src/hello.txt");
        await FinishAsync(trial, timeline);

        Assert.Equal(["implement 0 0", "implement 0 1", "review 0 0", "update_spec 0 0"], trial.Workspace.Agents.Story);
    }

    [Fact]
    public async Task Between_the_receipt_and_its_line_the_step_is_recorded()
    {
        using var trial = new CrashTrial(Straight, isOnDisk: true);
        var timeline = await RecordAsync(Straight);

        await trial.LiveAsync(new CrashPoint(timeline.AppendOf("system.step_recorded"), Side.Before, Loss.Nothing));

        var receipt = trial.Workspace.Read("receipts/T-1/step-1.json");
        await FinishAsync(trial, timeline);
        Assert.Equal(["implement 0 0", "review 0 0", "update_spec 0 0"], trial.Workspace.Agents.Story);
        Assert.Equal(receipt, trial.Workspace.Read("receipts/T-1/step-1.json"));
    }

    [Fact]
    public async Task Between_the_receipts_name_and_its_being_durable_no_line_may_outlive_it()
    {
        var timeline = await RecordAsync(Straight);
        var recorded = 0;

        for (var number = 1; number <= 40; number++)
        {
            using var trial = new CrashTrial(Straight);
            await trial.LiveAsync(new CrashPoint(timeline.First("rename", "receipts/"), Side.After, Loss.Nothing));
            await trial.LiveAsync(new CrashPoint(number, Side.After, Loss.Everything));
            var hasLine = trial.Workspace.Events(trial.Workspace.RunIds[0]).Contains("system.step_recorded");
            Assert.True(trial.Workspace.Receipts().Count > 0 || !hasLine, $"lost after operation {number} of the resume");
            recorded += hasLine ? 1 : 0;
        }

        Assert.InRange(recorded, 1, 39);
    }

    [Fact]
    public async Task Between_an_error_and_its_judgement_the_attempt_has_failed()
    {
        using var trial = new CrashTrial(ErrorFirst, isOnDisk: true);
        var timeline = await RecordAsync(ErrorFirst);

        await trial.LiveAsync(new CrashPoint(timeline.AppendOf("system.attempt_failed"), Side.Before, Loss.Nothing));

        Assert.Equal("error", trial.Workspace.Events(trial.Workspace.RunIds[0])[^1]);
        await FinishAsync(trial, timeline);
        Assert.Equal(["implement 0 0", "implement 0 1", "review 0 0", "update_spec 0 0"], trial.Workspace.Agents.Story);
        Assert.Single(trial.Workspace.Events(trial.Workspace.RunIds[0]), "system.attempt_failed");
    }

    [Fact]
    public async Task Between_the_last_step_and_the_completion_line_the_line_is_appended()
    {
        using var trial = new CrashTrial(Straight, isOnDisk: true);
        var timeline = await RecordAsync(Straight);

        await trial.LiveAsync(new CrashPoint(timeline.AppendOf("system.run_completed"), Side.Before, Loss.Nothing));
        var started = trial.Workspace.Agents.Started;
        await FinishAsync(trial, timeline);

        Assert.Equal(RunOutcome.Completed, trial.Result!.Outcome);
        Assert.Equal(started, trial.Workspace.Agents.Started);
        Assert.Equal(
            ["system.run_completed", "system.recorded"],
            trial.Workspace.Events(Assert.Single(trial.Workspace.RunIds)).TakeLast(2));
    }

    [Fact]
    public async Task Between_the_completion_line_and_its_files_the_files_are_written()
    {
        using var trial = new CrashTrial(Straight, isOnDisk: true);
        var timeline = await RecordAsync(Straight);

        await trial.LiveAsync(new CrashPoint(timeline.AppendOf("system.run_completed") + 1, Side.After, Loss.Nothing));

        Assert.False(File.Exists(trial.Workspace.Layout.Completion(TaskId.Parse("T-1"))));
        await FinishAsync(trial, timeline);
        Assert.Equal(RunOutcome.UpToDate, trial.Result!.Outcome);
        var latest = new CompletionStore(trial.Workspace.Layout, trial.Workspace.Files).Latest(TaskId.Parse("T-1"));
        Assert.Equal(Assert.Single(trial.Workspace.RunIds), latest!.RunId);
    }

    [Fact]
    public async Task Between_the_completion_line_and_its_being_durable_no_file_may_outlive_it()
    {
        var timeline = await RecordAsync(Straight);
        var written = 0;

        for (var number = 1; number <= 20; number++)
        {
            using var trial = new CrashTrial(Straight);
            await trial.LiveAsync(new CrashPoint(timeline.AppendOf("system.run_completed"), Side.After, Loss.Nothing));
            await trial.LiveAsync(new CrashPoint(number, Side.After, Loss.Everything));
            var hasFile = File.Exists(trial.Workspace.Layout.Completion(TaskId.Parse("T-1")));
            var hasLine = trial.Workspace.Events(trial.Workspace.RunIds[0]).Contains("system.run_completed");
            Assert.True(hasLine || !hasFile, $"lost after operation {number} of the next run");
            written += hasFile ? 1 : 0;
        }

        Assert.InRange(written, 1, 19);
    }

    [Fact]
    public async Task Between_the_completions_files_and_the_line_that_says_so_the_line_is_appended()
    {
        using var trial = new CrashTrial(Straight, isOnDisk: true);
        var timeline = await RecordAsync(Straight);

        await trial.LiveAsync(new CrashPoint(timeline.AppendOf("system.recorded"), Side.Before, Loss.Nothing));
        await FinishAsync(trial, timeline);

        Assert.Single(trial.Workspace.Events(Assert.Single(trial.Workspace.RunIds)), "system.recorded");
    }

    [Theory]
    [InlineData("system.run_completed")]
    [InlineData("system.recorded")]
    public async Task Between_the_completions_files_and_their_being_durable_no_line_may_outlive_them(string line)
    {
        var timeline = await RecordAsync(Straight);
        var said = 0;

        for (var number = 1; number <= 20; number++)
        {
            using var trial = new CrashTrial(Straight);
            await trial.LiveAsync(
                new CrashPoint(timeline.AppendOf(line), line == "system.recorded" ? Side.Before : Side.After, Loss.Nothing));
            await trial.LiveAsync(new CrashPoint(number, Side.After, Loss.Everything));
            var hasFile = new CompletionStore(trial.Workspace.Layout, trial.Workspace.Files).Load(TaskId.Parse("T-1")).Count > 0;
            var hasLine = trial.Workspace.Events(trial.Workspace.RunIds[0]).Contains("system.recorded");
            Assert.True(hasFile || !hasLine, $"lost after operation {number} of the next run");
            said += hasLine ? 1 : 0;
        }

        Assert.InRange(said, 1, 19);
    }

    [Fact]
    public async Task Between_the_completion_and_the_state_the_state_is_rebuilt()
    {
        using var trial = new CrashTrial(Straight, isOnDisk: true);
        var timeline = await RecordAsync(Straight);

        await trial.LiveAsync(new CrashPoint(timeline.Last("write temporary", "state/.run.json"), Side.Before, Loss.Nothing));

        Assert.Contains("\"running\"", trial.Workspace.Read("state/run.json"), StringComparison.Ordinal);
        await FinishAsync(trial, timeline);
        Assert.Contains("\"completed\"", trial.Workspace.Read("state/run.json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Receipts_restored_without_ledgers_count()
    {
        using var workspace = new WorkspaceUnderTest();
        await workspace.RunAsync();
        Directory.Delete(workspace.At("events"), recursive: true);
        Directory.Delete(workspace.At("state"), recursive: true);
        Directory.Delete(workspace.At("receipts/T-1/completions"), recursive: true);
        workspace.Delete("receipts/T-1/completion.json");

        var result = await workspace.RunAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal(3, workspace.Agents.Received.Count);
        Assert.Equal(3, workspace.Events(workspace.RunIds[0]).Count(name => name == "system.step_reused"));
    }

    [Fact]
    public async Task A_file_that_the_power_took_from_a_proven_step_is_worked_again_and_not_believed()
    {
        using var trial = new CrashTrial(Straight, isOnDisk: true);
        var timeline = await RecordAsync(Straight);

        await trial.LiveAsync(new CrashPoint(timeline.AppendOf("update_spec"), Side.Before, Loss.Everything));
        trial.Workspace.Write(Review, "");
        trial.Workspace.Files = new Lorch.Core.Storage.DurableFiles();
        var result = await trial.Workspace.RunAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal(["implement 0 0", "review 0 0", "review 0 0", "update_spec 0 0"], trial.Workspace.Agents.Story);
    }

    private static IEnumerable<AgentSignal> Straight(ScriptedAgents agents, Command command) => agents.Play(command);

    private static IEnumerable<AgentSignal> ErrorFirst(ScriptedAgents agents, Command command) =>
        command is { Action: AgentAction.Implement, Retry.Attempt: 0 } ? [agents.Fail(command, "busy")] : agents.Play(command);

    private static Task<Timeline> RecordAsync(AgentBehavior play) => Timeline.RecordAsync(() => new CrashTrial(play));

    private static async Task FinishAsync(CrashTrial trial, Timeline timeline) =>
        Assert.Empty(await trial.FinishAsync(timeline.Work));
}
