using Lorch.Testing;

namespace Lorch.Build.Tests;

public sealed class Solutions(ClonedRepository clone)
{
    private static readonly CSharpProject Plain = new() { HasPackage = false };

    [LongSet]
    [Theory]
    [InlineData("All.slnx")]
    [InlineData("All.sln")]
    public async Task A_solution_has_the_targets_itself_once_LorchInit_has_written_the_file(string solution)
    {
        LongTests.SkipUnlessAsked();
        using var project = await WithSolutionAsync(solution);
        (await project.BuildAsync("-t:LorchInit", "-p:LorchInitSolution=true")).Succeeded().Says("Directory.Solution.targets");

        (await BuildAsync(project, solution, "-t:LorchRun", "-p:Task=T-1")).Succeeded();
        (await BuildAsync(project, solution)).Succeeded();

        Assert.Single(project.Records.Ledgers);
    }

    [LongSet]
    [Fact]
    public async Task A_whole_solution_waits_where_it_has_the_tasks_and_all_its_projects_compile_what_came_of_them()
    {
        LongTests.SkipUnlessAsked();
        using var project = await WithSolutionAsync("All.slnx");
        project.BuilderWrites(("src/1.txt", "1\n"), ("One/New.cs", "public class NewOne { }\n"));
        project.Write("Directory.Solution.targets", $$"""
            <Project>
              <PropertyGroup><LorchOnBuild>true</LorchOnBuild></PropertyGroup>
              <ItemGroup><LorchTask Include="T-1" /></ItemGroup>
              <Import Project="Solution.targets" Sdk="Lorch.Build" Version="{{ClonedRepository.Version}}" />
            </Project>
            """);

        (await BuildAsync(project, "All.slnx")).Succeeded();
        (await BuildAsync(project, "All.slnx")).Succeeded().Says("T-1 up to date");

        var assembly = await File.ReadAllBytesAsync(
            Path.Combine(project.Root, "One/bin/Debug/net10.0/One.dll"),
            TestContext.Current.CancellationToken);
        Assert.True(assembly.AsSpan().IndexOf("NewOne"u8) > 0);
        Assert.Single(project.Records.Ledgers);
    }

    [LongSet]
    [Fact]
    public async Task LorchInit_writes_nothing_over_a_file_and_says_what_to_add_to_it()
    {
        LongTests.SkipUnlessAsked();
        using var project = await WithSolutionAsync("All.slnx");
        project.Write("Directory.Solution.targets", "<Project />");
        project.Write(".gitignore", "bin/\n");

        var result = await project.BuildAsync(
            "-t:LorchInit",
            "-p:LorchInitSolution=true",
            "-p:LorchInitGitIgnore=true",
            "-p:LorchInitProject=true");

        result.Succeeded()
            .Says($"""Add to it: <Import Project="Solution.targets" Sdk="Lorch.Build" Version="{ClonedRepository.Version}" />""")
            .Says("Add to it: /contents/ /events/ /logs/ /reports/ /state/ /transcripts/")
            .Says("Written: ").Says("lorch.v1.json");
        Assert.Equal("<Project />", project.Read("Directory.Solution.targets"));
        Assert.Equal("bin/\n", project.Read(".gitignore"));
        Assert.True(project.Records.Has("lorch/lorch.proj"));
    }

    private async Task<LorchProject> WithSolutionAsync(string solution)
    {
        var project = new LorchProject(clone);
        project.Write("One/One.csproj", Plain);
        project.Write("Two/Two.csproj", Plain);
        project.Write("All.slnx", """<Solution><Project Path="One/One.csproj" /><Project Path="Two/Two.csproj" /></Solution>""");
        if (solution == "All.sln")
        {
            (await project.Dotnet.RunAsync("new", "sln", "--format", "sln", "-n", "All")).Succeeded();
            (await project.Dotnet.RunAsync("sln", "All.sln", "add", "One", "Two")).Succeeded();
        }

        return project;
    }

    private static Task<CommandResult> BuildAsync(LorchProject project, string solution, params string[] arguments) =>
        project.Dotnet.RunAsync(["build", solution, "-tl:off", .. arguments]);
}
