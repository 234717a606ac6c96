using System.Text;
using System.Text.Json;
using CsCheck;
using Lorch.Core.Configuration;
using Lorch.Core.Json;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Workflows;
using Lorch.Testing;

namespace Lorch.Core.Tests.Workflows;

/// <summary>Every command fits into a message; what fitted without files goes without.</summary>
public sealed class LongInputs
{
    private static readonly string[] Pieces = ["a", "\u20ac", "\U0001F600", "\u0001"];

    private static readonly int[] Lengths = [1, 1_023, 1_024, 1_025, 16_383, 16_384, 16_385, 65_537, 262_143, 262_144, 262_145, 400_000];

    [LongSet]
    [Fact]
    public void Fit_whatever_the_lengths_are_that_a_task_may_have() => Gen
        .Select(
            Gen.OneOf(Pieces),
            Gen.OneOf(Lengths),
            Gen.OneOf(Lengths),
            Gen.OneOf(0, 100, TaskLength.MaxInMessages - 100),
            Gen.OneOf(1, 20, 400))
        .Sample(
            (piece, goal, summary, parameters, files) =>
            {
                var ledger = AskingForChanges(Text(piece, goal), Text(piece, summary), new string('p', parameters), files);

                var request = ledger.Next;

                Assert.True(request.FitsAMessage);
                AssertTellsAll(request, Text(piece, goal), Text(piece, summary));
                Assert.Equal(request.Key, ledger.Next.Key);
            },
            iter: LongTests.AreAsked ? 25 : 8);

    [Fact]
    public void Travel_in_the_command_as_long_as_it_fits_and_in_a_file_from_the_next_byte_on()
    {
        var room = Message.MaxBytes - SizeOf(new LedgerUnderTest(Start("", "")).Next);

        var (just, over) = (
            new LedgerUnderTest(Start(new string('g', room), "")).Next, new LedgerUnderTest(Start(new string('g', room + 1), "")).Next);

        Assert.Equal(Message.MaxBytes, SizeOf(just));
        Assert.Empty(just.Files);
        Assert.Equal(room, just.Inputs.GetProperty("goal").GetString()!.Length);
        Assert.StartsWith("goal-", Assert.Single(over.Files).Name, StringComparison.Ordinal);
        Assert.Contains(over.Files[0].Path, over.Inputs.GetProperty("goal").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Keep_their_form_and_their_key_over_all_attempts()
    {
        var room = Message.MaxBytes - SizeOf(new LedgerUnderTest(Start("", "")).Next);
        var ledger = new LedgerUnderTest(Start(new string('g', room), "") with { MaxAttempts = 1_000 });
        var first = ledger.Next.Key;
        for (var attempt = 0; attempt < 101; attempt++)
        {
            ledger.Send();
            ledger.Append(ledger.Answer(EventName.Error));
            ledger.FailAttempt("agent_error", retriable: true);
        }

        Assert.Equal(first, ledger.Next.Key);
    }

    [Fact]
    public void Have_another_key_for_another_goal_however_late_it_differs()
    {
        var goal = new string('g', 300_000);

        Assert.NotEqual(new LedgerUnderTest(Start(goal + "1", "")).Next.Key, new LedgerUnderTest(Start(goal + "2", "")).Next.Key);
    }

    [Fact]
    public void Fail_the_run_with_a_code_where_no_form_fits()
    {
        var ledger = new LedgerUnderTest(Start("greet", new string('p', 300_000)));

        Assert.Equal("fail command_too_long", ledger.Decision);
    }

    private static void AssertTellsAll(CommandRequest request, string goal, string summary)
    {
        var cause = request.Inputs.GetProperty("cause");
        Assert.Equal(goal, InFile(request, request.Inputs, "goal_file") ?? request.Inputs.GetProperty("goal").GetString());
        Assert.Equal(summary, InFile(request, cause, "summary_file") ?? cause.GetProperty("summary").GetString());
        Assert.Equal(request.Files.Select(file => file.Path).Order(), CommandFileReferences.PathsOf(request.Inputs).Order());
    }

    private static string? InFile(CommandRequest request, JsonElement holder, string name) => holder.TryGetProperty(name, out var file)
        ? Encoding.UTF8.GetString(request.Files.Single(each => each.Path == file.GetProperty("path").GetString()).Content.Span)
        : null;

    private static int SizeOf(CommandRequest request) =>
        WireSize.Of((request with { Retry = new Retry { Attempt = int.MaxValue, MaxAttempts = int.MaxValue } }).ToCommand(
            MessageId.Create(DateTimeOffset.UnixEpoch),
            new AgentAddress { AgentType = request.Action.Agent, AgentId = $"{request.Action.Agent.WireName}-2147483647" },
            DateTimeOffset.UnixEpoch));

    private static string Text(string piece, int length) => string.Concat(Enumerable.Repeat(piece, length / piece.Length));

    private static LedgerUnderTest AskingForChanges(string goal, string summary, string parameter, int files)
    {
        var ledger = new LedgerUnderTest(Start(goal, parameter));
        ledger.Send();
        ledger.Append(ledger.Answer(EventName.BuilderCompleted) with
        {
            Artifacts = [.. Enumerable.Range(0, files).Select(i => LedgerUnderTest.Produced($"src/{i}-\u0001\U0001F600.txt", "x"))],
        });
        ledger.Record();
        ledger.Send();
        var payload = JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("summary", summary);
            writer.WriteEndObject();
        });
        ledger.Append(ledger.Answer(EventName.ReviewCompleted, "changes_requested", payload) with
        {
            Artifacts = [LedgerUnderTest.Produced($"{new string('\u0001', 4000)}.txt", "x")],
        });
        ledger.Record();
        return ledger;
    }

    private static RunStarted Start(string goal, string parameter) => LedgerUnderTest.Start with
    {
        Definition = JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("goal", goal);
            writer.WriteStartObject("parameters");
            writer.WriteString("text", parameter);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }),
    };
}
