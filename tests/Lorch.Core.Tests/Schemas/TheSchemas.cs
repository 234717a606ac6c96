using System.Text.Json;
using Lorch.Testing;

namespace Lorch.Core.Tests.Schemas;

public sealed class TheSchemas
{
    private const string Key = "ik:0000000000000000000000000000000000000000000000000000000000000000";
    private const string Digest = "sha256:0000000000000000000000000000000000000000000000000000000000000000";
    private const string Id = "0198c0de-0000-7000-8000-000000000000";
    private const string Time = "2026-01-31T09:05:00.000Z";
    private const string Run = "run-20260131-090500-0a1b2c3d";
    private const string Snapshot = "snap-d0ab7e60b764";
    private const string Head =
        $"\"kind\":\"event\",\"message_id\":\"{Id}\",\"correlation_id\":\"corr-T-1-implement-0\",\"task_id\":\"T-1\",\"occurred_at\":\""
            + $"{Time}\"";

    private const string RunLine =
        $"{{\"run_id\":\"{Run}\",\"task_id\":\"T-1\",\"status\":\"running\",\"steps\":1,\"at\":\"review, attempt "
            + $"1\",\"started_at\":\"{Time}\",\"last_message_at\":\"{Time}\",\"failure\":\"why\"}}";

    public static TheoryData<string> Names { get; } = [.. SchemaCheck.Names];

    public static TheoryData<string, string> Examples { get; } = new()
    {
        {
            "command",
            """{"kind":"command","message_id":"<ID>","correlation_id":"corr-T-1-implement-0","task_id":"T-1","idempotency_key":"<KEY>","to":{"agent_type":"builder"},"action":"implement","inputs":{"goal":"g","definition":"<DIGEST>","agent":"<DIGEST>","iteration":0,"depth":2},"expected_outputs":[{"path":"src/a.cs","required":true}],"version":{"snapshot_id":"<SNAPSHOT>"},"deadline":"<TIME>","retry":{"attempt":0,"max_attempts":3},"priority":0}"""
        },
        {
            "event",
            """{HEAD,"from":{"agent_type":"builder"},"event":"builder.completed","payload":{"tests":{"status":"pass"}},"artifacts":[{"path":"src/a.cs","sha256":"<DIGEST>","size":3}],"removed":["src/b.cs"]}"""
        },
        { "event", """{HEAD,"from":{"agent_type":"reviewer"},"event":"review.completed","status":"approved"}""" },
        { "event", """{HEAD,"from":{"agent_type":"system"},"event":"system.run_interrupted","payload":{"by":"user"}}""" },
        {
            "event",
            """{HEAD,"from":{"agent_type":"system"},"event":"system.agent_exited","payload":{"agent_type":"builder","pid":7,"exit_code":-1,"stderr_tail":["x"]}}"""
        },
        {
            "event",
            """{HEAD,"from":{"agent_type":"system"},"event":"system.run_started","payload":{"format":1,"run_id":"<RUN>","snapshot_id":"<SNAPSHOT>","task_key":"<KEY>","definition":{"goal":"g"},"agents":{"builder":"<DIGEST>"},"max_attempts":3,"max_iterations":10,"on_failing_tests":"fail"}}"""
        },
        {
            "heartbeat",
            """{"kind":"heartbeat","agent":{"agent_type":"builder","agent_id":"b-1"},"seq":0,"status":"busy","pid":7,"uptime_s":1.5,"last_activity_at":"<TIME>","stats":{"cpu_pct":1.5}}"""
        },
        { "log", """{"kind":"log","level":"warn","message":"m","fields":{"a":1},"timestamp":"<TIME>"}""" },
        {
            "snapshot-manifest",
            """{"format":1,"snapshot_id":"<SNAPSHOT>","created_at":"<TIME>","workspace_root":"./","files":[{"path":"specs/a.md","sha256":"<DIGEST>","size":12,"mtime":"<TIME>"}]}"""
        },
        {
            "receipt",
            """{"format":1,"task_id":"T-1","run_id":"<RUN>","step":1,"action":"review","idempotency_key":"<KEY>","snapshot_id":"<SNAPSHOT>","command_message_id":"<ID>","correlation_id":"corr-T-1-review-0","artifacts":[],"removed":[],"events":["<ID>"],"terminal_message_id":"<ID>","outcome":{"event":"review.completed","status":"approved"},"created_at":"<TIME>"}"""
        },
        {
            "completion",
            """{"format":1,"task_id":"T-1","task_key":"<KEY>","task_key_before":"<KEY>","definition_sha256":"<DIGEST>","run_id":"<RUN>","snapshot_id":"<SNAPSHOT>","inputs_after":"<SNAPSHOT>","artifacts":[{"path":"a","sha256":"<DIGEST>","size":0,"step":1}],"removed":[],"depends_on":{"T-0":"<DIGEST>"},"outputs_sha256":"<DIGEST>","completed_at":"<TIME>"}"""
        },
        {
            "run-state",
            """{"format":1,"run_id":"<RUN>","task_id":"T-1","status":"running","current_stage":"review","snapshot_id":"<SNAPSHOT>","correlation_id":"corr-T-1-run-0","started_at":"<TIME>","terminal_events":{"builder":"<ID>"},"iterations":0,"agents":[{"agent_type":"builder","pid":7,"started_at":"<TIME>"}]}"""
        },
        {
            "report-data",
            """{"format":1,"run_id":"<RUN>","task_id":"T-1","goal":"g","reasons":["r"],"messages":[{"message_id":"<ID>","summary":"s","prompt":"p","findings":[{"file":"a","line":1,"severity":"warning","message":"m"}],"notes":["n"],"more_notes":2}],"contents":[{"sha256":"<DIGEST>","text":"t"},{"sha256":"<DIGEST>","left_out":"binary"}],"changes":[{"step":1,"path":"a","before":"<DIGEST>","after":"<DIGEST>","new":true}],"diagnostics":[{"code":"LORCH2018","severity":"warning","message":"m"}]}"""
        },
        {
            "run-index",
            """{"format":1,"runs":[{"run_id":"<RUN>","task_id":"T-1","status":"completed","snapshot_id":"<SNAPSHOT>","started_at":"<TIME>","completed_at":"<TIME>"}]}"""
        },
        {
            "status",
            """{"format":1,"tasks":[{"task_id":"T-1","state":"interrupted","inputs":"<SNAPSHOT>","reasons":["a.md changed"],"run":LINE,"next":"dotnet build"}],"orphans":[LINE],"last_run":LINE,"lock":{"run_id":"<RUN>","pid":7,"started_at":"<TIME>"}}"""
        },
        {
            "why",
            """{"format":1,"tasks":[{"task_id":"T-1","state":"stale","reasons":["its goal changed"],"compared_with":{"task_id":"T-1","run_id":"<RUN>","completed_at":"<TIME>"},"members":[{"name":"goal","before":"a","now":"b","makes_stale":true}],"agents":[],"dependencies":[{"task_id":"T-0","now":"<DIGEST>","makes_stale":false}],"paths":[{"path":"src/a.cs","role":"input","change":"changed","by":{"task_id":"T-2","run_id":"<RUN>"},"makes_stale":false}],"unchanged_inputs":1,"unchanged_outputs":0}]}"""
        },
        { "lorch", """{"version":"1.0"}""" },
        {
            "preset",
            """{"format":1,"name":"mine","title":"Mine","command":["mine"],"args":{"reviewer":["-r"]},"prompt":"file","output":"json","rules":[{"when":{"a.b":"true"},"answer":"c","input_tokens":["d"]}],"failures":[{"code":"refused","match":["no"]}],"least_version":"1.2"}"""
        },
        {
            "verdict",
            """{"verdict":"changes_requested","summary":"s","findings":[{"file":"src/a.cs","line":3,"severity":"error","message":"m"}]}"""
        },
        {
            "mock-script",
            """{"responses":{"review":{"events":[{"type":"review.completed","status":"approved"}]},"implement":[[{"exit_code":3},{"delay_ms":5,"events":[{"type":"builder.completed","artifacts":[{"path":"a","content":"x"},{"path":"b","sha256":"<DIGEST>","size":1}]}]}],{"error":"no"}]}}"""
        },
    };

    public static TheoryData<string, string> Mistakes { get; } = new()
    {
        { "event", """{HEAD,"from":{"agent_type":"reviewer"},"event":"review.completed","status":"fine"}""" },
        { "event", """{HEAD,"from":{"agent_type":"builder"},"event":"system.run_interrupted","payload":{"by":"user"}}""" },
        { "event", """{HEAD,"from":{"agent_type":"system"},"event":"builder.completed"}""" },
        { "event", """{HEAD,"from":{"agent_type":"system"},"event":"system.run_interrupted"}""" },
        { "event", """{HEAD,"from":{"agent_type":"system"},"event":"system.run_interrupted","payload":{"who":"user"}}""" },
        {
            "event",
            """{HEAD,"from":{"agent_type":"system"},"event":"system.agent_exited","payload":{"agent_type":"builder","pid":7,"exit_code":1,"signal":"KILL","stderr_tail":[]}}"""
        },
        {
            "event",
            """{HEAD,"from":{"agent_type":"builder"},"event":"builder.completed","artifacts":[{"path":"../a","sha256":"<DIGEST>","size":3}]}"""
        },
        { "mock-script", """{"responses":{"implement":[]}}""" },
        { "mock-script", """{"responses":{"implment":{}}}""" },
        {
            "mock-script",
            """{"responses":{"implement":{"events":[{"type":"builder.completed","artifacts":[{"path":"a","content":"x","size":1}]}]}}}"""
        },
    };

    [Fact]
    public void Are_one_for_each_format() => Assert.Equal(
        [
            "command", "completion", "event", "heartbeat", "log", "lorch", "mock-script", "preset", "receipt", "report-data", "run-index",
            "run-state", "snapshot-manifest", "status", "verdict", "why"
        ],
        SchemaCheck.Names);

    [Theory]
    [MemberData(nameof(Names))]
    public void Say_what_they_are(string name)
    {
        var schema = SchemaCheck.Read(name);

        Assert.Equal("https://json-schema.org/draft/2020-12/schema", schema.GetProperty("$schema").GetString());
        Assert.Equal($"{name}.v1.json", schema.GetProperty("$id").GetString());
        Assert.NotEmpty(schema.GetProperty("title").GetString()!);
        Assert.NotEmpty(schema.GetProperty("description").GetString()!);
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Accept_what_the_format_says(string name, string json) => Assert.Empty(SchemaCheck.Validate(name, Fill(json)));

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Refuse_what_the_format_rules_out(string name, string json) => Assert.NotEmpty(SchemaCheck.Validate(name, Fill(json)));

    /// <summary>Every member that is taken away from or added to an example matters where the format is closed.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Refuse_a_member_too_many_and_a_required_one_missing(string name)
    {
        var example = JsonElement.Parse(Fill(Examples.First(row => row.Data.Item1 == name).Data.Item2));
        var members = example.EnumerateObject().ToDictionary(member => member.Name, member => member.Value);

        foreach (var required in ASchemaAndItsType.Required(SchemaCheck.Read(name)))
        {
            var without = members.Where(member => member.Key != required).ToDictionary();
            Assert.NotEmpty(SchemaCheck.Validate(name, JsonSerializer.Serialize(without)));
        }

        Assert.NotEmpty(
            SchemaCheck.Validate(
                name,
                JsonSerializer.Serialize(new Dictionary<string, JsonElement>(members) { ["unheard_of"] = members.First().Value })));
    }

    /// <summary>Each schema stands alone, so what they share is written in each of them.</summary>
    [Fact]
    public void Agree_on_what_they_share()
    {
        var definitions = SchemaCheck.Names
            .Select(SchemaCheck.Read)
            .SelectMany(schema => schema.TryGetProperty("$defs", out var own) ? own.EnumerateObject() : [])
            .GroupBy(definition => definition.Name, definition => definition.Value)
            .ToList();

        Assert.Contains(definitions, definition => definition.Count() > 1);
        Assert.All(
            definitions,
            definition => Assert.All(definition, one => Assert.True(JsonElement.DeepEquals(definition.First(), one), definition.Key)));
    }

    [Theory]
    [InlineData("task_id", "T-0042", "../x")]
    [InlineData("run_id", Run, "run-1")]
    [InlineData("snapshot_id", Snapshot, "snap-XYZ")]
    [InlineData("idempotency_key", Key, "ik:0")]
    [InlineData("message_id", Id, "1")]
    [InlineData("correlation_id", "corr-T-1-review-0", "T-1")]
    [InlineData("digest", Digest, "sha256:0")]
    [InlineData("time", Time, "2026-01-31 09:05")]
    public void Have_patterns_for_ids(string definition, string good, string bad)
    {
        var pattern = SchemaCheck.Names
            .Select(SchemaCheck.Read)
            .Where(schema => schema.TryGetProperty("$defs", out var own) && own.TryGetProperty(definition, out _))
            .Select(schema => schema.GetProperty("$defs").GetProperty(definition))
            .First();

        Assert.Empty(new JsonSchema(pattern).Validate(JsonSerializer.SerializeToElement(good)));
        Assert.NotEmpty(new JsonSchema(pattern).Validate(JsonSerializer.SerializeToElement(bad)));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a/b.cs")]
    [InlineData(".hidden/...")]
    [InlineData("ä/b..c")]
    [InlineData("..")]
    [InlineData("../a")]
    [InlineData("a/..")]
    [InlineData("a/../b")]
    [InlineData("./a")]
    [InlineData("a/./b")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("a\\b")]
    [InlineData("C:a")]
    [InlineData("a\n")]
    [InlineData("")]
    public void Allow_exactly_the_paths_that_are_relative(string path)
    {
        var problems = new JsonSchema(ASchemaAndItsType.Find("receipt", "$defs/path")).Validate(JsonSerializer.SerializeToElement(path));

        Assert.Equal(RelativePath.TryParse(path, out _), problems.Count == 0);
    }

    internal static string Fill(string json) => json
        .Replace("HEAD", Head, StringComparison.Ordinal)
        .Replace("LINE", RunLine, StringComparison.Ordinal)
        .Replace("<KEY>", Key, StringComparison.Ordinal)
        .Replace("<DIGEST>", Digest, StringComparison.Ordinal)
        .Replace("<ID>", Id, StringComparison.Ordinal)
        .Replace("<TIME>", Time, StringComparison.Ordinal)
        .Replace("<RUN>", Run, StringComparison.Ordinal)
        .Replace("<SNAPSHOT>", Snapshot, StringComparison.Ordinal);
}
