using System.Text.Json;
using Lorch.Core.Configuration;
using Lorch.Core.Configuration.Beginning;
using Lorch.Core.Workflows;
using Lorch.Testing;

namespace Lorch.Core.Tests.Configuration;

/// <summary>The lorch.json and the task file that a repository starts with, read as a run reads them.</summary>
public sealed class TheFirstTask
{
    private const string Npm = """{"scripts":{"test":"jest"}}""";

    /// <summary>The files of a repository, each as its name and its text, and the commands that test it.</summary>
    public static TheoryData<string[], string?> Repositories { get; } = new()
    {
        { [], null },
        { ["My App.slnx", ""], "dotnet test" },
        { ["App.sln", "", "lorch.json.bak", ""], "dotnet test" },
        { ["App.csproj", ""], "dotnet test" },
        { ["a: b, [c] \"d\" é #.slnx", "", "App.csproj", ""], "dotnet test a: b, [c] \"d\" é #.slnx" },
        { ["App.fsproj", "", "lorch.proj", ""], "dotnet test App.fsproj" },
        { ["lorch.proj", ""], null },
        { ["One.slnx", "", "Two.slnx", ""], null },
        { ["One.csproj", "", "Two.csproj", "", "Cargo.toml", ""], null },
        { ["package.json", Npm], "npm test" },
        { ["package.json", """{"scripts":{"test":"echo \"Error: no test specified\" && exit 1"}}"""], null },
        { ["package.json", """{"scripts":{"test":""}}"""], null },
        { ["package.json", """{"scripts":["test"]}"""], null },
        { ["package.json", "[]"], null },
        { ["package.json", "{"], null },
        { ["Cargo.toml", ""], "cargo test" },
        { ["go.mod", ""], "go test ./..." },
        { ["pyproject.toml", "[tool.pytest.ini_options]"], "pytest" },
        { ["pyproject.toml", "[project]"], null },
        { ["go.mod", "", "package.json", Npm], "npm test; go test ./..." },
        { ["sub/App.slnx", ""], null },
    };

    [Theory]
    [MemberData(nameof(Repositories))]
    public void Is_verified_by_the_tests_that_the_repository_has(string[] files, string? commands)
    {
        Assert.SkipWhen(
            OperatingSystem.IsWindows() && Array.Exists(files, file => file.Contains("a: b", StringComparison.Ordinal)),
            "No name holds that there.");
        using var workspace = new TemporaryWorkspace();
        for (var at = 0; at < files.Length; at += 2)
        {
            workspace.Write(files[at], files[at + 1]);
        }

        var task = ReadFirstTask(workspace);

        Assert.Equal(commands, task.Verify is { } verify ? string.Join("; ", verify.EnumerateArray().Select(Words)) : null);
        Assert.Equal(("T-0001", "docs/building.md"), (task.Id.ToString(), task.ExpectedOutputs.Single().Path.ToString()));
        Assert.StartsWith("# How to build and test this repository\n", task.Goal, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_the_choices_where_the_tests_could_be_in_several()
    {
        using var workspace = new TemporaryWorkspace();
        workspace.Write("One.slnx", "");
        workspace.Write("Two.slnx", "");

        var text = FirstTask.GetText(workspace.Root);

        Assert.Contains(
            "\n# This folder has One.slnx and Two.slnx: name the one with the tests.\n# verify: [[dotnet, test, One.slnx]]\n",
            text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Every_line_of_its_front_matter_can_be_used()
    {
        using var workspace = new TemporaryWorkspace();
        workspace.Write("tasks/T-0000.md", "---\n---\nGoal");
        var text = FirstTask.GetText(workspace.Root)
            .Split('\n')
            .Select(
                line => line.StartsWith("# ", StringComparison.Ordinal) && line.Contains(": [", StringComparison.Ordinal)
                    ? line[2..]
                    : line);
        Write(workspace, string.Join('\n', text));

        var task = ConfigurationFile.Load(workspace.At("lorch.json")).Tasks.Single(task => task.Id.ToString() == FirstTask.Id);

        Assert.Equal(["specs/greeting.md"], task.Inputs!);
        Assert.Equal("T-0000", Assert.Single(task.DependsOn).ToString());
        Assert.Equal("make test", Words(task.Verify!.Value[0]));
    }

    [Fact]
    public void Says_the_same_wherever_the_repository_lies_and_ends_its_lines_alike_on_every_system()
    {
        using var workspace = new TemporaryWorkspace();
        workspace.Write("a ü/x", "");

        var text = FirstTask.GetText(workspace.At("a ü"));

        Assert.Equal(FirstTask.GetText(workspace.At("not there")), text);
        Assert.DoesNotContain('\r', text);
        Assert.EndsWith(".\n", text, StringComparison.Ordinal);
    }

    private static TaskDefinition ReadFirstTask(TemporaryWorkspace workspace)
    {
        Write(workspace, FirstTask.GetText(workspace.Root));
        return ConfigurationFile.Load(workspace.At("lorch.json")).Tasks.Single();
    }

    private static void Write(TemporaryWorkspace workspace, string task)
    {
        workspace.Write("lorch.json", DefaultConfiguration.GetText("lorch.v1.json", "claude-code"));
        workspace.Write($"tasks/{FirstTask.Id}.md", task);
    }

    private static string Words(JsonElement command) =>
        string.Join(' ', command.GetProperty("cmd").EnumerateArray().Select(word => word.GetString()));
}
