using System.Text.Json;
using CsCheck;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Workflows;
using Lorch.Testing;

namespace Lorch.Core.Tests.Workflows;

/// <summary>What holds for every history that a run can have.</summary>
public sealed class LawsOfTheWorkflow
{
    /// <summary>Something that happens to a run: a digit picks among what is possible where it stands.</summary>
    private static readonly Gen<int[]> Stories = Gen.Int[0, 999].Array[0, 14];

    private static readonly Gen<RunStarted> Starts = Gen.Select(
        Gen.Int[1, 3],
        Gen.Int[0, 3],
        Gen.Bool,
        Gen.Bool,
        Gen.Int[0, 3],
        (attempts, iterations, changes, again, missing) =>
            LedgerUnderTest.Start with
            {
                Agents = LedgerUnderTest.Start.Agents
                    .Where(
                        agent => (agent.Key is not AgentType.Reviewer || missing % 2 == 0)
                            && (agent.Key is not AgentType.SpecMaintainer || missing < 2)).ToDictionary(),
                MaxAttempts = attempts,
                MaxIterations = iterations,
                OnFailingTests = changes ? FailingTestsRule.Changes : FailingTestsRule.Fail,
                Generation = again ? 4 : null,
                Definition = JsonElement.Parse("""
                    {"goal":"greet","inputs":["specs/**"],"expected_outputs":[{"path":"src/a"}],"parameters":{"depth":1},"depends_on":{"T-0":"x"}}
                    """),
            });

    /// <summary>Gets changes that make a task stale, and the actions whose keys they concern.</summary>
    public static TheoryData<string, AgentAction[]> Changes { get; } = new()
    {
        { "goal", Enum.GetValues<AgentAction>() },
        { "inputs", Enum.GetValues<AgentAction>() },
        { "expected_outputs", Enum.GetValues<AgentAction>() },
        { "parameters", Enum.GetValues<AgentAction>() },
        { "depends_on", Enum.GetValues<AgentAction>() },
        { "snapshot", Enum.GetValues<AgentAction>() },
        { "generation", Enum.GetValues<AgentAction>() },
        { "builder", [AgentAction.Implement, AgentAction.ImplementChanges] },
        { "reviewer", [AgentAction.Review] },
        { "spec_maintainer", [AgentAction.UpdateSpec] },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Whatever_makes_a_task_stale_changes_the_keys_that_it_concerns_and_no_others(string change, AgentAction[] concerned) =>
        Gen.Select(Starts, Stories).Sample((start, story) =>
        {
            var ledger = Tell(start, story);
            var changed = Refold(ledger.Messages, Change(start, change));
            var original = Refold(ledger.Messages, start);

            if (Workflow.Next(original) is Decision.Send { Request: var before }
                && Workflow.Next(changed) is Decision.Send { Request: var after })
            {
                Assert.Equal(before.Action, after.Action);
                Assert.Equal(concerned.Contains(before.Action), before.Key != after.Key);
            }
        });

    [Fact]
    public void No_two_different_requests_of_a_run_share_a_key() =>
        Gen.Select(Starts, Stories).Sample((start, story) =>
        {
            var commands = Tell(start, story).Messages.OfType<Command>().ToList();

            foreach (var same in commands.GroupBy(command => command.IdempotencyKey))
            {
                Assert.Single(same.Select(Request).Distinct());
            }

            Assert.Equal(
                commands.Select(Request).Distinct().Count(),
                commands.Select(command => command.IdempotencyKey).Distinct().Count());
        });

    [Fact]
    public void What_comes_next_does_not_depend_on_where_the_run_was_interrupted() =>
        Gen.Select(Starts, Stories, Gen.Bool.Array[60]).Sample((start, story, cuts) =>
        {
            var ledger = Tell(start, story);
            var history = History.Empty;
            foreach (var (message, cut) in ledger.Messages.Zip(cuts.Concat(Enumerable.Repeat(true, ledger.Messages.Count))))
            {
                history = history.Apply(message);
                if (cut && history is { Status: RunStatus.Running, IsUnjudged: false })
                {
                    history = history.Apply(Interruption(history));
                }
            }

            Assert.Equal(Describe(ledger.History), Describe(history));
        });

    [Fact]
    public void A_retry_keeps_key_correlation_and_inputs_and_counts_the_attempts() =>
        Gen.Select(Starts, Stories).Sample((start, story) =>
        {
            var messages = Tell(start, story).Messages;
            var failed = new Dictionary<IdempotencyKey, int>();
            var current = default(Command);
            foreach (var message in messages)
            {
                if (message is Command command)
                {
                    Assert.Equal(failed.GetValueOrDefault(command.IdempotencyKey), command.Retry.Attempt);
                    Assert.True(
                        current is null || current.IdempotencyKey != command.IdempotencyKey || Request(current) == Request(command));
                    current = command;
                }
                else if (message is Event { Name: EventName.AttemptFailed })
                {
                    failed[current!.IdempotencyKey] = failed.GetValueOrDefault(current.IdempotencyKey) + 1;
                }
            }
        });

    [Fact]
    public void Every_prefix_of_a_ledger_can_be_gone_on_from() =>
        Gen.Select(Starts, Stories).Sample((start, story) =>
        {
            var history = History.Empty;
            foreach (var message in Tell(start, story).Messages)
            {
                history = history.Apply(message);
                if (!history.IsUnjudged)
                {
                    Assert.NotNull(Workflow.Next(history));
                }
            }
        });

    [Fact]
    public void What_is_asked_next_is_what_was_asked_while_nobody_judged_it() =>
        Gen.Select(Starts, Stories).Sample((start, story) =>
        {
            var history = History.Empty;
            foreach (var message in Tell(start, story).Messages)
            {
                history = history.Apply(message);
                if (message is Command command)
                {
                    var again = Assert.IsType<Decision.Send>(Workflow.Next(history)).Request;
                    Assert.Equal((command.IdempotencyKey, command.Retry), (again.Key, again.Retry));
                }
            }
        });

    [Fact]
    public void No_run_asks_for_more_than_its_limits_allow() =>
        Gen.Select(Starts, Stories).Sample((start, story) =>
        {
            var (attempts, changes) = (new Dictionary<IdempotencyKey, int>(), new HashSet<IdempotencyKey>());
            foreach (var message in Tell(start, story).Messages)
            {
                switch (message)
                {
                    case Event { Name: EventName.RunResumed } resumed when SystemJson.Read<RunResumed>(
                        resumed.Payload!.Value).After is RunPause.Failed:
                        attempts.Clear();
                        changes.Clear();
                        break;
                    case Event { Name: EventName.AttemptFailed }:
                        break;
                    case Command command:
                        attempts[command.IdempotencyKey] = attempts.GetValueOrDefault(command.IdempotencyKey) + 1;
                        Assert.True(attempts[command.IdempotencyKey] <= start.MaxAttempts);
                        changes.UnionWith(command.Action is AgentAction.ImplementChanges ? [command.IdempotencyKey] : []);
                        Assert.True(changes.Count <= start.MaxIterations);
                        break;
                }
            }
        });

    [Fact]
    public void Nobody_is_asked_who_is_not_there_and_each_who_is_has_approved_what_is_complete() =>
        Gen.Select(Starts, Stories).Sample((start, story) =>
        {
            var history = Tell(start, story).History;

            Assert.All(history.Steps, step => Assert.Contains(step.Action.Agent, start.Agents.Keys));
            if (Workflow.Next(history) is Decision.Complete)
            {
                var built = history.Steps.FindLastIndex(step => step.Action.Agent is AgentType.Builder);
                Assert.Equal(start.Agents.Keys.Order(), history.Steps.Skip(built).Select(step => step.Action.Agent));
                Assert.DoesNotContain(history.Steps.Skip(built), step => OutcomeRules.AsksForChanges(step.Outcome));
            }
        });

    /// <summary>Plays a story: proven steps, reused steps, failed attempts, a failed run that is resumed.</summary>
    private static LedgerUnderTest Tell(RunStarted start, int[] story)
    {
        var ledger = new LedgerUnderTest(start);
        foreach (var number in story)
        {
            switch (Workflow.Next(ledger.History))
            {
                case Decision.Send { Request: var request }:
                    Work(ledger, request, number);
                    break;
                case Decision.Fail { Reason: var reason } when number % 2 == 0:
                    ledger.Fail(reason.Code);
                    ledger.Resume(RunPause.Failed);
                    break;
                default:
                    return ledger;
            }
        }

        return ledger;
    }

    private static void Work(LedgerUnderTest ledger, CommandRequest request, int number)
    {
        var (name, status, payload) = Outcome(request.Action, number / 10 % 4, ledger.History.Started!.OnFailingTests);
        Artifact[] artifacts = number % 3 == 0 ? [] : [LedgerUnderTest.Produced($"src/{number % 4}", $"{number}")];
        RelativePath[] removed = number % 7 == 0 ? [RelativePath.Parse($"src/{(number + 1) % 4}")] : [];
        switch (number % 5)
        {
            case 0:
                ledger.Send();
                ledger.FailAttempt("agent_error", retriable: number % 10 == 0);
                break;
            case 1 when ledger.History.Steps.All(step => !step.WasWorked):
                ledger.Reuse(new Outcome { Event = name, Status = status, Payload = payload }, artifacts, removed);
                break;
            default:
                ledger.Send();
                ledger.Append(ledger.Answer(name, status, payload) with { Artifacts = artifacts, Removed = removed });
                ledger.Record();
                break;
        }
    }

    private static (EventName Name, string? Status, JsonElement? Payload) Outcome(AgentAction action, int choice, FailingTestsRule rule) =>
        action switch
        {
            AgentAction.Review => (
                EventName.ReviewCompleted, choice < 2 ? "changes_requested" : "approved",
                JsonElement.Parse($$"""{"summary":"{{choice}}"}""")),
            AgentAction.UpdateSpec => (
                choice == 0 ? EventName.SpecUpdated : choice == 1 ? EventName.SpecNoChangesNeeded : EventName.SpecChangesRequested, null,
                null),
            _ when rule is FailingTestsRule.Changes && choice == 0 =>
                (EventName.BuilderCompleted, null, JsonElement.Parse("""{"tests":{"status":"fail"}}""")),
            _ => (EventName.BuilderCompleted, null, null),
        };

    private static RunStarted Change(RunStarted start, string change) => change switch
    {
        "snapshot" => start with { SnapshotId = SnapshotId.Parse("snap-0000000000ff") },
        "generation" => start with { Generation = start.Generation + 1 ?? 1 },
        "builder" or "reviewer" or "spec_maintainer" => start with
        {
            Agents = start.Agents.ToDictionary(
                agent => agent.Key,
                agent => agent.Key.WireName == change ? LedgerUnderTest.DigestOf("new") : agent.Value),
        },
        _ => start with { Definition = WithOther(start.Definition, change) },
    };

    private static JsonElement WithOther(JsonElement definition, string name) =>
        JsonSerializer.SerializeToElement(definition.EnumerateObject().ToDictionary(
            member => member.Name,
            member => member.Name != name ? member.Value : JsonElement.Parse(name switch
            {
                "goal" => "\"greet all\"",
                "inputs" => """["specs/*"]""",
                "expected_outputs" => """[{"path":"src/a","required":false}]""",
                "parameters" => """{"depth":2}""",
                _ => """{"T-0":"y"}""",
            })));

    /// <summary>
    /// The same proven steps in a run that began otherwise. What failed and what was resumed is left out: it belongs to other keys.
    /// </summary>
    private static History Refold(IEnumerable<Message> messages, RunStarted start)
    {
        var steps = messages.Aggregate(History.Empty, (history, message) => history.Apply(message)).Steps;
        return steps.Aggregate(History.Empty.ApplyStart(LedgerUnderTest.TaskId, start), (history, step) => history.ApplyReuse(new StepReused
        {
            Step = step.Step,
            RunId = start.RunId,
            Receipt = step.Receipt,
            IdempotencyKey = step.Key,
            Action = step.Action,
            Iteration = step.Iteration,
            Artifacts = step.Artifacts,
            Removed = step.Removed,
            Outcome = step.Outcome,
        }));
    }

    private static Event Interruption(History history)
    {
        var ledger = new LedgerUnderTest();
        ledger.Resume(RunPause.Interrupted, history.Agents);
        return (Event)ledger.Messages[^1];
    }

    private static string Request(Command command) =>
        $"{command.Action} {command.CorrelationId} {CanonicalJson.Digest(command.Inputs)} "
            + $"{CanonicalJson.Digest(CommandFactory.ToElement(command.ExpectedOutputs))}";

    private static string Describe(History history) => history.IsUnjudged ? "unjudged" : Workflow.Next(history) switch
    {
        Decision.Send { Request: var request } => $"{request.Key} {request.CorrelationId} {request.Retry}",
        var decision => LedgerUnderTest.Show(decision),
    };
}
