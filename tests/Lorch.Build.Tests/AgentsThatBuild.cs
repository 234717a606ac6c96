using System.Text.Json;
using Lorch.Testing;

namespace Lorch.Build.Tests;

/// <summary>What an agent finds when it works in a build, and builds itself.</summary>
public sealed class AgentsThatBuild(ClonedRepository clone)
{
    [LongSet]
    [Fact]
    public async Task Compile_the_project_whose_build_waits_for_them()
    {
        LongTests.SkipUnlessAsked();
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The agent is a shell script that needs /proc.");
        using var project = new LorchProject(clone);
        project.UseShellAgent(
            "before_the_answer",
            "echo 'public class Made;' > App/Made.cs; dotnet build App -tl:off -p:OutDir=inner/ > inner.txt; printf %s \"$command\" > "
                + "command.json");
        project.Write("App/App.csproj", new CSharpProject { IsOnBuild = true, Items = """<LorchTask Include="T-1" />""" });

        (await project.Dotnet.RunAsync("build", "App", "-tl:off")).Succeeded();

        Assert.Contains("Build succeeded", project.Read("inner.txt"), StringComparison.Ordinal);
        Assert.Contains("T-1 not run: an agent of ", project.Read("inner.txt"), StringComparison.Ordinal);
        Assert.True(project.Records.Has("App/inner/App.dll"));
        Assert.Single(project.Records.Ledgers);
        Assert.Equal([1, 2, 3], project.Records.Steps("T-1"));
        AssertItKnewItsDeadline(project);
    }

    private static void AssertItKnewItsDeadline(LorchProject project)
    {
        var recorded = project.Records.Lines.Select(line => JsonElement.Parse(line))
            .First(line => line.GetProperty("kind").GetString() == "command");
        var told = JsonElement.Parse(project.Read("command.json"));
        Assert.Equal(recorded.GetProperty("deadline").GetString(), told.GetProperty("deadline").GetString());
    }
}
