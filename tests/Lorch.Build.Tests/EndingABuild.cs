using Lorch.Testing;

namespace Lorch.Build.Tests;

public sealed class EndingABuild(ClonedRepository clone)
{
    [Theory]
    [InlineData("TERM", false)]
    [InlineData("INT", true)]
    [InlineData("HUP", true)]
    public async Task A_signal_ends_the_agents_and_leaves_a_run_that_goes_on(string signal, bool isRare)
    {
        LongTests.SkipUnlessAsked(isRare);
        using var project = new LorchProject(clone);
        project.Write("scripts/reviewer.json", """{"responses":{"review":{"hang":true}}}""");

        // A build that is told to terminate may end with exit code 0 and before it has said why: the ledger is the truth.
        await project.Dotnet.RunAsync(
            signal, line => line.Contains(" step 1 ", StringComparison.Ordinal), "build", "lorch.proj", "-tl:off", "-t:LorchRun", "-p:Task=T-1");

        Assert.Empty(LeftoverProcesses.In(project.Root));
        Assert.Single(project.Records.Events("system.run_interrupted"));
        project.Write("scripts/reviewer.json", """{"responses":{"review":{"events":[{"type":"review.completed","status":"approved"}]}}}""");
        (await project.LorchRunAsync("-p:Task=T-1")).Succeeded();
        Assert.Single(project.Records.Ledgers);
        Assert.Equal([1, 2, 3], project.Records.Steps("T-1"));
    }

    [Fact]
    public async Task A_build_elsewhere_that_holds_the_workspace_is_named()
    {
        using var project = new LorchProject(clone);
        project.Write("scripts/builder.json", """{"responses":{"implement":{"hang":true}}}""");
        CommandResult? second = null;

        await project.Dotnet.RunAsync(
            "INT",
            line =>
            {
                if (line.Contains(" starts on ", StringComparison.Ordinal))
                {
                    second = project.LorchRunAsync("-p:Task=T-1", "-p:LorchLockTimeout=0").GetAwaiter().GetResult();
                }

                return second is not null;
            },
            "build",
            "lorch.proj",
            "-tl:off",
            "-t:LorchRun",
            "-p:Task=T-1");

        second!.Failed().Says("error LORCH2002");
        Assert.Single(project.Records.Ledgers);
    }

    [Fact]
    public async Task Findings_fail_the_build_where_they_are_to_be_errors()
    {
        using var project = new LorchProject(clone);
        project.Write("scripts/reviewer.json", """
            {"responses":{"review":{"events":[{"type":"review.completed","status":"approved",
              "payload":{"findings":[{"file":"src/1.txt","line":1,"severity":"warning","message":"Too short."}]}}]}}}
            """);

        var result = await project.LorchRunAsync("-p:Task=T-1", "-p:LorchTreatFindingsAsErrors=true");

        Assert.Matches(@"1\.txt\(1(,\d+)?\): error LORCH4005: .*Too short\.", result.Failed().Output);
    }
}
