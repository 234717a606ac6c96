using Lorch.Testing;

namespace Lorch.Build.Tests;

public sealed class CleaningUp(PreparedWorkspace prepared) : IClassFixture<PreparedWorkspace>
{
    [LongSet]
    [Theory]
    [InlineData("build lorch.proj -t:LorchClean", false)]
    [InlineData("clean lorch.proj", true)]
    public async Task Forgets_the_key_files_and_nothing_that_was_proven(string command, bool isRare)
    {
        LongTests.SkipUnlessAsked(isRare);
        using var project = prepared.Copy();
        var before = Files(project).Where(file => !file.EndsWith(".key", StringComparison.Ordinal)).ToList();

        (await project.Dotnet.RunAsync([.. command.Split(' '), "-tl:off"])).Succeeded();

        Assert.Equal(before, Files(project));
    }

    [LongSet]
    [Fact]
    public async Task A_project_forgets_its_own_tasks_and_a_solution_all()
    {
        LongTests.SkipUnlessAsked();
        using var project = prepared.Copy();
        project.Write("One/One.csproj", new CSharpProject { Items = """<LorchTask Include="T-1" />""" });
        project.Write("Two/Two.csproj", new CSharpProject { Items = """<LorchTask Include="T-2" />""" });
        project.Write("None/None.csproj", new CSharpProject());
        project.Write("All.slnx", """
            <Solution><Project Path="One/One.csproj" /><Project Path="Two/Two.csproj" /><Project Path="None/None.csproj" /></Solution>
            """);
        (await project.Dotnet.RunAsync("restore", "All.slnx")).Succeeded();

        (await project.Dotnet.RunAsync("clean", "None", "-tl:off")).Succeeded();
        Assert.Equal(["T-1.key", "T-2.key"], KeyFiles(project));
        (await project.Dotnet.RunAsync("clean", "One", "-tl:off")).Succeeded();
        Assert.Equal(["T-2.key"], KeyFiles(project));
        (await project.LorchRunAsync()).Succeeded().Says("T-1 up to date").Says("T-2 up to date");
        (await project.Dotnet.RunAsync("clean", "All.slnx", "-tl:off")).Succeeded();
        Assert.Empty(KeyFiles(project));

        project.Write(
            "Directory.Solution.targets",
            $"""<Project><Import Project="Solution.targets" Sdk="Lorch.Build" Version="{ClonedRepository.Version}" /></Project>""");
        project.Write("All.slnx", """<Solution><Project Path="None/None.csproj" /></Solution>""");
        (await project.LorchRunAsync()).Succeeded().Says("T-1 up to date").Says("T-2 up to date");
        (await project.Dotnet.RunAsync("clean", "All.slnx", "-tl:off")).Succeeded();
        Assert.Empty(KeyFiles(project));
    }

    [LongSet]
    [Fact]
    public async Task A_root_that_has_projects_of_its_own_is_built_as_ever()
    {
        LongTests.SkipUnlessAsked();
        using var project = prepared.Copy();
        project.Delete("lorch.proj");
        project.Write("lorch/lorch.proj", $"<Project Sdk=\"Lorch.Build/{ClonedRepository.Version}\" />");
        project.Write(
            "Own.proj",
            """<Project><Target Name="Build"><Message Importance="high" Text="built as ever" /></Target></Project>""");
        project.Write("specs/a.md", "B\n");

        (await project.Dotnet.RunAsync("build", "-tl:off", "--no-restore")).Succeeded().Says("built as ever").DoesNotSay("T-1");
        (await project.Dotnet.RunAsync("build", "lorch", "-tl:off")).Succeeded().DoesNotSay("T-1");
        var history = project.Records.History;
        (await project.Dotnet.RunAsync("build", "lorch", "-tl:off", "-t:LorchRun")).Succeeded().Says("T-1 because specs/a.md changed");

        Assert.NotEqual(history, project.Records.History);
    }

    private static IEnumerable<string> KeyFiles(LorchProject project) =>
        Files(project).Where(file => file.EndsWith(".key", StringComparison.Ordinal)).Select(file => Path.GetFileName(file));

    private static List<string> Files(LorchProject project) =>
        [.. Directory.EnumerateFiles(project.Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}
