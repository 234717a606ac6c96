using Lorch.Testing;

namespace Lorch.Build.Tests;

public sealed class AcceptingInABuild(ClonedRepository clone)
{
    [Fact]
    public async Task LorchAccept_makes_work_by_hand_done_and_records_who_says_so_and_why()
    {
        using var project = new LorchProject(clone);
        project.Write("src/1.txt", "by hand\n");
        project.Happen("git init -q . && git config user.name 'Ann Ong'");

        var why = await project.MsBuildAsync("-restore", "-t:LorchWhy", "-p:Task=T-1", "-p:LorchStatusFile=why.json");
        var accepted = await project.MsBuildAsync("-t:LorchAccept", "-p:Task=T-1", "-p:Reason=by hand%3B 'all' of it");
        var run = await project.MsBuildAsync("-t:LorchRun", "-p:Task=T-1");

        why.Succeeded()
            .Says("T-1 was never done: it has never been completed")
            .Says("or say that it is done as it is: dotnet build -t:LorchAccept -p:Task=T-1");
        Assert.Equal("never_done", project.Records.Json("why.json").GetProperty("tasks")[0].GetProperty("state").GetString());
        accepted.Succeeded().Says("accepted by Ann Ong: by hand; 'all' of it").Says("src/1.txt");
        run.Succeeded().Says("T-1 up to date (snap-").Says(", accepted)");
        Assert.Equal("by hand\n", project.Read("src/1.txt"));
        Assert.Single(project.Records.Ledgers);
    }

    [LongSet]
    [Fact]
    public async Task LorchAccept_of_all_projects_of_a_solution_is_said_once_and_asks_for_a_task()
    {
        LongTests.SkipUnlessAsked();
        using var project = new LorchProject(clone);
        project.Write("src/1.txt", "by hand\n");
        project.Write("A/A.csproj", new CSharpProject());
        project.Write("B/B.csproj", new CSharpProject { FrameworkProperty = "TargetFrameworks" });
        project.Write("Both.slnx", """<Solution><Project Path="A/A.csproj" /><Project Path="B/B.csproj" /></Solution>""");

        (await project.Dotnet.RunAsync("build", "Both.slnx", "-tl:off", "-t:LorchAccept")).Failed()
            .Says("error LORCH1020")
            .Says("-t:LorchAccept -p:Task=T-0042");
        (await project.Dotnet.RunAsync("build", "Both.slnx", "-tl:off", "-m:2", "-t:LorchAccept", "-p:Task=T-1")).Succeeded()
            .Says("T-1 run-")
            .Says(" accepted by ");
        (await project.Dotnet.RunAsync("build", "A", "-tl:off", "-t:LorchRun", "-p:Task=T-1")).Succeeded().Says("T-1 up to date");

        Assert.Single(project.Records.Ledgers);
    }
}
