using Lorch.Testing;

namespace Lorch.Build.Tests;

/// <summary>
/// A build that dotnet watch starts asks no agent for anything: what an agent writes would begin the build, and its work, again.
/// </summary>
public sealed class UnderAWatch(ClonedRepository clone)
{
    // What the commands of a watch have in common with the builds that they start.
    [LongSet]
    [Theory]
    [InlineData("DOTNET_WATCH", "1")]
    [InlineData("MSBUILD_EXE_PATH", "/sdk/DotnetTools/dotnet-watch/10.0.100/tools/net10.0/any/../../../../../../MSBuild.dll", true)]
    public async Task What_is_asked_for_is_refused_unless_it_is_up_to_date(string variable, string value, bool isRare = false)
    {
        LongTests.SkipUnlessAsked(isRare);
        using var project = new LorchProject(clone);
        (await project.MsBuildAsync("-t:LorchRun", "-p:Task=T-1")).Succeeded();
        var history = project.Records.History;
        project.Dotnet.Environment[variable] = value;

        (await project.MsBuildAsync("-t:LorchRun", "-p:Task=T-1")).Succeeded().Says("T-1 up to date");
        (await project.MsBuildAsync("-t:LorchRun")).Failed().Says("error LORCH1026: T-2 wasn't run").Says("in another terminal");

        Assert.Equal(history, project.Records.History);
    }

    [LongSet]
    [Fact]
    public async Task A_plain_build_builds_what_is_there_and_says_so_once()
    {
        LongTests.SkipUnlessAsked();
        using var project = new LorchProject(clone);
        project.Write(
            "App/App.csproj",
            new CSharpProject { IsOnBuild = true, FrameworkProperty = "TargetFrameworks", Items = """<LorchTask Include="T-1" />""" });
        project.Dotnet.Environment["DOTNET_WATCH"] = "1";

        var result = (await project.Dotnet.RunAsync("build", "App", "-tl:off")).Succeeded();

        Assert.Equal(2, result.Output.Split("T-1 not run: dotnet watch").Length);
        Assert.Empty(project.Records.Ledgers);
    }
}
