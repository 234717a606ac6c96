using Lorch.Testing;

namespace Lorch.Processes.Tests.Checking;

/// <summary>One agent for each rule, right in all but that: the check must say which, and no other.</summary>
public sealed class AnAgentThatBreaksARule
{
    [Theory]
    [InlineData("messages", "after() { echo hello; }", "line 2: not valid JSON")]
    [InlineData("messages", """work() { write; event builder.completed "$file,\"note\":1"; }""", "unknown member 'note'")]
    [InlineData("messages", """file=',"artifacts":[{"path":"../out.txt","sha256":"sha256:0","size":1}]'""", "$.artifacts[0].path")]
    [InlineData("messages", """after() { printf '%s\n' "$line"; }""", "an agent sends no commands ($.kind)")]
    [InlineData(
        "messages",
        """after() { printf '{"kind":"heartbeat","agent":{"agent_type":"builder"},"seq":0,"status":"busy","pid":1,"uptime_s":0,"last_activity_at":"2026-01-31T09:05:00Z"}\n'; }""",
        "$.agent.agent_id")]
    [InlineData(
        "lines", """end() { printf '{"kind":"log","level":"info","message":"end","timestamp":"2026-01-31T09:05:00Z"}'; exit 0; }""",
        "has no line feed")]
    [InlineData(
        "messages,lines", """after() { head -c 262145 /dev/zero | tr '\0' x; echo; }""", "it has 262145 bytes, at most 262144 are allowed")]
    [InlineData(
        "correlation", "work() { write; correlation=corr-lorch-check-implement-7; event builder.completed \"$file\"; }",
        "not 'corr-lorch-check-implement-7'")]
    [InlineData(
        "correlation",
        """event() { new_id; printf '{"kind":"event","message_id":"%s","correlation_id":"%s","task_id":"T-1","from":{"agent_type":"builder"},"event":"builder.completed","occurred_at":"2026-01-31T09:05:00Z"}\n' "$id" "$correlation"; }""",
        "not 'T-1'")]
    [InlineData("from", "from=reviewer", "the builder was asked, not the reviewer")]
    [InlineData("event-allowed", "work() { write; event spec.updated; }", "'spec.updated' is no answer to 'implement'")]
    [InlineData("event-allowed", "after() { correlation=corr-lorch-check-run-0; event system.run_completed; }", "comes from Lorch alone")]
    [InlineData("outcome", """file=',"payload":{"tests":{"status":"maybe"}}'""", "is 'pass' or 'fail'")]
    [InlineData("message-ids,higher-attempt", "new_id() { id=00000000-0000-7000-8000-000000000001; }", "for another command")]
    [InlineData(
        "message-ids",
        "work() { write; event builder.progress; new_id() { :; }; event builder.completed \"$file\"; new_id() { count=$((count + 1)); "
            + "id=$(printf '%08x-0000-7000-8000-%012x' $$ $count); }; }",
        "was there before")]
    [InlineData("one-answer", "after() { event builder.progress; }", "after that was answered")]
    [InlineData("observed-version", """file=',"observed_version":{"snapshot_id":"snap-0123456789ab"}'""", "worked on snap-0123456789ab")]
    [InlineData("artifacts", "work() { write; echo more >> src/lorch-check.txt; event builder.completed \"$file\"; }", "has another size")]
    [InlineData(
        "artifacts", "work() { write; echo CHECKED > src/lorch-check.txt; event builder.completed \"$file\"; }", "has another content")]
    [InlineData(
        "artifacts",
        """work() { write; event builder.completed ',"artifacts":[{"path":"lorch.json","sha256":"sha256:77c2ca150b61c7330da139378ffd3940d093f1bd74a1294689345d27e15b5124","size":8}]'; }""",
        "Lorch's configuration")]
    [InlineData(
        "artifacts", "write() { mkdir -p src; echo checked > real.txt; ln -sf ../real.txt src/lorch-check.txt; }", "'src/lorch-check.txt'")]
    [InlineData("removed", """file=',"removed":["specs/lorch-check.md"]'""", "'specs/lorch-check.md'")]
    [InlineData("required-outputs", "work() { event builder.completed; }", "is a required output, but doesn't exist")]
    [InlineData("heartbeats", "after() { beat 1 999999; }", "it names process 999999")]
    [InlineData("heartbeats", "after() { beat 1 $$; beat 1 $$; }", "is not greater than 1")]
    [InlineData(
        "same-attempt",
        """work() { write; new_id() { id=$(printf '%08x-0000-7000-8000-00000000000%d' ${#correlation} $attempt); }; n=$((n + 1)); event builder.completed "$file,\"payload\":{\"n\":$n}"; }""",
        "with another content")]
    [InlineData(
        "higher-attempt",
        """work() { if [ -n "$memory" ] && [ $action = implement ]; then echo "$memory"; else write; answer=$(event builder.completed "$file"); echo "$answer"; count=$((count + 1)); [ $action = implement ] && memory=$answer; fi; }""",
        "of attempt 0")]
    [InlineData("higher-attempt", "work() { [ $attempt = 1 ] || write; event builder.completed \"$file\"; }", "'src/lorch-check.txt'")]
    [InlineData("goes-on", "after() { exit 0; }", "it ended with exit code 0")]
    public async Task Is_told_so(string rules, string change, string found)
    {
        using var check = new CheckUnderTest();

        await check.RunShellAsync(change);

        Assert.Equal(rules, check.Broken);
        Assert.Contains(check.Found(rules.Split(',')[0]), what => what.Contains(found, StringComparison.Ordinal));
        Assert.False(check.Conforms);
    }

    [Theory]
    [InlineData("answers,deadline", "work() { cat > /dev/null; }", "--timeout", "1")]
    [InlineData("answers,heartbeat-interval", "work() { beat 0 $$; cat > /dev/null; }", "--heartbeat-interval", "1")]
    [InlineData(
        "new-process",
        "work() { if [ $attempt = 2 ] && ! mkdir begun; then cat > /dev/null; fi; write; event builder.completed \"$file\"; }",
        "--timeout", "30")]
    [InlineData("ends-when-idle", "end() { sleep 1000; }", "--action", "implement")]
    [InlineData(
        "ends-in-mid-work", "work() { [ $attempt = 2 ] && mkdir begun && sleep 1000; write; event builder.completed \"$file\"; }",
        "--action", "implement")]
    [InlineData("children", "sleep 1000 > /dev/null 2>&1 &", "--action", "implement")]
    public async Task Is_waited_for_no_longer_than_is_said(string rules, string change, string option, string value)
    {
        Assert.SkipWhen(
            OperatingSystem.IsWindows() && rules is "new-process",
            "Where programs start slowly, the hurried time is over before the agent began.");
        using var check = new CheckUnderTest { Clock = new HurriedClock() };

        await check.RunShellAsync(change, option, value);

        Assert.Subset(check.Broken.Split(',').ToHashSet(), rules.Split(',').ToHashSet());
        Assert.All(rules.Split(','), rule => Assert.NotEmpty(check.Found(rule)));
    }

    [Fact]
    public async Task Is_not_waited_for_when_it_reads_nothing()
    {
        using var check = new CheckUnderTest { Clock = new HurriedClock() };

        // More than a pipe holds.
        await check.RunAsync(["--timeout", "2", "--goal", new string('x', 100_000), "--", .. Sh.Words("-c", "exec sleep 1000")]);

        Assert.Equal("answers,deadline", check.Broken);
    }

    [Fact]
    public async Task Is_told_what_it_said_when_it_died()
    {
        using var check = new CheckUnderTest();

        await check.RunShellAsync("work() { echo 'no key was given' >&2; exit 3; }");

        Assert.Equal("goes-on,answers", check.Broken);
        Assert.Contains("exit code 3; last output: no key was given", Assert.Single(check.Found("goes-on")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_told_that_it_contradicts_itself()
    {
        using var check = new CheckUnderTest();

        await check.RunShellAsync(
            """from=reviewer; work() { event review.completed ",\"status\":\"${status:-approved}\""; status=changes_requested; }""",
            "--type",
            "reviewer");

        Assert.Equal("same-attempt", check.Broken);
        Assert.Contains("review.completed (approved) at first", Assert.Single(check.Found("same-attempt")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_told_when_it_cannot_be_started()
    {
        using var check = new CheckUnderTest();

        await check.RunAsync("--", "no-such-agent");

        Assert.Equal("starts", check.Broken);
    }

    [Fact]
    public async Task Is_not_asked_again_after_a_flood()
    {
        using var check = new CheckUnderTest();

        await check.RunShellAsync("work() { head -c 70000000 /dev/zero; cat > /dev/null; }");

        Assert.Contains(
            "it wrote more than",
            Assert.Single(check.Found("lines"), what => what.StartsWith("it wrote", StringComparison.Ordinal)),
            StringComparison.Ordinal);
        Assert.Contains("answers", check.Broken, StringComparison.Ordinal);
    }
}
