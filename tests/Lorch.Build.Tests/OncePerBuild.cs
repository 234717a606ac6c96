using Lorch.Testing;

namespace Lorch.Build.Tests;

/// <summary>However many projects, frameworks and processes a build has, a task is worked once in it, its failure included.</summary>
public sealed class OncePerBuild(ClonedRepository clone)
{
    private static readonly CSharpProject Project = new()
    {
        IsOnBuild = true,
        Items = """<LorchTask Include="T-1" />""",
        Ending = """
            <!-- Built twice in one build, once with a flavour: neither may write where the other reads. -->
            <PropertyGroup Condition="'$(Flavour)' != ''"><IntermediateOutputPath>obj/$(Flavour)/</IntermediateOutputPath><OutputPath>bin/$(Flavour)/</OutputPath></PropertyGroup>
            """,
    };

    // The project's folder or the solution, whether all of it is restored first, and the command.
    public static TheoryData<string, bool> Builds { get; } = new()
    {
        { "build All.slnx -m:2", false },
        { "build One", true },
        { "build Many", true },
        { "build User", true },
        { "build All.sln", true },
        { "build All.slnx -m:1", true },
        { "build All.slnx -mt", true },
        { "build All.slnx -m:2 -p:LorchRunId=", true },
        { "build User -graph", true },
        { "build User -graph -isolate --no-restore", true },
        { "build All.slnx -graph -isolate --no-restore", true },
        { "build All.slnx -m:2 -t:LorchRun -p:Task=T-1", true },
        { "msbuild All.slnx -m:2", true },
        { "publish One", true },
        { "build All.slnx -m:2 -nodeReuse:true", true },
        { "build All.slnx -m:2 server", true },
        { "test One -p:IsTestProject=true", true },
    };

    [LongSet]
    [Theory]
    [MemberData(nameof(Builds))]
    public async Task A_task_is_worked_once(string command, bool isRare)
    {
        LongTests.SkipUnlessAsked(isRare);
        using var project = Workspace();
        await using var salt = new OwnNodes(project.Dotnet);

        var result = await RunAsync(project, command);

        // That there is nothing to test in it is dotnet test's own failure, after the build.
        _ = command.StartsWith("test ", StringComparison.Ordinal) ? result.Says("Test run for ") : result.Succeeded();
        Assert.Single(project.Records.Ledgers);
        Assert.Equal(3, project.Records.Steps("T-1").Count);
    }

    [LongSet]
    [Theory]
    [InlineData("build All.slnx -m:2")]
    [InlineData("build All.slnx -mt")]
    [InlineData("build User -graph")]
    public async Task A_failure_is_had_once(string command)
    {
        LongTests.SkipUnlessAsked();
        using var project = Workspace();
        await using var salt = new OwnNodes(project.Dotnet);
        project.Write("scripts/reviewer.json", """{"responses":{"review":{"error":{"code":"no","message":"no","retriable":false}}}}""");

        (await RunAsync(project, command)).Failed().Says("error LORCH3003");

        Assert.Single(project.Records.Ledgers);
        Assert.Single(project.Records.Events("system.attempt_failed"));
    }

    [LongSet]
    [Theory]
    [InlineData("build All.slnx -m:2")]
    [InlineData("build All.slnx -m:2 -nodeReuse:true")]
    [InlineData("build All.slnx -mt")]
    public async Task Projects_that_ask_for_different_tasks_share_each_and_wait_for_each_other_without_limit(string command)
    {
        LongTests.SkipUnlessAsked();
        using var project = Workspace();
        await using var salt = new OwnNodes(project.Dotnet);
        project.Write("Many/Many.csproj", project.Read("Many/Many.csproj").Replace("T-1", "T-2", StringComparison.Ordinal));
        project.Write("User/User.csproj", project.Read("User/User.csproj").Replace("T-1", "T-3", StringComparison.Ordinal));
        project.Write("lorch.json", project.Read("lorch.json").Replace(
            "\"tasks\": [",
            "\"tasks\": [ { \"id\": \"T-3\", \"goal\": \"Three\", \"inputs\": [\"specs/a.md\"], \"expected_outputs\": [{ \"path\": "
                + "\"src/3.txt\" }] }, ",
            StringComparison.Ordinal));

        (await RunAsync(project, command + " -p:LorchLockTimeout=0")).Succeeded();

        Assert.Equal(3, project.Records.Ledgers.Count);
        Assert.All(["T-1", "T-2", "T-3"], task => Assert.Equal([1, 2, 3], project.Records.Steps(task)));
    }

    [LongSet]
    [Fact]
    public async Task Two_repositories_in_one_process_know_nothing_of_each_other()
    {
        LongTests.SkipUnlessAsked();
        using var first = new LorchProject(clone);
        using var second = new LorchProject(clone);
        await using var salt = new OwnNodes(first.Dotnet, second.Dotnet);
        second.Write("specs/a.md", "B\n");

        (await RunAsync(first, "build lorch.proj -t:LorchRun -p:Task=T-1 server")).Succeeded();
        (await RunAsync(second, "build lorch.proj -t:LorchStatus server")).Succeeded().Says("T-1 never run");
        (await RunAsync(second, "build lorch.proj -t:LorchRun server")).Succeeded().Says("T-2 completed");
        (await RunAsync(first, "build lorch.proj -t:LorchStatus server")).Succeeded().Says("T-1 up to date").Says("T-2 never run");

        Assert.Single(first.Records.Ledgers);
        Assert.Equal(2, second.Records.Ledgers.Count);
    }

    private LorchProject Workspace()
    {
        var project = new LorchProject(clone);
        project.Write("One/One.csproj", Project);
        project.Write("Many/Many.csproj", Project with { FrameworkProperty = "TargetFrameworks" });
        project.Write("User/User.csproj", Project with
        {
            Items = """
                <ProjectReference Include="../One/One.csproj" AdditionalProperties="Flavour=plain" />
                <ProjectReference Include="../Many/Many.csproj" />
                <LorchTask Include="T-1" />
                """,
        });
        project.Write(
            "All.slnx",
            """<Solution><Project Path="One/One.csproj" /><Project Path="Many/Many.csproj" /><Project Path="User/User.csproj" /></Solution>""");
        return project;
    }

    private static async Task<CommandResult> RunAsync(LorchProject project, string command)
    {
        var words = command.Split(' ');
        project.Dotnet.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = words.Contains("server") ? "1" : "0";
        project.Dotnet.Environment["MSBUILDDISABLENODEREUSE"] = words.Contains("-nodeReuse:true") || words.Contains("server") ? "0" : "1";
        if (words.Contains("--no-restore") || words[0] == "msbuild")
        {
            (await project.Dotnet.RunAsync("restore", words[1])).Succeeded();
        }

        if (words[1] == "All.sln")
        {
            (await project.Dotnet.RunAsync("new", "sln", "--format", "sln", "-n", "All")).Succeeded();
            (await project.Dotnet.RunAsync("sln", "All.sln", "add", "One", "Many", "User")).Succeeded();
            project.Delete("All.slnx");
        }

        return await project.Dotnet.RunAsync([.. words.Where(word => word != "server"), "-tl:off"]);
    }
}
