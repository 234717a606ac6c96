using Lorch.Testing;

namespace Lorch.Build.Tests;

/// <summary>
/// T-1, a task of project Writer, adds to and removes from the folder of project Reader, which MSBuild may have read already.
/// </summary>
public sealed class OnBuildOfSeveralProjects(ClonedRepository clone)
{
    private const string T1 = """<LorchTask Include="T-1" />""";
    private const string T2 = """<LorchTask Include="T-2" />""";
    private const string ReferenceToWriter = """<ProjectReference Include="../Writer/Writer.csproj" />""";

    [LongSet]
    [Theory]
    [InlineData("all projects were read at first, and another asked for the same task", T1 + T2 + ReferenceToWriter, "-graph")]
    [InlineData("it was read before what it references, and its own task is up to date", T2 + ReferenceToWriter)]
    [InlineData("it was read before what it references, and has no task", ReferenceToWriter, "-graph")]
    [InlineData("it was read before what it references, and both tasks are worked", T2 + ReferenceToWriter, "-m:1", true)]
    public async Task A_project_takes_up_what_was_worked_since_it_was_read(
        string because,
        string reader,
        string argument = "-m:1",
        bool bothStale = false)
    {
        LongTests.SkipUnlessAsked();
        using var project = await WithBothTasksWorkedAsync(reader);
        project.Write("specs/a.md", "A, changed\n");
        project.Write("specs/b.md", bothStale ? "B, changed\n" : "B\n");

        var first = await BuildAsync(project, argument);
        var assembly = await File.ReadAllBytesAsync(
            Path.Combine(project.Root, "Reader/bin/Debug/net10.0/Reader.dll"),
            TestContext.Current.CancellationToken);
        var second = await BuildAsync(project, "-bl:second.binlog");

        first.Succeeded().Says("T-1 completed");
        second.Succeeded().DoesNotSay(" completed");
        Assert.True(assembly.AsSpan().IndexOf("NewOne"u8) > 0, because);
        Assert.Equal(-1, assembly.AsSpan().IndexOf("OldOne"u8));
        Assert.True(project.Records.Has("Reader/bin/Debug/net10.0/deep/note.txt"));
        Assert.DoesNotContain("Csc", project.TasksIn("second.binlog"));
    }

    [LongSet]
    [Fact]
    public async Task A_project_whose_build_files_another_ones_task_changed_says_that_another_build_is_needed()
    {
        LongTests.SkipUnlessAsked();
        using var project = await WithBothTasksWorkedAsync(ReferenceToWriter);
        project.Write("specs/a.md", "A, changed\n");
        project.BuilderWrites(("src/1.txt", "1\n"), ("Reader/packages.lock.json", "{}\n"));

        (await BuildAsync(project)).Succeeded().Says("Reader.csproj : warning LORCH2030: ");
    }

    private async Task<LorchProject> WithBothTasksWorkedAsync(string reader)
    {
        var project = new LorchProject(clone, """
            { "id": "T-1", "goal": "One", "inputs": ["specs/a.md"], "expected_outputs": [{ "path": "src/1.txt" }] },
            { "id": "T-2", "goal": "Two", "inputs": ["specs/b.md"], "expected_outputs": [{ "path": "src/2.txt" }] }
            """);
        project.Write("specs/b.md", "B\n");
        (await project.LorchRunAsync()).Succeeded();

        project.BuilderWrites(
            ("src/1.txt", "1\n"),
            ("src/2.txt", "2\n"),
            ("Reader/New.cs", "public class NewOne { }\n"),
            ("Notes/deep/note.txt", "note\n"));
        project.Write("Writer/Writer.csproj", new CSharpProject
        {
            IsOnBuild = true,
            Items = T1,
            Ending = """
                <Target Name="Remove" BeforeTargets="AfterLorchRun">
                  <Delete Files="../Reader/Old.cs" />
                </Target>
                """,
        });
        project.Write("Reader/Reader.csproj", new CSharpProject
        {
            IsOnBuild = true,
            Items = reader + """<Content Include="../Notes/**/*.txt" CopyToOutputDirectory="PreserveNewest" />""",
        });
        project.Write("Reader/Old.cs", "public class OldOne { }\n");
        (await project.Dotnet.RunAsync("restore", "Reader", "-tl:off")).Succeeded();
        return project;
    }

    // One node: what is built in which order doesn't hang on the machine.
    private static Task<CommandResult> BuildAsync(LorchProject project, string argument = "-m:1") =>
        project.Dotnet.RunAsync("build", "Reader", "--no-restore", "-m:1", "-tl:off", argument);
}
