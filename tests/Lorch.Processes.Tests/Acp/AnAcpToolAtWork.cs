using System.Text.Json;
using Lorch.Core.Protocol;
using Lorch.Processes.Tests.Tools;
using Lorch.Testing;

namespace Lorch.Processes.Tests.Acp;

/// <summary>
/// A tool that speaks the Agent Client Protocol can be an agent: greeted once, asked in one session, shown while it works.
/// </summary>
public sealed class AnAcpToolAtWork : IDisposable
{
    private const string Work = "mkdir -p src; echo hello > src/hello.txt";

    private readonly ToolRun _run = new() { Builder = "\"use\": \"acp:builder\"" };

    public void Dispose() => _run.Dispose();

    [Fact]
    [DiffersOnWindows]
    public async Task Completes_a_task_that_is_up_to_date_afterwards()
    {
        _run.Tool(
            "builder",
            new AcpStandIn().GreetsAndOpens().Hears().Runs(Work).Writes("I greeted ").Writes("the world.").Ends().ToString());

        var result = await _run.WorkAsync();

        _run.AssertCompleted(result);
        Assert.Equal("I greeted the world.", _run.Answers(result)[0].Payload!.Value.GetProperty("summary").GetString());
        Assert.True((await _run.JudgeAsync()).IsUpToDate);
        Assert.Empty(await _run.ProcessesThatStayAsync());
    }

    [Fact]
    public async Task Is_greeted_and_asked_as_the_protocol_says()
    {
        _run.Tool("builder", new AcpStandIn().GreetsAndOpens().Hears().Runs(Work).Writes("done").Ends().ToString());

        await _run.WorkAsync();

        var heard = Heard();
        Assert.Equal(
            ["initialize", "session/new", "session/prompt"],
            heard.Select(message => message.GetProperty("method").GetString()).Take(3));
        Assert.Equal(1, heard[0].GetProperty("params").GetProperty("protocolVersion").GetInt32());
        Assert.Equal(_run.Layout.WorkspaceRoot, heard[1].GetProperty("params").GetProperty("cwd").GetString());
        Assert.Equal(0, heard[1].GetProperty("params").GetProperty("mcpServers").GetArrayLength());
        Assert.Equal("s1", heard[2].GetProperty("params").GetProperty("sessionId").GetString());
        Assert.Contains(
            "greet the world",
            heard[2].GetProperty("params").GetProperty("prompt")[0].GetProperty("text").GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keeps_its_process_and_its_session_over_the_turns_of_a_task()
    {
        _run.Tool("builder", new AcpStandIn().GreetsAndOpens()
            .Hears().Runs(Work).Writes("done").Ends()
            .Hears().Runs("echo 'hello, world' > src/hello.txt").Writes("done again").Ends().ToString());
        _run.Tool("reviewer", """
            if grep -q world src/hello.txt; then verdict=approved; findings=; else verdict=changes_requested
              findings='{"file":"src/hello.txt","severity":"error","message":"says no world"}'; fi
            printf '```json\n{"verdict":"%s","findings":[%s]}\n```\n' "$verdict" "$findings"
            """);

        var result = await _run.WorkAsync();

        _run.AssertCompleted(result);
        Assert.Equal("started\n", _run.Note("starts"));
        Assert.Equal(
            ["initialize", "session/new", "session/prompt", "session/prompt"],
            Heard().Select(message => message.GetProperty("method").GetString()));
        Assert.Contains("says no world", Heard()[3].GetRawText(), StringComparison.Ordinal);
    }

    [LongSet]
    [Fact]
    public async Task Shows_the_calls_it_makes_as_progress()
    {
        LongTests.SkipUnlessAsked();
        _run.Tool("builder", new AcpStandIn().GreetsAndOpens().Hears()
            .Updates("""{"sessionUpdate":"tool_call","toolCallId":"c1","title":"Writing hello.txt","kind":"edit"}""")
            .Runs(Work).Writes("done").Ends().ToString());

        var result = await _run.WorkAsync();

        var progress = _run.Ledger(result).OfType<Event>().First(said => said.Name is EventName.BuilderProgress);
        Assert.Equal("Writing hello.txt", progress.Payload!.Value.GetProperty("summary").GetString());
    }

    [LongSet]
    [Fact]
    public async Task Has_every_decision_about_what_it_may_do_in_the_ledger_and_the_transcript()
    {
        LongTests.SkipUnlessAsked();
        var tool = new AcpStandIn().GreetsAndOpens().Hears();
        for (var call = 1; call <= 5; call++)
        {
            tool.AsksToDo($$"""
                "title":"Fetch page {{call}}","kind":"fetch"
                """);
        }

        _run.Tool("builder", tool.Runs(Work).Writes("done").Ends().ToString());

        var result = await _run.WorkAsync();

        var notes = _run.Ledger(result)
            .OfType<Event>()
            .Where(said => said is { Name: EventName.Log, From.AgentType: AgentType.Builder })
            .Select(said => said.Payload!.Value.GetProperty("summary").GetString()!)
            .ToList();
        Assert.Equal(5, notes.Count);
        Assert.All(notes, note => Assert.StartsWith("Refused the tool 'Fetch page ", note, StringComparison.Ordinal));
        Assert.All(notes, note => Assert.Contains(note, _run.Transcript(result), StringComparison.Ordinal));
    }

    [LongSet]
    [Fact]
    public async Task Tells_what_its_turns_cost()
    {
        LongTests.SkipUnlessAsked();
        _run.Tool("builder", new AcpStandIn().GreetsAndOpens().Hears().Runs(Work).Writes("done")
            .Updates("""{"sessionUpdate":"usage_update","used":10,"size":100,"cost":{"amount":0.25,"currency":"USD"}}""")
            .Ends(more: ""","usage":{"inputTokens":120,"outputTokens":30,"totalTokens":150}""").ToString());

        var result = await _run.WorkAsync();

        Assert.Equal(
            """{"input_tokens":120,"output_tokens":30,"cost_usd":0.25}""",
            _run.Answers(result)[0].Payload!.Value.GetProperty("usage").GetRawText());
    }

    [Fact]
    public async Task Gives_a_verdict_as_a_reviewer()
    {
        _run.Reviewer = "\"use\": \"acp:reviewer\"";
        _run.Builder = "\"use\": \"exec:builder\"";
        _run.Tool("builder", Work);
        _run.Tool("reviewer", new AcpStandIn().GreetsAndOpens().Hears()
            .Updates("""{"sessionUpdate":"tool_call","toolCallId":"c1","title":"Reading","kind":"read"}""")
            .Writes("Looks well.\n\n```json\n{\"verdict\":\"approved\",\"fin").Writes("dings\":[]}\n```\n").Ends().ToString());

        var result = await _run.WorkAsync();

        _run.AssertCompleted(result);
        Assert.Contains("review.completed approved", _run.Story(result));
    }

    private List<JsonElement> Heard() =>
        [.. _run.Note("heard").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
}
