using Lorch.Testing;

namespace Lorch.Build.Tests;

/// <summary>
/// With <c>policy.concurrency</c> one build works several tasks at once. Its agents meet: none goes on before all have begun.
/// </summary>
public sealed class SeveralTasksAtOnce(ClonedRepository clone)
{
    private const string Tasks = """
        { "id": "T-1", "goal": "One", "inputs": ["specs/a.md"], "expected_outputs": [{ "path": "src/T-1.txt" }] },
        { "id": "T-2", "goal": "Two", "inputs": ["specs/a.md"], "expected_outputs": [{ "path": "src/T-2.txt" }] },
        { "id": "T-3", "goal": "Three", "inputs": ["specs/a.md"], "expected_outputs": [{ "path": "src/T-3.txt" }] },
        { "id": "T-4", "goal": "Four", "inputs": ["specs/a.md"], "expected_outputs": [{ "path": "src/T-4.txt" }], "depends_on": ["T-2"] }
        """;

    private const string Builder = """
        task=$(grep -o 'T-[0-9]' | head -n 1)
        touch "$MEETING/$task"
        tries=0
        until [ $(ls "$MEETING" | wc -l) -ge 3 ]; do
          tries=$((tries + 1))
          [ $tries -gt 1200 ] && exit 1
          sleep 0.05
        done
        [ "$task" = "$FAILING" ] && exit 1
        mkdir -p src
        echo $task > src/$task.txt
        """;

    [Fact]
    public async Task Are_worked_in_one_process_and_those_that_depend_on_them_follow()
    {
        using var project = Workspace(failing: "");

        (await project.Dotnet.RunAsync("build", "lorch.proj", "-t:LorchRun", "-m:1", "-tl:off")).Succeeded();

        Assert.Equal(4, project.Records.Ledgers.Count);
        Assert.All(["T-1", "T-2", "T-3", "T-4"], task => Assert.Equal($"{task}\n", project.Read($"src/{task}.txt")));
        (await project.Dotnet.RunAsync("build", "lorch.proj", "-t:LorchRun", "-question")).Succeeded();
    }

    [LongSet]
    [Theory]
    [InlineData("-m:2")]
    [InlineData("-mt")]
    [InlineData("-graph -isolate --no-restore")]
    public async Task Are_had_once_their_failure_included_by_projects_that_ask_for_different_ones(string switches)
    {
        LongTests.SkipUnlessAsked();
        using var project = Workspace(failing: "T-2");
        foreach (var (name, tasks) in new[] { ("One", "T-1;T-2"), ("Two", "T-2;T-3;T-4") })
        {
            project.Write(
                $"{name}/{name}.csproj",
                new CSharpProject { IsOnBuild = true, Items = $"""<LorchTask Include="{tasks}" />""" });
        }

        project.Write("All.slnx", """<Solution><Project Path="One/One.csproj" /><Project Path="Two/Two.csproj" /></Solution>""");
        (await project.Dotnet.RunAsync("restore", "All.slnx")).Succeeded();

        var result = await project.Dotnet.RunAsync(["build", "All.slnx", "-tl:off", .. switches.Split(' ')]);

        result.Failed().Says("T-4 wasn't started, because it depends on T-2");
        Assert.Equal(3, project.Records.Ledgers.Count);
        Assert.Single(project.Records.Events("system.attempt_failed"));

        // Once where it happened, and once in the summary.
        Assert.Equal(2, result.Output.Split('\n').Count(line => line.Contains(": error LORCH", StringComparison.Ordinal) && Names(line)));
    }

    private static bool Names(string line) => line.Contains("T-2 failed", StringComparison.Ordinal);

    private LorchProject Workspace(string failing)
    {
        var project = new LorchProject(clone, Tasks);
        var meeting = Directory.CreateDirectory(Path.Combine(project.Root, ".meeting")).FullName;
        project.Write("scripts/work.sh", Builder.ReplaceLineEndings("\n"));
        project.Write("lorch.json", project.Read("lorch.json")
            .Replace("\"policy\": {", "\"policy\": { \"isolation\": \"view\", \"concurrency\": 3,", StringComparison.Ordinal)
            .Replace(
                """{ "cmd": ["lorch-agent", "mock", "--type", "builder", "--script", "scripts/builder.json"] }""",
                $$"""{ "use": "exec:sh scripts/work.sh", "env": { "MEETING": "{{meeting}}", "FAILING": "{{failing}}" } }""",
                StringComparison.Ordinal));
        project.Dotnet.Environment["XDG_CACHE_HOME"] = Path.Combine(Path.GetTempPath(), $"lorch-views-{Path.GetFileName(project.Root)}");
        return project;
    }
}
