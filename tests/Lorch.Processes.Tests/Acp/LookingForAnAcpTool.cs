using Lorch.Core;
using Lorch.Core.Agents;
using Lorch.Core.Protocol;
using Lorch.Processes.Tests.Tools;

namespace Lorch.Processes.Tests.Acp;

/// <summary>
/// Whether a tool that speaks the Agent Client Protocol can be used shows when it is greeted: it begins a session, and is asked for
/// nothing.
/// </summary>
public sealed class LookingForAnAcpTool : IDisposable
{
    private readonly ToolRun _run = new() { Builder = "\"use\": \"acp:builder\"" };

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Tells_what_it_is_called_and_asks_it_for_nothing()
    {
        _run.Tool("builder", new AcpStandIn().GreetsAndOpens().ToString());

        var found = await LookAsync();

        Assert.True(found.HasAnswered);
        Assert.Null(found.Problem);
        Assert.Equal("stand-in 1.2", found.Tool!.Version);
        Assert.DoesNotContain("session/prompt", _run.Note("heard"), StringComparison.Ordinal);
        Assert.Empty(await _run.ProcessesThatStayAsync());
    }

    [Fact]
    public async Task Tells_that_nobody_is_signed_in_and_how_one_could()
    {
        _run.Tool(
            "builder",
            new AcpStandIn().Greets(more: ""","authMethods":[{"id":"browser","name":"Browser"}]""")
                .Hears()
                .Refuses(-32000, "Authentication required")
                .ToString());

        var problem = (await LookAsync()).Problem;

        Assert.Equal(DiagnosticCode.ToolNotSignedIn, problem!.Code);
        Assert.Contains("browser", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exit 3", "exit code 3")]
    [InlineData("echo 'no such option' >&2; exit 2", "no such option")]
    public async Task Tells_why_it_can_not_be_talked_to(string shell, string reason)
    {
        _run.Tool("builder", shell);

        var problem = (await LookAsync()).Problem;

        Assert.Equal(DiagnosticCode.ToolCrashed, problem!.Code);
        Assert.Contains(reason, problem.Message, StringComparison.Ordinal);
        Assert.Empty(await _run.ProcessesThatStayAsync());
    }

    [Fact]
    public async Task Tells_that_it_is_not_there()
    {
        _run.Builder = "\"use\": \"acp:no-such-tool --acp\"";

        Assert.Equal(DiagnosticCode.ToolNotFound, (await LookAsync()).Problem!.Code);
    }

    [Fact]
    public async Task Tells_that_a_tool_with_a_preset_is_too_old()
    {
        _run.Tool("codex", "echo 'codex-cli 0.39.9'");
        _run.Builder = "\"use\": \"codex\"";

        var problem = (await LookAsync()).Problem;

        Assert.Equal(DiagnosticCode.ToolTooOld, problem!.Code);
        Assert.Contains("0.40.0", problem.Message, StringComparison.Ordinal);
    }

    private async Task<AgentFound> LookAsync() => (await _run.CheckAgentsAsync()).Single(found => found.AgentType is AgentType.Builder);
}
