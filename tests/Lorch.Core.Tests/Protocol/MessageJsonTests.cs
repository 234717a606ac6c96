using System.Text;
using Lorch.Core.Protocol;

namespace Lorch.Core.Tests.Protocol;

public sealed class MessageJsonTests
{
    public static TheoryData<string> Lines => [.. Samples.All];

    [Theory]
    [MemberData(nameof(Lines))]
    public void Writes_the_bytes_that_it_read(string line)
    {
        var message = Samples.Read(line);

        Assert.Equal(line, Encoding.UTF8.GetString(MessageJson.GetBytes(message)));
    }

    [Fact]
    public void Leaves_out_what_is_not_there()
    {
        const string line =
            """{"kind":"event","message_id":"0198c0de-0000-7000-8000-000000000002","correlation_id":"corr-T-0042-implement-0","task_id":"T-0042","from":{"agent_type":"system"},"event":"log","occurred_at":"2026-01-31T09:05:00.000Z"}""";

        Assert.Equal(line, Encoding.UTF8.GetString(MessageJson.GetBytes(Samples.Read(line))));
    }

    [Fact]
    public void Takes_the_kind_anywhere_in_the_object()
    {
        var line = Samples.With(
            Samples.Log,
            "kind",
            null).Replace("\"level\"", "\"level\":\"error\",\"kind\":\"log\",\"_\"", StringComparison.Ordinal)
            .Replace(",\"_\":\"warn\"", "", StringComparison.Ordinal);

        Assert.Equal(LogLevel.Error, Assert.IsType<LogMessage>(Samples.Read(line)).Level);
    }

    [Fact]
    public void Takes_an_expected_output_as_required_unless_it_says_otherwise()
    {
        var command = Assert.IsType<Command>(Samples.Read(Samples.With(Samples.Command, "expected_outputs.0.required", null)));

        Assert.True(Assert.Single(command.ExpectedOutputs).Required);
    }

    [Fact]
    public void Takes_times_with_offset_and_nanoseconds_and_writes_utc_milliseconds()
    {
        var log = Assert.IsType<LogMessage>(
            Samples.Read(Samples.With(Samples.Log, "timestamp", "\"2026-01-31T11:05:00.123456789+02:00\"")));

        Assert.Equal(new DateTimeOffset(2026, 1, 31, 9, 5, 0, TimeSpan.Zero).AddTicks(1234567), log.Timestamp);
        Assert.Contains(
            "\"timestamp\":\"2026-01-31T09:05:00.123Z\"",
            Encoding.UTF8.GetString(MessageJson.GetBytes(log)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Takes_a_line_of_16_MiB()
    {
        var text = new string('x', 16 * 1024 * 1024);
        var line = Samples.With(Samples.Log, "message", $"\"{text}\"");

        Assert.Equal(text, Assert.IsType<LogMessage>(Samples.Read(line)).Text);
    }

    [Fact]
    public void Takes_null_and_any_text_inside_of_free_members()
    {
        var command = Assert.IsType<Command>(Samples.Read(
            Samples.Command.Replace(
                "\"n\":[1,null]",
                "\"$id\":\"\\ud83d\\ude00 \\\\ud800 \\u00df\",\"kind\":null,\"deep\":{\"a\":[null,{\"a\":null}]}",
                StringComparison.Ordinal)));

        Assert.Equal("😀 \\ud800 ß", command.Inputs.GetProperty("$id").GetString());
    }

    [Fact]
    public void Takes_64_levels()
    {
        Assert.IsType<LogMessage>(Samples.Read(Samples.With(Samples.Log, "fields", Nested(63))));
    }

    [Fact]
    public void Refuses_65_levels()
    {
        var line = Samples.Log.Replace("{\"a\":1}", Nested(64), StringComparison.Ordinal);

        var rejected = Samples.Refuse(line);

        Assert.Equal("nested deeper than 64 levels", rejected.Reason);
        Assert.StartsWith("$.fields.a[0][0]", rejected.Path, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_10_000_levels()
    {
        var line = Samples.Log.Replace("{\"a\":1}", Nested(10_000), StringComparison.Ordinal);

        Assert.Equal("nested deeper than 64 levels", Samples.Refuse(line).Reason);
    }

    [Theory]
    [InlineData("unknown", "1", "$.unknown", "unknown member 'unknown'")]
    [InlineData("retry.again", "1", "$.retry.again", "unknown member 'again': expected only attempt, max_attempts")]
    [InlineData("expected_outputs.0.sha", "1", "$.expected_outputs[0].sha", "unknown member 'sha'")]
    [InlineData("version.$id", "1", "$.version['$id']", "unknown member '$id'")]
    [InlineData("$type", "1", "$['$type']", "unknown member '$type'")]
    [InlineData("deadline", null, "$.deadline", "the member 'deadline' is missing")]
    [InlineData("retry.max_attempts", null, "$.retry.max_attempts", "the member 'max_attempts' is missing")]
    [InlineData("kind", null, "$.kind", "the member 'kind' is missing: expected one of command, event, heartbeat, log")]
    [InlineData("kind", "\"order\"", "$.kind", "found 'order': expected one of command")]
    [InlineData("kind", "1", "$.kind", "found 1: expected one of command")]
    [InlineData("kind", "null", "$.kind", "found null")]
    [InlineData("action", "\"implement, review\"", "$.action", "'implement, review' is not valid: expected one of implement,")]
    [InlineData("action", "\" review \"", "$.action", "' review ' is not valid")]
    [InlineData("action", "\"Review\"", "$.action", "'Review' is not valid")]
    [InlineData("action", "2", "$.action", "expected one of implement,")]
    [InlineData("to.agent_type", "\"human\"", "$.to.agent_type", "'human' is not valid: expected one of builder,")]
    [InlineData("to.agent_type", "\"system\"", "$.to.agent_type", "'system' is not valid: expected an agent")]
    [InlineData("to", "\"builder\"", "$.to", "found 'builder': expected an object")]
    [InlineData("to.agent_id", "5", "$.to.agent_id", "found 5: expected a string")]
    [InlineData("to.agent_id", "null", "$.to.agent_id", "null is not allowed")]
    [InlineData("task_id", "null", "$.task_id", "null is not allowed")]
    [InlineData("task_id", "\"../x\"", "$.task_id", "'../x' is not valid")]
    [InlineData("message_id", "\"1\"", "$.message_id", "'1' is not valid: expected a UUID")]
    [InlineData("idempotency_key", "\"ik:00\"", "$.idempotency_key", "'ik:00' is not valid")]
    [InlineData("inputs", "null", "$.inputs", "null is not allowed")]
    [InlineData("inputs", "[]", "$.inputs", "expected an object")]
    [InlineData("inputs", "\"{}\"", "$.inputs", "expected an object")]
    [InlineData("expected_outputs", "{}", "$.expected_outputs", "found an object: expected an array")]
    [InlineData("expected_outputs", "[null]", "$.expected_outputs[0]", "null is not allowed")]
    [InlineData("expected_outputs.0.path", "\"/etc/passwd\"", "$.expected_outputs[0].path", "'/etc/passwd' is not valid")]
    [InlineData("expected_outputs.0.required", "\"true\"", "$.expected_outputs[0].required", "found 'true': expected true or false")]
    [InlineData("version.specs_hash", "null", "$.version.specs_hash", "null is not allowed")]
    [InlineData("deadline", "\"yesterday\"", "$.deadline", "'yesterday' is not valid: expected a time like")]
    [InlineData("deadline", "1", "$.deadline", "expected a time like")]
    [InlineData("retry.attempt", "-1", "$.retry.attempt", "expected a whole number from 0")]
    [InlineData("retry.attempt", "1.0", "$.retry.attempt", "expected a whole number")]
    [InlineData("retry.attempt", "1e0", "$.retry.attempt", "expected a whole number")]
    [InlineData("retry.attempt", "\"1\"", "$.retry.attempt", "expected a whole number")]
    [InlineData("retry.attempt", "2147483648", "$.retry.attempt", "expected a whole number from 0 to 2147483647")]
    [InlineData("retry.attempt", "-0", "$.retry.attempt", "expected a whole number")]
    [InlineData("retry.attempt", "99999999999999999999999999", "$.retry.attempt", "expected a whole number")]
    [InlineData("retry.attempt", "1e2147483648", "$.retry.attempt", "a number too large for a double")]
    [InlineData("retry.attempt", "true", "$.retry.attempt", "expected a whole number")]
    [InlineData("retry.max_attempts", "0", "$.retry.max_attempts", "expected a whole number from 1")]
    [InlineData("priority", "-1", "$.priority", "expected a whole number from 0")]
    public void Refuses_in_a_command(string place, string? json, string path, string reason) =>
        AssertRefused(Samples.With(Samples.Command, place, json), path, reason);

    [Theory]
    [InlineData("event", "\"builder.completed, review.completed\"", "$.event", "is not valid")]
    [InlineData("event", "\"builder.completed,\"", "$.event", "is not valid")]
    [InlineData("event", "\" builder.completed\"", "$.event", "is not valid")]
    [InlineData("event", "\"BuilderCompleted\"", "$.event", "is not valid")]
    [InlineData("event", "\"builder.completed\\u0000\"", "$.event", "is not valid")]
    [InlineData("event", "\"0\"", "$.event", "is not valid")]
    [InlineData("event", "0", "$.event", "expected one of")]
    [InlineData("event", "true", "$.event", "expected one of")]
    [InlineData("event", "[\"builder.completed\"]", "$.event", "expected one of")]
    [InlineData("artifacts.0.size", "9223372036854775808", "$.artifacts[0].size", "expected a whole number")]
    [InlineData("artifacts.0.size", "-0", "$.artifacts[0].size", "expected a whole number")]
    [InlineData("artifacts.0.path", "\"a\\u0000\"", "$.artifacts[0].path", "is not valid")]
    [InlineData("payload", "[1]", "$.payload", "expected an object")]
    [InlineData("payload", "null", "$.payload", "null is not allowed")]
    [InlineData("status", "null", "$.status", "null is not allowed")]
    [InlineData("artifacts", "[null]", "$.artifacts[0]", "null is not allowed")]
    [InlineData("artifacts", "null", "$.artifacts", "null is not allowed")]
    [InlineData("artifacts.0.size", "-1", "$.artifacts[0].size", "expected a whole number from 0")]
    [InlineData("artifacts.0.size", "1e400", "$.artifacts[0].size", "a number too large for a double")]
    [InlineData("payload.x", "1e400", "$.payload.x", "a number too large for a double")]
    [InlineData("artifacts.0.sha256", "\"sha256:AA\"", "$.artifacts[0].sha256", "'sha256:AA' is not valid")]
    [InlineData("removed", "[\"a/../b\"]", "$.removed[0]", "'a/../b' is not valid")]
    [InlineData("removed", "[null]", "$.removed[0]", "null is not allowed")]
    public void Refuses_in_an_event(string place, string? json, string path, string reason) =>
        AssertRefused(Samples.With(Samples.Event, place, json), path, reason);

    [Theory]
    [InlineData("agent.agent_id", null, "$.agent.agent_id", "the member 'agent_id' is missing")]
    [InlineData("agent.agent_type", "\"system\"", "$.agent.agent_type", "'system' is not valid: expected an agent")]
    [InlineData("seq", "-1", "$.seq", "expected a whole number from 0")]
    [InlineData("pid", "-1", "$.pid", "expected a whole number from 0")]
    [InlineData("ppid", "null", "$.ppid", "null is not allowed")]
    [InlineData("uptime_s", "-0.5", "$.uptime_s", "expected a number of 0 or more")]
    [InlineData("uptime_s", "\"1\"", "$.uptime_s", "expected a number of 0 or more")]
    [InlineData("stats.cpu_pct", "-1", "$.stats.cpu_pct", "expected a number of 0 or more")]
    [InlineData("stats.rss_bytes", "1.5", "$.stats.rss_bytes", "expected a whole number from 0")]
    [InlineData("status", "\"dead\"", "$.status", "'dead' is not valid: expected one of backoff,")]
    public void Refuses_in_a_heartbeat(string place, string? json, string path, string reason) =>
        AssertRefused(Samples.With(Samples.Heartbeat, place, json), path, reason);

    [Theory]
    [InlineData("level", "\"fatal\"", "$.level", "'fatal' is not valid: expected one of error, info, warn")]
    [InlineData("message", "1", "$.message", "found 1: expected a string")]
    [InlineData("fields", "1", "$.fields", "expected an object")]
    public void Refuses_in_a_log_message(string place, string? json, string path, string reason) =>
        AssertRefused(Samples.With(Samples.Log, place, json), path, reason);

    [Theory]
    [InlineData("""{"kind":"log","kind":"log"}""", "$.kind")]
    [InlineData("""{"kind":"log","level":"info","level":"warn","message":"","timestamp":"2026-01-31T09:05:00Z"}""", "$.level")]
    [InlineData(
        """{"kind":"log","level":"info","message":"","fields":{"a":[{"b":1,"b":1}]},"timestamp":"2026-01-31T09:05:00Z"}""",
        "$.fields.a[0].b")]
    [InlineData(
        """{"kind":"log","level":"info","message":"","fields":{"b":1,"\u0062":1},"timestamp":"2026-01-31T09:05:00Z"}""", "$.fields.b")]
    public void Refuses_a_member_that_stands_there_twice(string line, string path) =>
        AssertRefused(line, path, "stands there twice");

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("\\uDFFF")]
    [InlineData("\\ude00\\ud83d")]
    [InlineData("\\ud83d\\ud83d\\ude00")]
    [InlineData("x\\\\\\ud800")]
    public void Refuses_a_lone_surrogate_in_texts_and_names(string escape)
    {
        AssertRefused(
            Samples.Log.Replace("\"a\":1", $"\"a\":[\"{escape}\"]", StringComparison.Ordinal),
            "$.fields.a[0]",
            "a lone surrogate");
        AssertRefused(Samples.Log.Replace("\"a\":1", $"\"{escape}\":1", StringComparison.Ordinal), "$.fields", "a lone surrogate");
        AssertRefused(Samples.Log.Replace("\"level\"", $"\"{escape}\"", StringComparison.Ordinal), "$", "a lone surrogate");
    }

    [Theory]
    [InlineData("", "not valid JSON")]
    [InlineData("null", "null is not allowed")]
    [InlineData("[]", "found an array: expected an object")]
    [InlineData("\"x\"", "found 'x': expected an object")]
    [InlineData("{", "not valid JSON at byte 1")]
    [InlineData("{} {}", "not valid JSON at byte 3")]
    [InlineData("{},", "not valid JSON at byte 2")]
    [InlineData("hello", "not valid JSON at byte 0")]
    [InlineData("{\"kind\":\"log\",}", "not valid JSON")]
    [InlineData("/**/{}", "not valid JSON")]
    [InlineData("\uFEFF{}", "byte order mark")]
    [InlineData("{\0}", "a NUL byte at byte 1")]
    public void Refuses_what_is_no_object(string line, string reason) =>
        Assert.Contains(reason, Samples.Refuse(line).Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xC3 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xC0, 0x80 })]
    public void Refuses_bytes_that_are_no_utf8(byte[] bytes)
    {
        var rejected = Assert.IsType<RejectedLine>(MessageJson.Parse([.. "{\"é\":\""u8, .. bytes, .. "\"}"u8]));

        Assert.Equal("not valid UTF-8 at byte 7", rejected.Reason);
        Assert.Equal("{\"é\":\"" + string.Concat(bytes.Select(value => $"\\x{value:X2}")) + "\"}", rejected.Line);
    }

    [Fact]
    public void Cuts_what_a_reason_quotes()
    {
        var rejected = Samples.Refuse(Samples.With(Samples.Log, "level", $"\"\\n{new string('x', 100_000)}\""));

        Assert.StartsWith("'\\u000axxx", rejected.Reason, StringComparison.Ordinal);
        Assert.InRange(rejected.Reason.Length, 400, 600);
    }

    [Fact]
    public void Refuses_deep_long_names_over_many_values_without_writing_their_path_for_each()
    {
        var open = string.Concat(Enumerable.Repeat($"{{\"{new string('x', 3000)}\":", 60));
        var values = string.Join(',', Enumerable.Range(0, 10_000));
        var line = Samples.Log.Replace("{\"a\":1}", $"{open}[{values},1e999]{new string('}', 60)}", StringComparison.Ordinal);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var rejected = Samples.Refuse(line);

        Assert.Equal("a number too large for a double", rejected.Reason);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024 * 1024);
    }

    [Fact]
    public void Never_names_a_type_of_the_program()
    {
        var reasons = Samples.All.SelectMany(line => new[] { "\"\"", "1", "[]", "{}", "true", "[{}]", "[1]" }
            .SelectMany(value => Samples.Json(line).EnumerateObject()
                .Select(member => Samples.Parse(Samples.With(line, member.Name, value)))))
            .OfType<RejectedLine>()
            .ToList();

        Assert.True(reasons.Count > 100);
        Assert.All(reasons, rejected =>
        {
            Assert.DoesNotContain("Lorch", rejected.Reason, StringComparison.Ordinal);
            Assert.DoesNotContain("System.", rejected.Reason, StringComparison.Ordinal);
            Assert.StartsWith("$.", rejected.Path, StringComparison.Ordinal);
            Assert.NotEqual("not what is expected here", rejected.Reason);
        });
    }

    private static void AssertRefused(string line, string path, string reason)
    {
        var rejected = Samples.Refuse(line);

        Assert.Contains(reason, rejected.Reason, StringComparison.Ordinal);
        Assert.Equal(path, rejected.Path);
        Assert.Equal(line, rejected.Line);
    }

    private static string Nested(int levels) => "{\"a\":" + new string('[', levels - 1) + new string(']', levels - 1) + "}";
}
