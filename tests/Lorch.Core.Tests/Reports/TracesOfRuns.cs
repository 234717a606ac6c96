using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Core.Tests.Reports;

public sealed class TracesOfRuns : IAsyncDisposable
{
    private const string Secret = "s3cr3t-of-the-collector";
    private const string Caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private readonly WorkspaceUnderTest _workspace = new();
    private readonly CollectorUnderTest _collector = new();

    public TracesOfRuns()
    {
        _workspace.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = _collector.Address;

        // A machine under load takes its time to connect.
        _workspace.Environment["OTEL_EXPORTER_OTLP_TIMEOUT"] = "60000";
    }

    [Fact]
    public async Task A_run_is_a_workflow_with_an_agent_for_each_step()
    {
        _workspace.Agents.Answer = command => _workspace.Agents.Play(command, reviewAsks: 1);
        await _workspace.RunAsync();

        var sent = await SendAsync();

        var spans = _collector.Spans;
        Assert.Equal("/v1/traces", Assert.Single(_collector.Requests).Path);
        Assert.Equal(6, sent.Sent);
        Assert.Equal(
            [
                "invoke_workflow T-1", "invoke_agent builder", "invoke_agent reviewer", "invoke_agent builder", "invoke_agent reviewer",
                "invoke_agent spec_maintainer",
            ],
            spans.Select(span => span.Name));
        Assert.Single(spans.Select(span => span.TraceId).Distinct());
        Assert.Null(spans[0].ParentId);
        Assert.All(spans.Skip(1), span => Assert.Equal(spans[0].SpanId, span.ParentId));
        Assert.All(spans, span => Assert.InRange(span.Start, spans[0].Start, span.End));
        Assert.All(spans, span => Assert.InRange(span.End, span.Start, spans[0].End));
        Assert.Equal("completed", spans[0]["lorch.run.outcome"]);
        Assert.Equal("changes_requested", spans[2]["lorch.outcome"]);
        Assert.Equal("1", spans[2]["lorch.findings"]);
    }

    [Fact]
    public async Task Tells_what_a_step_cost_which_program_worked_it_and_how_often_it_was_tried()
    {
        _workspace.Agents.Answer = command => command switch
        {
            { Action: AgentAction.Implement, Retry.Attempt: 0 } => [_workspace.Agents.Fail(command, "busy")],
            { Action: AgentAction.Implement } =>
            [
                _workspace.Agents.Say(
                    command,
                    EventName.BuilderCompleted,
                    payload: """
                        {"usage":{"input_tokens":1200,"output_tokens":34,"cost_usd":0.25},"program":{"name":"some-tool","version":"1.4"},
                         "tests":{"status":"pass"}}
                        """,
                    artifacts: _workspace.Agents.Produce("src/hello.txt", "hello\n")),
            ],
            _ => _workspace.Agents.Play(command),
        };
        await _workspace.RunAsync();

        await SendAsync();

        var (failed, done) = (_collector.Spans[1], _collector.Spans[2]);
        Assert.Equal(("failed", "busy", "1"), (failed["lorch.outcome"], failed["error.type"], failed["lorch.attempt"]));
        Assert.Equal(2, failed.Json.GetProperty("status").GetProperty("code").GetInt32());
        Assert.Equal(("1200", "34"), (done["gen_ai.usage.input_tokens"], done["gen_ai.usage.output_tokens"]));
        Assert.Equal("0.25", done["lorch.cost_usd"]);
        Assert.Equal(("some-tool", "1.4"), (done["lorch.program"], done["gen_ai.agent.version"]));
        Assert.Equal(("2", "1", "False"), (done["lorch.attempt"], done["lorch.retries"], done["lorch.tests.failing"]));
    }

    [Fact]
    public async Task Is_sent_once()
    {
        await _workspace.RunAsync();
        await SendAsync();

        Assert.Equal(0, (await SendAsync()).Sent);
        Assert.Single(_collector.Requests);
        Assert.Empty(Directory.EnumerateFiles(_workspace.Layout.UnsentTracesFolder));
    }

    [Fact]
    public async Task A_resumed_run_continues_its_trace()
    {
        _workspace.Agents.Answer = command => command.Action is AgentAction.Review
            ? [_workspace.Agents.Fail(command, "no_quota", retriable: false)]
            : _workspace.Agents.Play(command);
        await _workspace.RunAsync();
        await SendAsync();
        _workspace.Agents.Answer = command => _workspace.Agents.Play(command);
        await _workspace.RunAsync();
        await SendAsync();

        var spans = _collector.Spans;
        var parts = spans.Where(span => span.Name == "invoke_workflow T-1").ToList();
        Assert.Single(spans.Select(span => span.TraceId).Distinct());
        Assert.Equal(spans.Count, spans.Select(span => span.SpanId).Distinct().Count());
        Assert.Equal(["failed", "completed"], parts.Select(span => span["lorch.run.outcome"]));
        Assert.Equal("no_quota", parts[0]["error.type"]);
        Assert.Equal(parts[0].SpanId, parts[1].ParentId);
        Assert.Equal(
            ["implement 1", "review 1", "review 2", "update_spec 2"],
            spans.Except(parts).Select(span => $"{span["lorch.action"]} {1 + parts.FindIndex(part => part.SpanId == span.ParentId)}"));
    }

    [Fact]
    public async Task What_a_killed_build_did_is_sent_by_the_one_that_goes_on()
    {
        _workspace.Agents.Answer = command => command.Action is AgentAction.Review
            ? throw new InvalidOperationException("as good as a kill: nothing more is written")
            : _workspace.Agents.Play(command);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _workspace.RunAsync());
        Assert.Equal(0, (await SendAsync()).Sent);

        _workspace.Agents.Answer = command => _workspace.Agents.Play(command);
        await _workspace.RunAsync();
        await SendAsync();
        await SendAsync();

        var spans = _collector.Spans;
        Assert.Equal(spans.Count, spans.Select(span => span.SpanId).Distinct().Count());
        Assert.Equal(
            ["", "implement done", "review interrupted", "", "review done", "update_spec done"],
            spans.Select(span => $"{span["lorch.action"]} {span["lorch.outcome"]}".Trim()));
        Assert.Equal(["interrupted", "completed"], spans.Select(span => span["lorch.run.outcome"]).OfType<string>());
        Assert.True(spans[2].End <= spans[0].End, "what was cut ends with the build that was killed");
    }

    [Theory]
    [InlineData("500 Internal Server Error", "", "status 500")]
    [InlineData("503 Service Unavailable", "", "status 503")]
    [InlineData("401 Unauthorized", "", "status 401")]
    [InlineData("404 Not Found", "<html>", "status 404")]
    [InlineData("302 Found", "", "status 302")]
    [InlineData("200 OK", "<html>Sign in to this network</html>", "no collector")]
    [InlineData("200 OK", "[]", "no collector")]
    [InlineData("nonsense", "", "")]
    public async Task What_a_collector_did_not_take_is_sent_again_as_it_was(string status, string body, string problem)
    {
        await _workspace.RunAsync();
        _collector.Answer = (status, body);
        Assert.Contains(problem, (await SendAsync()).Problem, StringComparison.Ordinal);
        _collector.Answer = ("200 OK", "{\"partialSuccess\":{}}");

        var again = await SendAsync();

        Assert.Null(again.Problem);
        Assert.Equal(2, _collector.Requests.Count);
        Assert.Equal(_collector.Requests[0].Content, _collector.Requests[1].Content);
        Assert.Equal(0, (await SendAsync()).Sent);
    }

    [Fact]
    public async Task What_is_refused_for_good_is_not_sent_again()
    {
        await _workspace.RunAsync();
        _collector.Answer = ("400 Bad Request", "{}");

        Assert.Contains("status 400", (await SendAsync()).Problem, StringComparison.Ordinal);
        Assert.Null((await SendAsync()).Problem);
        Assert.Single(_collector.Requests);
    }

    [Fact]
    public async Task Says_what_a_collector_did_not_take_without_the_secrets_that_it_repeats()
    {
        _workspace.Environment["OTEL_EXPORTER_OTLP_HEADERS"] = $"x-key={Secret.Replace("-", "%2D", StringComparison.Ordinal)},tenant=a";
        await _workspace.RunAsync();
        _collector.Answer = ("200 OK", $$$"""{"partialSuccess":{"rejectedSpans":"2","errorMessage":"{{{Secret}}} is over its limit"}}""");

        var sent = await SendAsync();

        Assert.Equal((Secret, "a"), (_collector.Requests[0].Headers["x-key"], _collector.Requests[0].Headers["tenant"]));
        Assert.Contains("didn't take 2 of the spans: *** is over its limit", sent.Problem, StringComparison.Ordinal);
        Assert.Null((await SendAsync()).Problem);
    }

    [Fact]
    public async Task A_collector_that_is_not_there_is_told_and_costs_nothing_else()
    {
        await _workspace.RunAsync();
        await _collector.DisposeAsync();

        Assert.Contains($"{_collector.Address}/v1/traces: ", (await SendAsync()).Problem, StringComparison.Ordinal);
        Assert.Single(Directory.EnumerateFiles(_workspace.Layout.UnsentTracesFolder));
    }

    [Fact]
    public async Task A_collector_that_never_answers_is_waited_for_no_longer_than_is_said()
    {
        _workspace.Environment["OTEL_EXPORTER_OTLP_TIMEOUT"] = "50";
        await _workspace.RunAsync();
        _collector.Answer = null;

        Assert.NotNull((await SendAsync()).Problem);
        Assert.Single(Directory.EnumerateFiles(_workspace.Layout.UnsentTracesFolder));
    }

    [Fact]
    public async Task Texts_are_sent_only_where_somebody_wants_that()
    {
        await PlayFailureAsync();
        await SendAsync();
        Assert.DoesNotContain("greet", string.Concat(_collector.Spans.Select(span => span.Text)), StringComparison.Ordinal);
        Assert.DoesNotContain("it didn't work", string.Concat(_collector.Spans.Select(span => span.Text)), StringComparison.Ordinal);

        _workspace.Environment["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] = "true";
        await PlayFailureAsync();
        await SendAsync();

        var workflow = _collector.Spans.Last(span => span.Name == "invoke_workflow T-1");
        Assert.Equal("""[{"role":"user","parts":[{"type":"text","content":"greet"}]}]""", workflow["gen_ai.input.messages"]);
        Assert.Contains("it didn't work", workflow.Json.GetProperty("status").GetProperty("message").GetString(), StringComparison.Ordinal);

        async Task PlayFailureAsync()
        {
            _workspace.Agents.Answer = command => [_workspace.Agents.Fail(command, "no_quota", retriable: false)];
            await _workspace.RunAsync(mode: WorkMode.Fresh);
        }
    }

    [Fact]
    public async Task A_step_that_an_earlier_receipt_answers_is_told_as_one()
    {
        await _workspace.RunAsync();
        _workspace.Delete("src/hello.txt");
        _workspace.Write("src/hello.txt", "hello\n");
        Directory.Delete(_workspace.Layout.CompletionsFolder(TaskId.Parse("T-1")), recursive: true);
        File.Delete(_workspace.Layout.Completion(TaskId.Parse("T-1")));
        await _workspace.RunAsync();

        await SendAsync();

        var reused = _collector.Spans.Where(span => span["lorch.outcome"] == "reused").ToList();
        Assert.NotEmpty(reused);
        Assert.All(reused, span => Assert.Equal(_workspace.RunIds[0].ToString(), span["lorch.reused_from"]));
        Assert.Equal(_collector.Spans.Count, _collector.Spans.Select(span => span.SpanId).Distinct().Count());
    }

    [Fact]
    public async Task Agents_work_below_the_span_of_the_run_and_the_span_in_which_the_build_ran_is_linked()
    {
        _workspace.Environment["TRACEPARENT"] = Caller;
        await _workspace.RunAsync();
        await SendAsync();

        var run = _collector.Spans[0];
        Assert.Equal($"00-{run.TraceId}-{run.SpanId}-01", _workspace.TraceParent);
        var link = run.Json.GetProperty("links")[0];
        Assert.Equal(Caller, $"00-{link.GetProperty("traceId")}-{link.GetProperty("spanId")}-01");
    }

    [Fact]
    public async Task Nothing_is_kept_for_a_collector_that_nobody_named()
    {
        _workspace.Environment.Clear();
        await _workspace.RunAsync();

        Assert.Equal(0, (await SendAsync()).Sent);
        Assert.Null(_workspace.TraceParent);
        Assert.False(Directory.Exists(_workspace.Layout.UnsentTracesFolder));
    }

    [Fact]
    public async Task A_protocol_that_is_not_spoken_is_told()
    {
        _workspace.Environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc";
        await _workspace.RunAsync();

        Assert.Contains("'grpc'", (await SendAsync()).Problem, StringComparison.Ordinal);
        Assert.Empty(_collector.Requests);
        Assert.False(Directory.Exists(_workspace.Layout.UnsentTracesFolder));
    }

    [Fact]
    public async Task More_spans_than_fit_into_a_request_are_sent_in_several()
    {
        var tasks = Enumerable.Range(1, 20).Select(i => $$"""{"id":"T-{{i}}","goal":"g","inputs":["specs/{{i}}"]}""").ToList();
        _workspace.Configure(tasks);
        foreach (var i in Enumerable.Range(1, 20))
        {
            await _workspace.RunAsync($"T-{i}");
        }

        await SendAsync();

        Assert.Equal(2, _collector.Requests.Count);
        Assert.Equal(80, _collector.Spans.Select(span => span.SpanId).Distinct().Count());
        Assert.Equal(20, _collector.Spans.Select(span => span.TraceId).Distinct().Count());
    }

    public async ValueTask DisposeAsync()
    {
        await _collector.DisposeAsync();
        _workspace.Dispose();
    }

    private Task<TraceResult> SendAsync() => _workspace.Open().SendTracesAsync(TestContext.Current.CancellationToken);
}
