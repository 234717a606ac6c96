using Lorch.Testing;

namespace Lorch.Build.Tests;

public sealed class EndingABuild(ClonedRepository clone)
{
    [LongSet]
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
            signal, line => line.Contains(
                " step 1 ",
                StringComparison.Ordinal), "build", "lorch.proj", "-tl:off", "-t:LorchRun", "-p:Task=T-1");

        Assert.Empty(LeftoverProcesses.In(project.Root));
        Assert.Single(project.Records.Events("system.run_interrupted"));
        project.Write("scripts/reviewer.json", """{"responses":{"review":{"events":[{"type":"review.completed","status":"approved"}]}}}""");
        (await project.LorchRunAsync("-p:Task=T-1")).Succeeded();
        Assert.Single(project.Records.Ledgers);
        Assert.Equal([1, 2, 3], project.Records.Steps("T-1"));
    }

    [LongSet]
    [Theory]
    [InlineData("-mt", "INT")]
    [InlineData("-mt", "TERM")]
    [InlineData("-mt", "HUP")]
    [InlineData("-mt", "KILL")]
    [InlineData("in task hosts", "INT")]
    [InlineData("in task hosts", "TERM")]
    [InlineData("in task hosts", "HUP")]
    [InlineData("in task hosts", "KILL")]
    public async Task Agents_end_with_their_build_wherever_tasks_run_and_the_run_goes_on(string kind, string signal)
    {
        LongTests.SkipUnlessAsked();
        using var project = new LorchProject(clone);
        // A task host that loses its build ends the task, and then may stay itself.
        await using var nodes = new OwnNodes(project.Dotnet);
        project.Reviewer("""{"hang":true}""");
        if (kind != "-mt")
        {
            project.Dotnet.Environment["MSBUILDFORCEALLTASKSOUTOFPROC"] = "1";
        }

        await project.Dotnet.RunAsync(
            signal,
            line => line.Contains(" step 1 ", StringComparison.Ordinal),
            ["build", "lorch.proj", "-tl:off", "-t:LorchRun", "-p:Task=T-1", .. kind == "-mt" ? ["-mt"] : Array.Empty<string>()]);

        Assert.Empty(await LeftoverProcesses.ThatStayAsync(project.Root, TestContext.Current.CancellationToken));
        project.Reviewer(LorchProject.Approval);
        project.Dotnet.Environment.Remove("MSBUILDFORCEALLTASKSOUTOFPROC");
        (await project.LorchRunAsync("-p:Task=T-1")).Succeeded();
        Assert.Single(project.Records.Ledgers);
        Assert.Equal([1, 2, 3], project.Records.Steps("T-1"));
        Assert.Equal(signal == "KILL" && kind == "-mt" ? 0 : 1, project.Records.Events("system.run_interrupted").Count());
    }

    [LongSet]
    [Fact]
    public async Task A_build_that_waits_for_another_part_of_itself_can_be_cancelled()
    {
        LongTests.SkipUnlessAsked();
        using var project = new LorchProject(clone);
        project.Configure("\"depends_on\": [\"T-1\"]", "\"depends_on\": []");
        project.Write("scripts/builder.json", """{"responses":{"implement":{"hang":true}}}""");
        project.Write("Two.proj", """
            <Project>
              <Target Name="All">
                <ItemGroup>
                  <Part Include="lorch.proj" AdditionalProperties="LorchTasks=T-1" />
                  <Part Include="lorch.proj" AdditionalProperties="LorchTasks=T-2" />
                </ItemGroup>
                <MSBuild Projects="@(Part)" Targets="LorchRun" BuildInParallel="true" />
              </Target>
            </Project>
            """);

        // The other part waits from the moment the first one looks at the workspace, which is before its run begins.
        var (works, waits) = (false, false);
        bool IsUnderWay(string line)
        {
            works |= line.Contains(" starts on ", StringComparison.Ordinal);
            waits |= line.Contains("which runs in another part of this build", StringComparison.Ordinal);
            return works && waits;
        }

        var result = await project.Dotnet.RunAsync(
            "INT",
            IsUnderWay,
            "msbuild",
            "Two.proj",
            "-t:All",
            "-m:2",
            "-mt",
            "-tl:off",
            "-p:LorchLockTimeout=0");

        result.Failed().DoesNotSay("LORCH2002");
        Assert.Single(project.Records.Ledgers);
        Assert.Single(project.Records.Events("system.run_interrupted"));
        Assert.Empty(LeftoverProcesses.In(project.Root));
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
