using System.Globalization;
using System.Text;
using System.Text.Json;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Testing;

namespace Lorch.Core.Tests.Workflows;

public sealed class TheInputsOfACommand
{
    [Theory]
    [InlineData("", "agent definition goal iteration")]
    [InlineData("implement -> completed", "agent definition goal iteration work")]
    [InlineData("implement -> completed|review -> approved", "agent definition goal iteration work")]
    [InlineData("implement -> completed|review -> changes_requested", "agent cause definition goal iteration work")]
    public void Have_exactly_these_members(string lines, string members) => Assert.Equal(members, Names(Read(lines).Next.Inputs));

    [Fact]
    public void Have_the_members_of_the_first_command_as_they_were_recorded()
    {
        var ledger = new LedgerUnderTest();

        Assert.Equal(
            Canonical($$"""
            {
              "goal": "greet",
              "definition": "{{CanonicalJson.Digest(LedgerUnderTest.Start.Definition)}}",
              "agent": "{{LedgerUnderTest.DigestOf("builder")}}",
              "iteration": 0
            }
            """),
            Canonical(ledger.Next.Inputs));
    }

    [Theory]
    [InlineData("", AgentType.Builder)]
    [InlineData("implement -> completed", AgentType.Reviewer)]
    [InlineData("implement -> completed|review -> approved", AgentType.SpecMaintainer)]
    public void Name_the_agent_that_is_asked(string lines, AgentType agent) =>
        Assert.Equal(LedgerUnderTest.Start.Agents[agent].ToString(), Read(lines).Next.Inputs.GetProperty("agent").GetString());

    [Fact]
    public void Have_the_generation_of_a_run_that_was_started_afresh()
    {
        var ledger = new LedgerUnderTest(LedgerUnderTest.Start with { Generation = 4 });

        Assert.Equal("agent definition generation goal iteration", Names(ledger.Next.Inputs));
        Assert.Equal(4, ledger.Next.Inputs.GetProperty("generation").GetInt32());
    }

    [Fact]
    public void Take_in_the_parameters_member_by_member()
    {
        var ledger = new LedgerUnderTest(LedgerUnderTest.Start with
        {
            Definition = JsonElement.Parse("""{"goal":"greet","parameters":{"tone":{"warm":1},"depth":2}}"""),
        });

        Assert.Equal("agent definition depth goal iteration tone", Names(ledger.Next.Inputs));
        Assert.Equal("""{"warm":1}""", ledger.Next.Inputs.GetProperty("tone").GetRawText());
    }

    [Theory]
    [InlineData("review -> changes_requested", "event payload_sha256", null)]
    [InlineData("""review -> changes_requested {"summary":"too short"}""", "event payload_sha256 summary", null)]
    [InlineData("""review -> changes_requested {"summary":["too short"]}""", "event payload_sha256", null)]
    [InlineData("review -> changes_requested a/notes=1 reviews/T-1.json=2", "event path payload_sha256 sha256", "reviews/T-1.json")]
    [InlineData("review -> changes_requested b=2 a=1", "event path payload_sha256 sha256", "a")]
    [InlineData("review -> changes_requested b=2 spec_notes/T-1.json=1", "event path payload_sha256 sha256", "b")]
    public void Say_what_asked_for_changes(string review, string members, string? path)
    {
        var cause = LedgerText.Read("implement -> completed", review).Next.Inputs.GetProperty("cause");

        Assert.Equal(members, Names(cause));
        Assert.Equal("review.completed", cause.GetProperty("event").GetString());
        Assert.Equal(path, cause.TryGetProperty("path", out var named) ? named.GetString() : null);
    }

    [Fact]
    public void Name_the_notes_of_a_specification_that_asked_for_changes()
    {
        var ledger = LedgerText.Read(
            "implement -> completed",
            "review -> approved",
            """update_spec -> changes_requested a=1 spec_notes/T-1.json=2 {"summary":"no","more":1}""");

        Assert.Equal(
            Canonical($$"""
            {
              "event": "spec.changes_requested",
              "path": "spec_notes/T-1.json",
              "sha256": "{{LedgerUnderTest.DigestOf("2")}}",
              "payload_sha256": "{{CanonicalJson.Digest(JsonElement.Parse("""{"more":1,"summary":"no"}"""))}}",
              "summary": "no"
            }
            """),
            Canonical(ledger.Next.Inputs.GetProperty("cause")));
    }

    [Fact]
    public void Take_an_absent_payload_for_an_empty_one()
    {
        var cause = LedgerText.Read("implement -> completed", "review -> changes_requested").Next.Inputs.GetProperty("cause");

        Assert.Equal(CanonicalJson.Digest(JsonElement.Parse("{}")).ToString(), cause.GetProperty("payload_sha256").GetString());
    }

    [Theory]
    [InlineData("implement -> completed", "")]
    [InlineData("implement -> completed src/b=1 src/B=2 src/a=3", "src/B=2 src/a=3 src/b=1")]
    [InlineData("implement -> completed \uFB33=1 \U0001F600=2 z=3", "z=3 \uFB33=1 \U0001F600=2")]
    [InlineData("implement ~> completed b=1 -a", "b=1")]
    [InlineData("implement -> completed a=1 b=1|review -> changes_requested|implement_changes -> completed a=2", "a=2 b=1")]
    [InlineData("implement -> completed a=1 b=1|review -> changes_requested|implement_changes -> completed -a", "b=1")]
    [InlineData("implement -> completed -a|review -> changes_requested|implement_changes -> completed a=3", "a=3")]
    public void List_the_newest_of_each_path_by_bytes_without_what_was_removed(string lines, string expected)
    {
        var work = Read(lines).Next.Inputs.GetProperty("work");

        Assert.Equal(
            Canonical(JsonSerializer.Serialize(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(word => word.Split('='))
                .Select(parts => new { path = parts[0], sha256 = LedgerUnderTest.DigestOf(parts[1]).ToString(), size = parts[1].Length }))),
            Canonical(work));
    }

    [Fact]
    public void List_what_Lorch_measured()
    {
        var ledger = LedgerText.Read("implement -> completed b=1 unjudged");
        ledger.Record(LedgerUnderTest.Produced("a", "2"));

        Assert.Equal(
            ["a", "b"],
            ledger.Next.Inputs.GetProperty("work").EnumerateArray().Select(item => item.GetProperty("path").GetString()));
    }

    [Theory]
    [InlineData(65_536, false)]
    [InlineData(65_537, true)]
    public void Name_a_file_when_the_work_is_too_long(int bytes, bool isFile)
    {
        var ledger = LedgerText.Read();
        ledger.Send();
        ledger.Append(ledger.Answer(EventName.BuilderCompleted) with { Artifacts = WorkOf(bytes) });
        ledger.Record();

        var request = ledger.Next;

        Assert.Equal(isFile ? "agent definition goal iteration work_file" : "agent definition goal iteration work", Names(request.Inputs));
        if (isFile)
        {
            var file = Assert.Single(request.Files);
            var digest = Sha256Digest.Of(file.Content.Span);
            Assert.Equal(bytes, file.Content.Length);
            Assert.Equal(
                Canonical($$"""{"path":"snapshots/work-{{digest.Hex[..12]}}.json","sha256":"{{digest}}","size":{{bytes}}}"""),
                Canonical(request.Inputs.GetProperty("work_file")));
            Assert.Equal($"work-{digest.Hex[..12]}.json", file.Name);
        }
        else
        {
            Assert.Empty(request.Files);
            Assert.Equal(bytes, CanonicalJson.GetBytes(request.Inputs.GetProperty("work")).Length);
        }
    }

    [Fact]
    public void Have_a_work_file_with_the_work_in_canonical_json()
    {
        var ledger = LedgerText.Read();
        ledger.Send();
        ledger.Append(ledger.Answer(EventName.BuilderCompleted) with { Artifacts = WorkOf(70_000) });
        ledger.Record();

        var content = Assert.Single(ledger.Next.Files).Content.ToArray();

        Assert.Equal(CanonicalJson.GetBytes(JsonElement.Parse(content)), content);
        Assert.Equal(
            ledger.History.Products().Select(product => product.Artifact.Path.ToString()),
            JsonElement.Parse(content).EnumerateArray().Select(item => item.GetProperty("path").GetString()));
    }

    [Theory]
    [InlineData("", """[{"path":"src/a","description":"the \"first\"","required":true},{"path":"src/b","required":false}]""")]
    [InlineData("implement -> completed", """[{"path":"reviews/T-1.json","required":false}]""")]
    [InlineData("implement -> completed|review -> approved", """[{"path":"spec_notes/T-1.json","required":false}]""")]
    [InlineData(
        "implement -> completed|review -> changes_requested",
        """[{"path":"src/a","description":"the \"first\"","required":true},{"path":"src/b","required":false}]""")]
    public void Come_with_expected_outputs_that_always_say_whether_they_are_required(string lines, string expected)
    {
        var definition = JsonElement.Parse(
            """{"goal":"greet","expected_outputs":[{"path":"src/a","description":"the \"first\""},{"path":"src/b","required":false}]}""");
        var request = new LedgerUnderTest(LedgerUnderTest.Start with { Definition = definition })
            .Read(lines.Split('|', StringSplitOptions.RemoveEmptyEntries)).Next;

        Assert.Equal(Canonical(expected), Canonical(Core.Workflows.CommandFactory.ToElement(request.ExpectedOutputs)));
    }

    [Fact]
    public void Make_the_key_with_action_task_and_snapshot()
    {
        var request = LedgerText.Read().Next;

        Assert.Equal(
            IdempotencyKey.Compute(
                "implement",
                LedgerUnderTest.TaskId,
                LedgerUnderTest.Start.SnapshotId,
                request.Inputs,
                JsonElement.Parse("""[{"path":"src/hello.txt","required":true}]""")),
            request.Key);
    }

    private static LedgerUnderTest Read(string lines) => LedgerText.Read(lines.Split('|', StringSplitOptions.RemoveEmptyEntries));

    private static string Names(JsonElement element) =>
        string.Join(' ', element.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));

    private static string Canonical(string json) => Canonical(JsonElement.Parse(json));

    private static string Canonical(JsonElement element) => Encoding.UTF8.GetString(CanonicalJson.GetBytes(element));

    /// <summary>Artifacts whose list takes exactly so many bytes.</summary>
    private static List<Artifact> WorkOf(int bytes)
    {
        var item = $$"""{"path":"f0000","sha256":"{{LedgerUnderTest.DigestOf("x")}}","size":1},""".Length;
        var count = (bytes - 1) / item;
        var padding = new string('p', bytes - 1 - (count * item));
        return
        [
            .. Enumerable.Range(0, count).Select(number => LedgerUnderTest.Produced(
                string.Create(CultureInfo.InvariantCulture, $"f{number:D4}{(number == 0 ? padding : "")}"),
                "x")),
        ];
    }
}
