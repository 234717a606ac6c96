using System.Globalization;
using System.Text.Json;
using CsCheck;
using Lorch.Core.Json;
using Lorch.Core.Protocol;
using Lorch.Testing;

namespace Lorch.Core.Tests.Protocol;

/// <summary>Whatever an agent of the package says fits into lines, names every file, and says what is left out.</summary>
public sealed class ShortMessages
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private static readonly string[] Pieces = ["a", "\u20ac", "\U0001F600", "\u0001", "\"", "\n"];

    private static readonly Gen<string> Texts = Gen.Select(
        Gen.OneOf(Pieces),
        Gen.OneOf(0, 1, 100, 1023, 4096, 70_000),
        (piece, count) => string.Concat(Enumerable.Repeat(piece, count)));

    [Fact]
    public void Fit_name_every_file_once_and_end_as_the_long_one_does() => Gen
        .Select(
            Gen.OneOf(1024, 1500, 65_536, Message.MaxBytes),
            Gen.OneOf(0, 1, 30, 3000),
            Gen.OneOf(0, 1, 500),
            Texts,
            Gen.OneOf(0, 2, 900),
            Gen.Bool)
        .Sample(
            (most, artifacts, removed, text, findings, isTerminal) =>
            {
                var said = Said(isTerminal ? EventName.ReviewCompleted : EventName.ArtifactProduced, artifacts, removed, text, findings);

                var lines = ShortMessage.Fit(said, most).Cast<Event>().ToList();

                Assert.All(lines, line => Assert.InRange(WireSize.Of(line), 1, most));
                Assert.All(lines, line => Assert.IsType<MessageParsing.Parsed>(MessageJson.Parse(MessageJson.GetBytes(line))));
                Assert.Equal(said.Name, lines[^1].Name);
                Assert.Equal(said.Status, lines[^1].Status);
                Assert.Equal(said.Artifacts, lines.SelectMany(line => line.Artifacts ?? []));
                Assert.Equal(said.Removed ?? [], lines.SelectMany(line => line.Removed ?? []));
                Assert.All(lines.SkipLast(1), line => Assert.Equal(EventName.ArtifactProduced, line.Name));
                Assert.Equal(lines.Count, lines.Select(line => line.MessageId).Distinct().Count());
                var (kept, left) = Findings(lines[^1]);
                Assert.Equal(findings, kept + left);
            },
            iter: 40);

    [Fact]
    public void Are_the_message_itself_where_that_fits()
    {
        var said = Said(EventName.ReviewCompleted, 3, 1, "looks good", 2);

        Assert.Same(said, Assert.Single(ShortMessage.Fit(said, WireSize.Of(said))));
        Assert.True(ShortMessage.Fit(said, WireSize.Of(said) - 1).All(line => WireSize.Of(line) < WireSize.Of(said)));
    }

    [Fact]
    public void Keep_as_many_findings_as_there_is_room_for()
    {
        var (kept, _) = Findings((Event)ShortMessage.Fit(Said(EventName.ReviewCompleted, 0, 0, "", 5000), Message.MaxBytes)[^1]);

        var (oneMore, _) = Findings(Said(EventName.ReviewCompleted, 0, 0, "", kept + 1));

        Assert.InRange(WireSize.Of(Said(EventName.ReviewCompleted, 0, 0, "", oneMore)), Message.MaxBytes - 200, int.MaxValue);
    }

    [Fact]
    public void Say_with_an_error_that_an_answer_could_not_be_made_to_fit()
    {
        var members = string.Join(
            ',',
            Enumerable.Range(0, 200).Select(i => string.Create(CultureInfo.InvariantCulture, $"\"member-{i}\":true")));
        var answer = Said(EventName.ReviewCompleted, 0, 0, "", 0) with { Payload = JsonElement.Parse($"{{{members}}}") };

        var error = (Event)Assert.Single(ShortMessage.Fit(answer, 1024));

        Assert.Equal(EventName.Error, error.Name);
        Assert.Equal("message_too_long", error.Payload!.Value.GetProperty("code").GetString());
        Assert.InRange(WireSize.Of(error), 1, 1024);
    }

    [Theory]
    [InlineData(300_000, Message.MaxBytes)]
    [InlineData(5_000, 1024)]
    public void Shorten_what_is_logged(int length, int most)
    {
        var log = new LogMessage
        {
            Level = LogLevel.Error,
            Text = new string('\u0001', length),
            Fields = JsonElement.Parse("{}"),
            Timestamp = Noon
        };

        var line = (LogMessage)Assert.Single(ShortMessage.Fit(log, most));

        Assert.InRange(WireSize.Of(line), 1, most);
        Assert.Contains("more characters", line.Text, StringComparison.Ordinal);
    }

    private static (int Kept, int Left) Findings(Event said)
    {
        var payload = said.Payload!.Value;
        return (
            payload.GetProperty("findings").GetArrayLength(),
            payload.TryGetProperty("findings_left_out", out var left) ? left.GetInt32() : 0);
    }

    private static Event Said(EventName name, int artifacts, int removed, string summary, int findings) => new()
    {
        MessageId = MessageId.Create(Noon),
        CorrelationId = CorrelationId.Create(TaskId.Parse("T-1"), "review", 0),
        TaskId = TaskId.Parse("T-1"),
        From = new AgentAddress { AgentType = AgentType.Reviewer, AgentId = "reviewer-1" },
        Name = name,
        Status = "approved",
        Payload = JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("summary", summary);
            writer.WriteStartArray("findings");
            for (var i = 0; i < findings; i++)
            {
                writer.WriteStartObject();
                writer.WriteString("message", $"Finding {i}: this should be mended before anybody else looks at it");
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }),
        Artifacts = [.. Enumerable.Range(0, artifacts)
            .Select(i => LedgerUnderTest.Produced($"src/a-{i}-{new string('x', i % 50)}\U0001F600.txt", "x"))],
        Removed = removed == 0 ? null : [.. Enumerable.Range(0, removed).Select(i => RelativePath.Parse($"src/r-{i}"))],
        OccurredAt = Noon,
    };
}
