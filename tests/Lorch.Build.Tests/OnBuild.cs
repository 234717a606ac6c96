using System.Text.Json;
using Lorch.Testing;

namespace Lorch.Build.Tests;

public sealed class OnBuild(ClonedRepository clone)
{
    private const string WritesCode = """
        {"responses":{"implement":{"events":[{"type":"builder.completed","payload":{"tests":{"status":"pass"}},"artifacts":[
          {"path":"src/1.txt","content":"1\n"},
          {"path":"App/Nine.cs","content":"public class Nine { public New Other; }\n"},
          {"path":"App/A/New.cs","content":"public class New { }\n"},
          {"path":"App/Left/Not.cs","content":"This is no code.\n"}]}]}}}
        """;

    private static readonly CSharpProject App = new()
    {
        IsOnBuild = true,
        Items = """
            <Compile Remove="Left/**" />
            <LorchTask Include="T-9" Goal="Nine" Inputs="specs\**" ExpectedOutputs="App\Nine.cs" />
            """,
        Ending = """
            <!-- Does what an agent may do without saying so. -->
            <Target Name="Rename" BeforeTargets="AfterLorchRun">
              <Delete Files="Old.cs" />
            </Target>
            """,
    };

    [Fact]
    public async Task What_an_agent_wrote_and_removed_is_compiled_in_the_same_build_and_in_none_after_it()
    {
        using var project = WithApp();

        (await BuildAsync(project)).Succeeded();
        var assembly = await File.ReadAllBytesAsync(
            Path.Combine(project.Root, "App/bin/Debug/net10.0/App.dll"),
            TestContext.Current.CancellationToken);
        var again = await BuildAsync(project, "--no-restore", "-bl:again.binlog");

        Assert.True(assembly.AsSpan().IndexOf("Nine"u8) > 0);
        Assert.Equal(-1, assembly.AsSpan().IndexOf("OldOne"u8));
        again.Succeeded().Says("T-9 up to date (snap-");
        Assert.Single(project.Records.Ledgers);
        Assert.DoesNotContain("Csc", project.TasksIn("again.binlog"));
    }

    [LongSet]
    [Fact]
    public async Task A_failure_fails_the_build_with_its_reason_and_nothing_is_compiled()
    {
        LongTests.SkipUnlessAsked();
        using var project = WithApp();
        project.Write("scripts/reviewer.json", """{"responses":{"review":{"error":{"code":"no","message":"no way","retriable":false}}}}""");

        (await BuildAsync(project)).Failed().Says("error LORCH3003").Says("no way");

        Assert.False(project.Records.Has("App/obj/Debug/net10.0/App.dll"));
    }

    [LongSet]
    [Theory]
    [InlineData("-p:DesignTimeBuild=true")]
    [InlineData("-p:BuildingForLiveUnitTesting=true")]
    [InlineData("-p:LorchEnabled=false")]
    [InlineData("-p:LorchOnBuild=false")]
    [InlineData("-t:Restore")]
    public async Task Nothing_runs_where_nobody_waits_for_agents(string argument)
    {
        LongTests.SkipUnlessAsked();
        using var project = WithApp();

        (await BuildAsync(project, argument)).Succeeded();

        Assert.Empty(project.Records.Ledgers);
        Assert.False(project.Records.Has("state/keys/T-9.key"));
    }

    [LongSet]
    [Theory]
    [InlineData("Directory.Build.props")]
    [InlineData("eng/Versions.props")]
    public async Task A_build_whose_project_changed_while_it_ran_says_that_another_one_is_needed(string file)
    {
        LongTests.SkipUnlessAsked();
        using var project = WithApp();
        project.Write("Directory.Build.props", "<Project />");
        project.Write("scripts/builder.json", WritesCode.Replace("App/A/New.cs", file, StringComparison.Ordinal)
            .Replace(
                "public class New { }",
                "<Project />",
                StringComparison.Ordinal).Replace("public New Other;", "", StringComparison.Ordinal));

        var first = await BuildAsync(project);
        var second = await BuildAsync(project);

        Assert.Matches(@"App\.csproj : warning LORCH2030: ", first.Succeeded().Output);
        second.Succeeded().DoesNotSay("LORCH2030");
    }

    [LongSet]
    [Fact]
    public async Task An_IDE_compares_inputs_and_completions_in_a_set_of_their_own()
    {
        LongTests.SkipUnlessAsked();
        using var project = WithApp();
        (await BuildAsync(project, "-t:Restore")).Succeeded();

        var read = await project.Dotnet.RunAsync(
            "msbuild", "App", "-p:BuildingInsideVisualStudio=true", "-p:DesignTimeBuild=true", "-getItem:UpToDateCheckInput",
            "-getItem:UpToDateCheckBuilt");

        var items = JsonElement.Parse(read.Succeeded().Output).GetProperty("Items");
        Assert.Equal(["lorch.json", "specs/a.md"], Of(project, items.GetProperty("UpToDateCheckInput")));
        Assert.Equal(["receipts/T-9/completion.json"], Of(project, items.GetProperty("UpToDateCheckBuilt")));
    }

    [LongSet]
    [Fact]
    public async Task A_task_of_the_project_is_known_to_all_its_targets()
    {
        LongTests.SkipUnlessAsked();
        using var project = WithApp();

        (await BuildAsync(project, "-t:LorchStatus")).Succeeded().Says("T-1 never run").Says("T-9 never run");
        (await BuildAsync(project, "-t:LorchRun", "-p:Task=T-9")).Succeeded();
        (await BuildAsync(project, "-t:LorchStatus")).Succeeded().Says("T-1 never run").Says("T-9 up to date");
        (await BuildAsync(project)).Succeeded().Says("T-9 up to date");
        (await BuildAsync(project, "-t:LorchVerify")).Succeeded();

        Assert.Single(project.Records.Ledgers);
    }

    [LongSet]
    [Fact]
    public async Task What_is_to_be_done_must_be_said()
    {
        LongTests.SkipUnlessAsked();
        using var project = WithApp();
        project.Write("App/App.csproj", App with { Items = App.Items.Replace(" Goal=\"Nine\"", "", StringComparison.Ordinal) });

        var result = await BuildAsync(project);

        Assert.Matches(@"App\.csproj : error LORCH1006: Task T-9: found an empty goal", result.Failed().Output);
    }

    [LongSet]
    [Fact]
    public async Task A_task_of_the_project_makes_none_of_the_file_stale()
    {
        LongTests.SkipUnlessAsked();
        using var project = WithApp();
        project.Write("lorch.json", project.Read("lorch.json").Replace(""", "inputs": ["specs/a.md"]""", "", StringComparison.Ordinal));
        project.Write("App/App.csproj", App with { Items = App.Items.Replace("specs/**", "notes/**", StringComparison.Ordinal) });
        project.Write("notes/n.md", "N\n");
        (await project.LorchRunAsync("-p:Task=T-1")).Succeeded();

        (await BuildAsync(project, "-t:LorchRun", "-p:Task=T-1")).Succeeded().Says("T-1 up to date");
    }

    private LorchProject WithApp()
    {
        var project = new LorchProject(clone);
        project.Write("App/App.csproj", App);
        project.Write("App/Old.cs", "public class OldOne { }\n");
        project.Write("scripts/builder.json", WritesCode);
        return project;
    }

    private static Task<CommandResult> BuildAsync(LorchProject project, params string[] arguments) =>
        project.Dotnet.RunAsync(["build", "App", "-tl:off", .. arguments]);

    private static IEnumerable<string> Of(LorchProject project, JsonElement items) => items.EnumerateArray()
        .Where(item => item.TryGetProperty("Set", out var set) && set.GetString() == "Lorch")
        .Select(item => Path.GetRelativePath(project.Root, item.GetProperty("FullPath").GetString()!))
        .Order(StringComparer.Ordinal);
}
