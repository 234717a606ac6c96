using Lorch.Testing;

namespace Lorch.Build.Tests;

public sealed class CleaningUp(PreparedWorkspace prepared) : IClassFixture<PreparedWorkspace>
{
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

    [Fact]
    public async Task A_root_that_has_projects_of_its_own_is_built_as_ever()
    {
        LongTests.SkipUnlessAsked();
        using var project = prepared.Copy();
        project.Delete("lorch.proj");
        project.Write("lorch/lorch.proj", "<Project Sdk=\"Lorch.Build/0.1.0\" />");
        project.Write("Own.proj", """<Project><Target Name="Build"><Message Importance="high" Text="built as ever" /></Target></Project>""");
        project.Write("specs/a.md", "B\n");

        (await project.Dotnet.RunAsync("build", "-tl:off", "--no-restore")).Succeeded().Says("built as ever").DoesNotSay("T-1");
        (await project.Dotnet.RunAsync("build", "lorch", "-tl:off")).Succeeded().DoesNotSay("T-1");
        var history = project.Records.History;
        (await project.Dotnet.RunAsync("build", "lorch", "-tl:off", "-t:LorchRun")).Succeeded().Says("T-1 because specs/a.md changed");

        Assert.NotEqual(history, project.Records.History);
    }

    private static List<string> Files(LorchProject project) =>
        [.. Directory.EnumerateFiles(project.Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}
