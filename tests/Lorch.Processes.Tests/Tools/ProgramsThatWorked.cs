using System.Text.Json;
using Lorch.Core.Runs.Contract;
using Lorch.Processes.Tests.Acp;

namespace Lorch.Processes.Tests.Tools;

/// <summary>Receipts say which version of a tool worked; another one is worth a word, and makes nothing stale.</summary>
public sealed class ProgramsThatWorked : IDisposable
{
    private const string Answer = """printf '{"type":"result","subtype":"success","is_error":false,"result":"I wrote it."}\n'""";

    private readonly ToolRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Stand_in_receipts_and_in_the_status_once_they_changed()
    {
        UseClaude("printf '\\033[1m2.0.1\\033[0m (Claude Code)\\n'");

        var result = await _run.WorkAsync();
        var before = await _run.StatusAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal("""{"name":"Claude Code","version":"2.0.1 (Claude Code)"}""", Program(1));
        Assert.Null(Program(2));
        Assert.Empty(Assert.Single(before.Tasks).Reasons);
        Assert.Equal("asked\nasked\n", _run.Note("versions"));

        UseClaude("echo 2.0.2");
        var task = Assert.Single((await _run.StatusAsync()).Tasks);

        Assert.Equal("up_to_date", task.State);
        Assert.Contains(
            "version 2.0.1 (Claude Code); now it is Claude Code, version 2.0.2",
            Assert.Single(task.Reasons),
            StringComparison.Ordinal);
        Assert.True((await _run.JudgeAsync()).IsUpToDate);
    }

    [Theory]
    [InlineData("exit 1")]
    [InlineData("exit 0")]
    public async Task Are_left_out_where_the_tool_does_not_tell(string version)
    {
        UseClaude(version);

        var result = await _run.WorkAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Null(Program(1));
    }

    [Fact]
    public async Task Say_it_themselves_over_the_Agent_Client_Protocol()
    {
        await using var stage = new AcpStage();

        var answer = await stage.With(new AcpStandIn().GreetsAndOpens().Hears().Writes("done").Ends()).AskAsync();

        Assert.Equal(("stand-in", "1.2"), (answer.Program!.Name, answer.Program.Version));
    }

    private void UseClaude(string version)
    {
        _run.Tool(
            "claude",
            $"if test \"$1\" = --version; then echo asked >> \"$NOTES/versions\"; {version}; exit 0; fi\ncat > /dev/null; mkdir -p src; "
                + $"echo hello > src/hello.txt\n{Answer}");
        _run.Builder = "\"use\": \"claude-code\"";
    }

    private string? Program(int step)
    {
        var receipt = JsonElement.Parse(_run.Read($"receipts/T-1/step-{step}.json"));
        Assert.False(receipt.GetProperty("outcome").GetProperty("payload").TryGetProperty("program", out _));
        return receipt.TryGetProperty("program", out var program) ? JsonSerializer.Serialize(program) : null;
    }
}
