using Lorch.Testing;

namespace Lorch.Build.Tests;

/// <summary>Engines that can't load the tasks, or run them in a process of their own, played by overriding what tells them apart.</summary>
public sealed class AnotherEngine(ClonedRepository clone)
{
    // Whatever looks into the assembly before the engine is checked would fail with the engine's own error.
    private static readonly string[] TooOld = ["-p:_LorchEngineVersion=17.14.0", "-p:LorchTaskAssembly=/nowhere/Lorch.Build.dll"];

    [Fact]
    public async Task Builds_as_ever_as_long_as_no_target_of_ours_is_asked_for()
    {
        using var project = new LorchProject(clone);

        (await project.MsBuildAsync(TooOld)).Succeeded().DoesNotSay("LORCH").DoesNotSay("warning");
    }

    [Theory]
    [InlineData("LorchRun")]
    [InlineData("LorchStatus")]
    [InlineData("LorchInit")]
    public async Task Is_told_so_once_by_a_code(string target)
    {
        using var project = new LorchProject(clone);

        var result = await project.MsBuildAsync([.. TooOld, $"-t:{target}"]);

        result.Failed().Says("Lorch.Build needs MSBuild 18.3 or later, this is 17.14.0").DoesNotSay("MSB4").DoesNotSay("TypeLoad");
        Assert.Equal(2, result.Output.Split("error LORCH1021").Length);
    }

    [LongSet]
    [Fact]
    public async Task May_run_the_tasks_in_a_process_beside_its_own()
    {
        LongTests.SkipUnlessAsked();
        using var project = new LorchProject(clone);

        (await project.LorchRunAsync("-p:_LorchTaskFactory=TaskHostFactory", "-p:Task=T-1")).Succeeded()
            .Says("T-1 completed")
            .DoesNotSay("T-2");

        Assert.Single(project.Records.Ledgers);
    }

    [Fact]
    public async Task Says_where_lorch_agent_lies()
    {
        using var project = new LorchProject(clone);

        var assembly = (await project.MsBuildAsync("-getProperty:LorchAgentAssembly")).Succeeded().Output.Trim();
        var result = await project.Dotnet.RunAsync("exec", assembly, "check");

        Assert.Equal(2, result.ExitCode);
        result.Says("lorch-agent check -- python3 agent.py");
    }
}
