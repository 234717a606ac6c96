using Lorch.Testing;

namespace Lorch.Build.Tests;

public sealed class BeginningAndLooking(ClonedRepository clone)
{
    [Fact]
    public async Task Without_a_configuration_the_error_names_LorchInit()
    {
        using var project = new LorchProject(clone);
        project.Delete("lorch.json");

        (await project.LorchRunAsync()).Failed().Says("error LORCH1001").Says("LorchInit");
    }

    [Fact]
    public async Task LorchInit_writes_a_configuration_that_can_be_read_a_first_task_and_the_schema()
    {
        using var project = new LorchProject(clone);
        project.Delete("lorch.json");
        project.Write("App.slnx", "<Solution />");

        (await project.BuildAsync("-t:LorchInit")).Succeeded().Says("lorch.json").Says("dotnet build -t:LorchRun -p:Task=T-0001");

        var schema = project.Records.Json("lorch.json").GetProperty("$schema").GetString()!;
        var original = Path.Combine(ClonedRepository.Repository, "schemas", "v1", "lorch.v1.json");
        Assert.Equal(await File.ReadAllTextAsync(original, TestContext.Current.CancellationToken), project.Read(schema));
        Assert.Contains("\nverify: [[dotnet, test, App.slnx]]\n---\n", project.Read("tasks/T-0001.md"), StringComparison.Ordinal);
        (await project.LorchRunAsync("-question")).Failed().Says("LORCH4006: T-0001 ");
    }

    [Fact]
    public async Task LorchInit_never_writes_over_a_file()
    {
        using var project = new LorchProject(clone);
        var before = project.Read("lorch.json");

        (await project.BuildAsync("-t:LorchInit")).Says("LORCH2020");

        Assert.Equal(before, project.Read("lorch.json"));
        Assert.False(Directory.Exists(Path.Combine(project.Root, "tasks")));
    }

    [Fact]
    public async Task LorchInit_puts_a_project_into_a_folder_of_its_own_where_there_are_others()
    {
        using var project = new LorchProject(clone);
        project.Write("App.csproj", $"<Project Sdk=\"Lorch.Build/{ClonedRepository.Version}\" />");
        project.Delete("lorch.proj");
        project.Delete("lorch.json");

        (await project.Dotnet.RunAsync("build", "App.csproj", "-tl:off", "-t:LorchInit", "-p:LorchInitProject=true"))
            .Succeeded().Says("App.csproj").Says("dotnet build lorch -t:LorchRun");

        Assert.Equal($"<Project Sdk=\"Lorch.Build/{ClonedRepository.Version}\" />\n", project.Read("lorch/lorch.proj"));
        (await project.Dotnet.RunAsync("build", "lorch", "-tl:off", "-t:LorchSnapshot")).Succeeded();
    }

    [Fact]
    public async Task LorchSnapshot_says_what_changed_since_the_last_one()
    {
        using var project = new LorchProject(clone);
        project.Write("specs/b.md", "B\n");
        (await project.BuildAsync("-t:LorchSnapshot")).Succeeded().Says("2 files");
        project.Write("specs/a.md", "changed\n");
        project.Write("specs/c.md", "C\n");
        project.Delete("specs/b.md");

        var result = await project.BuildAsync("-t:LorchSnapshot");

        result.Succeeded().Says("added specs/c.md").Says("removed specs/b.md").Says("changed specs/a.md");
        Assert.Equal(2, project.Records.Manifests.Count);
        var ids = project.Records.Manifests.Select(file => Path.GetFileName(file).Split('.')[0]).ToList();
        var between = await project.MsBuildAsync("-t:LorchSnapshot", $"-p:From={ids[0]}", $"-p:To={ids[1]}");
        between.Succeeded().Says($"Changed since {ids[0]}: 1 added, 1 removed, 1 changed, 0 renamed.");
        (await project.MsBuildAsync("-t:LorchSnapshot", "-p:From=snap-0", $"-p:To={ids[1]}")).Failed().Says("error LORCH2026");
    }

    [LongSet]
    [Fact]
    public async Task LorchPrune_removes_what_nothing_needs_and_the_work_stays_done()
    {
        LongTests.SkipUnlessAsked();
        using var project = new LorchProject(clone);
        (await project.MsBuildAsync("-restore", "-t:LorchRun", "-p:Task=T-1")).Succeeded();
        (await project.MsBuildAsync("-t:LorchRun", "-p:Task=T-1", "-p:LorchForce=true")).Succeeded();
        var before = project.Records.History;

        (await project.MsBuildAsync("-t:LorchPrune")).Failed().Says("error LORCH1020").Says("LorchPruneDays");
        (await project.MsBuildAsync("-t:LorchPrune", "-p:LorchPruneKeep=0", "-p:DryRun=true")).Succeeded()
            .Says("ledgers: would remove 1,")
            .Says("1 more are old but needed");
        Assert.Equal(before, project.Records.History);
        (await project.MsBuildAsync("-t:LorchPrune", "-p:LorchPruneKeep=0")).Succeeded()
            .Says("ledgers: removed 1,")
            .Says("transcripts: removed 2,");

        Assert.Single(project.Records.Ledgers);
        (await project.MsBuildAsync("-t:LorchVerify")).Succeeded().Says("Nothing is damaged");
        (await project.MsBuildAsync("-t:LorchRun", "-p:Task=T-1")).Succeeded().Says("T-1 up to date");
    }

    [Fact]
    public async Task An_agent_that_does_not_exist_is_an_error_that_names_it()
    {
        using var project = new LorchProject(clone);
        project.Write("lorch.json", project.Read("lorch.json")
            .Replace("""["lorch-agent", "mock", "--type", "builder",""", """["no-such-program",""", StringComparison.Ordinal));

        (await project.LorchRunAsync("-p:Task=T-1")).Failed().Says("error LORCH3001").Says("no-such-program");
    }

    [Fact]
    public async Task A_mistake_in_the_configuration_is_an_error_at_its_line()
    {
        using var project = new LorchProject(clone);
        project.Write("lorch.json", "{\n  \"version\": \"1.0\",\n  \"taks\": []\n}\n");

        var result = await project.LorchRunAsync();

        Assert.Matches(@"lorch\.json\(3,\d+\): error LORCH1004: .*tasks", result.Failed().Output);
    }

    [Fact]
    public async Task An_engine_that_is_too_old_is_told_so_before_any_task_is_loaded()
    {
        using var project = new LorchProject(clone);

        var result = await project.LorchRunAsync("-p:_LorchEngineVersion=17.14.0", "-p:LorchTaskAssembly=/nowhere/Lorch.Build.dll");

        result.Failed().Says("error LORCH1021").DoesNotSay("MSB4062");
    }
}
