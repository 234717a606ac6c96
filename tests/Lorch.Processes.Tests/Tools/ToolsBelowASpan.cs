using Lorch.Core;
using Lorch.Core.Protocol;
using Lorch.Processes.Tests.Acp;
using Lorch.Processes.Tests.Agents;

namespace Lorch.Processes.Tests.Tools;

/// <summary>Where the spans hang that tools send themselves.</summary>
public sealed class ToolsBelowASpan
{
    private static readonly MessageId Begun = MessageId.Parse("0198c0de-0000-7000-8000-000000000000");

    [Fact]
    public async Task A_tool_works_below_the_span_of_its_step()
    {
        using var stage = new ExecStage();
        stage.Variables["LORCH_RUN_ID"] = AgentStage.Run.ToString();
        stage.Variables["TRACEPARENT"] = TraceIds.HeaderOf(AgentStage.Run, Begun);

        var answer = await stage.AskAsync("text", "cat > /dev/null; echo $TRACEPARENT");

        Assert.Equal(TraceIds.HeaderOf(AgentStage.Run, stage.Asked!.MessageId), answer.Text.Trim());
    }

    [Fact]
    public async Task Where_no_traces_are_sent_it_works_below_the_span_of_the_build()
    {
        const string OfTheBuild = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        using var stage = new ExecStage();
        stage.Variables["LORCH_RUN_ID"] = AgentStage.Run.ToString();
        stage.Variables["TRACEPARENT"] = OfTheBuild;

        var answer = await stage.AskAsync("text", "cat > /dev/null; echo $TRACEPARENT");

        Assert.Equal(OfTheBuild, answer.Text.Trim());
    }

    [Fact]
    public async Task A_tool_that_stays_is_told_with_each_question()
    {
        await using var stage = new AcpStage { TraceParent = TraceIds.HeaderOf(AgentStage.Run, Begun) };

        await stage.With(new AcpStandIn().GreetsAndOpens().Hears().Writes("done").Ends()).AskAsync();

        var told = stage.Heard()[2].GetProperty("params").GetProperty("_meta").GetProperty("traceparent").GetString();
        Assert.True(TraceIds.TryParse(told, out var trace, out var span));
        Assert.Equal(TraceIds.TraceOf(AgentStage.Run), trace);
        Assert.NotEqual(TraceIds.SpanOf(AgentStage.Run, Begun), span);
    }
}
