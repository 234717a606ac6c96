using Lorch.Testing;

namespace Lorch.Build.Tests;

/// <summary>What a collector gets of real builds.</summary>
public sealed class TracesOfABuild(ClonedRepository clone)
{
    private const string Key = "t0ps3cret-of-the-collector";

    [LongSet]
    [Fact]
    public async Task Reach_the_collector_by_the_next_build_when_there_was_none()
    {
        LongTests.SkipUnlessAsked();
        using var project = new LorchProject(clone);
        var collector = new CollectorUnderTest();
        project.Dotnet.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address;
        project.Dotnet.Environment["OTEL_EXPORTER_OTLP_TIMEOUT"] = "60000";
        project.Dotnet.Environment["OTEL_EXPORTER_OTLP_HEADERS"] = $"x-key={Key}";
        await using (collector)
        {
            (await project.BuildAsync("-t:LorchRun", "-p:Task=T-1")).Succeeded().Says("T-1 completed");
        }

        var first = collector.Spans;
        Assert.Equal(
            ["invoke_workflow T-1", "invoke_agent builder", "invoke_agent reviewer", "invoke_agent spec_maintainer"],
            first.Select(span => span.Name));
        Assert.Equal(Key, collector.Requests[0].Headers["x-key"]);

        var away = (await project.BuildAsync("-t:LorchRun", "-p:Task=T-2", "-warnaserror")).Succeeded();
        away.Says($"Traces: {collector.Address}/v1/traces: ");
        Assert.DoesNotContain(Key, away.Output, StringComparison.Ordinal);

        await using var again = new CollectorUnderTest();
        project.Dotnet.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = again.Address;
        (await project.BuildAsync("-t:LorchRun")).Succeeded().Says("T-2 up to date");
        (await project.BuildAsync("-t:LorchRun")).Succeeded();

        Assert.Equal("invoke_workflow T-2", Assert.Single(again.Requests).Spans.First().Name);
        Assert.Empty(again.Spans.Select(span => span.SpanId).Intersect(first.Select(span => span.SpanId)));
    }
}
