using Lorch.Testing;
using Microsoft.Build.Logging.StructuredLogger;
using Task = System.Threading.Tasks.Task;

namespace Lorch.Build.Tests;

public sealed class WaysIn(ClonedRepository clone)
{
    private static readonly CSharpProject Project = new()
    {
        Ending = """
            <Target Name="Show" AfterTargets="LorchRun">
              <Message Importance="high" Text="artifact %(LorchArtifact.Filename) of %(LorchArtifact.TaskId): %(LorchArtifact.Size) %(LorchArtifact.Sha256)" />
              <Message Importance="high" Text="run [$(LorchTasksRun)] skipped [$(LorchTasksSkipped)] last $(LorchLastRunId) $(LorchLastSnapshotId)" />
            </Target>
            """,
    };

    [Fact]
    public async Task A_package_reference_hands_artifacts_and_runs_to_the_project()
    {
        using var project = new LorchProject(clone);
        project.Write("App/App.csproj", Project);

        var result = await project.Dotnet.RunAsync("build", "App", "-tl:off", "-t:LorchRun", "-p:Task=T-1");

        result.Succeeded().Says("run [T-1] skipped [] last run-");
        Assert.Matches("artifact 1 of T-1: 2 sha256:[0-9a-f]{64}", result.Output);
    }

    [LongSet]
    [Fact]
    public async Task Several_projects_and_frameworks_of_a_build_work_a_task_once()
    {
        LongTests.SkipUnlessAsked();
        using var project = new LorchProject(clone);
        project.Write("A/A.csproj", Project);
        project.Write("B/B.csproj", Project with { FrameworkProperty = "TargetFrameworks" });
        project.Write("Both.slnx", """<Solution><Project Path="A/A.csproj" /><Project Path="B/B.csproj" /></Solution>""");

        var result = await project.Dotnet.RunAsync("build", "Both.slnx", "-tl:off", "-m:2", "-t:LorchRun");

        result.Succeeded();
        Assert.Equal(2, result.Output.Split("run [T-1;T-2] skipped []").Length - 1);
        Assert.Equal(2, project.Records.Ledgers.Count);
    }

    [LongSet]
    [Theory]
    [InlineData("-mt")]
    [InlineData("-graph")]
    public async Task Every_kind_of_build_skips_what_is_up_to_date_before_any_task_runs(string kind)
    {
        LongTests.SkipUnlessAsked();
        using var project = new LorchProject(clone);
        (await project.LorchRunAsync(kind)).Succeeded();
        var history = project.Records.History;

        (await project.LorchRunAsync(kind, "-bl:second.binlog")).Succeeded().Says("T-1 up to date (snap-").Says("T-2 up to date (snap-");

        Assert.Equal(history, project.Records.History);
        var log = BinaryLog.ReadBuild(Path.Combine(project.Root, "second.binlog"));
        var tasks = log.FindChildrenRecursive<Microsoft.Build.Logging.StructuredLogger.Task>().Select(task => task.Name).ToList();
        Assert.Contains("LorchJudge", tasks);
        Assert.DoesNotContain("LorchRunTask", tasks);
        Assert.Contains(log.FindChildrenRecursive<Message>(), message => message.Text.Contains("task_key ik:", StringComparison.Ordinal));
    }

    [LongSet]
    [Fact]
    public async Task A_plain_project_works_in_a_folder_with_an_odd_name()
    {
        LongTests.SkipUnlessAsked();
        using var project = new LorchProject(clone);
        var odd = Path.Combine(project.Root, "a;b %41 %3B $(x) @(y) 'quotes' & ü");
        foreach (var file in (string[])[
            "lorch.proj",
            "lorch.json",
            "specs/a.md",
            "scripts/builder.json",
            "scripts/reviewer.json",
            "scripts/spec_maintainer.json"
        ])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(odd, file))!);
            File.Copy(Path.Combine(project.Root, file), Path.Combine(odd, file));
        }

        var result = await new Dotnet(odd, clone.ConsumerPackages).RunAsync("build", "-tl:off", "-t:LorchRun", "-p:Task=T-1");

        result.Succeeded();
        Assert.True(new Records(odd).Has("receipts/T-1/completion.json"));
    }
}
