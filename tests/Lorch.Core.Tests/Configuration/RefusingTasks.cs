using static Lorch.Core.Tests.Configuration.RefusingAConfiguration;

namespace Lorch.Core.Tests.Configuration;

public sealed class RefusingTasks
{
    public static TheoryData<string> InvalidIds { get; } = ["../x", "", ".hidden", "a b", "-a", "ä", new string('a', 65)];

    [Theory]
    [MemberData(nameof(InvalidIds))]
    public void With_an_id_that_can_not_name_a_folder(string id)
    {
        var text = ConfigurationText.WithTasks($"{{\"id\": \"{id}\", \"goal\": \"g\"}}");

        AssertRefused(text, DiagnosticCode.InvalidTaskId, 5, 8, "$.tasks[0].id: found the text", "1 to 64 letters", "Choose another name");
    }

    [Fact]
    public void With_a_dependency_that_can_not_be_an_id()
    {
        var text = ConfigurationText.WithTasks("""{"id": "T-1", "goal": "g", "depends_on": ["../x"]}""");

        AssertRefused(
            text,
            DiagnosticCode.InvalidTaskId,
            5,
            43,
            "$.tasks[0].depends_on[0]: found the text '../x'",
            "1 to 64 letters",
            "Choose another name");
    }

    [Theory]
    [InlineData("T-1", "expected an id of its own for each task. Rename")]
    [InlineData("t-1", "differ only in case")]
    public void With_an_id_that_another_task_has(string second, string why)
    {
        var text = ConfigurationText.WithTasks("""{"id": "T-1", "goal": "g"}""", $"{{\"id\": \"{second}\", \"goal\": \"g\"}}");

        AssertRefused(
            text,
            DiagnosticCode.DuplicateTask,
            6,
            8,
            $"$.tasks[1].id: found the id '{second}' after another task with the id 'T-1' (line 5)",
            why,
            "Rename one");
    }

    [Theory]
    [InlineData("T-0043", "Did you mean 'T-0042'?")]
    [InlineData("something-else", "Add the task, or remove the dependency")]
    public void With_a_dependency_that_is_not_there(string wanted, string remedy)
    {
        var text = ConfigurationText.WithTasks(
            """{"id": "T-0042", "goal": "g"}""",
            $"{{\"id\": \"X\", \"goal\": \"g\", \"depends_on\": [\"T-0042\", \"{wanted}\"]}}");

        AssertRefused(
            text,
            DiagnosticCode.UnknownDependency,
            6,
            51,
            $"$.tasks[1].depends_on[1]: found a dependency on '{wanted}'",
            "expected the id of a task",
            remedy);
    }

    [Fact]
    public void That_wait_for_each_other()
    {
        var text = ConfigurationText.WithTasks(
            """{"id": "T-1", "goal": "g", "depends_on": ["T-2"]}""",
            """{"id": "T-2", "goal": "g", "depends_on": ["T-1"]}""");

        AssertRefused(text, DiagnosticCode.TaskCycle, 6, 43, "T-1 -> T-2 -> T-1", "expected dependencies without a circle", "Remove one");
    }

    [Fact]
    public void That_wait_for_themselves()
    {
        var text = ConfigurationText.WithTasks("""{"id": "T-1", "goal": "g", "depends_on": ["T-1"]}""");

        AssertRefused(text, DiagnosticCode.TaskCycle, 5, 43, "T-1 -> T-1", "expected dependencies without a circle", "Remove one");
    }

    [Fact]
    public void That_wait_for_a_circle_of_others_by_naming_the_circle_alone()
    {
        var text = ConfigurationText.WithTasks(
            """{"id": "A", "goal": "g", "depends_on": ["D"]}""",
            """{"id": "B", "goal": "g", "depends_on": ["C"]}""",
            """{"id": "C", "goal": "g", "depends_on": ["E", "D"]}""",
            """{"id": "D", "goal": "g", "depends_on": ["B"]}""",
            """{"id": "E", "goal": "g"}""");

        AssertRefused(
            text,
            DiagnosticCode.TaskCycle,
            8,
            41,
            "each other: B -> C -> D -> B,",
            "expected dependencies without a circle",
            "Remove one");
    }

    [Fact]
    public void That_regenerate_their_files_from_nothing() => AssertRefused(
        ConfigurationText.WithTasks("""{"id": "T-1", "goal": "g", "regenerate": true}"""),
        DiagnosticCode.ConfigurationInvalidValue,
        5,
        42,
        "$.tasks[0].regenerate",
        "expected false, because the task declares no inputs that its files could equal",
        "Add \"inputs\"");

    [Theory]
    [InlineData("""{"id": "T-2", "goal": "g", "depends_on": ["T-1"], "inputs": ["src/**"], "expected_outputs": [{"path": "src/a.cs"}]}""")]
    [InlineData("""{"id": "T-2", "goal": "g", "depends_on": ["M"], "inputs": ["src/**"], "expected_outputs": [{"path": "src/a.cs"}]}""")]
    [InlineData("""{"id": "T-2", "goal": "g", "inputs": ["specs/**"], "expected_outputs": [{"path": "src/b.cs"}]}""")]
    [InlineData("""{"id": "T-2", "goal": "g"}""")]
    [InlineData("""{"id": "T-2", "goal": "g", "inputs": ["src/b.cs"], "expected_outputs": [{"path": "src/b.cs"}]}""")]
    [InlineData("""{"id": "T-2", "goal": "g", "inputs": ["src/**"], "expected_outputs": [{"path": "src/a.cs"}]}""")]
    [InlineData("""{"id": "T-2", "goal": "g", "inputs": ["src/**"], "regenerate": true}""")]
    public void But_not_for_touching_the_same_files(string second)
    {
        var text = ConfigurationText.WithTasks(
            """{"id": "T-1", "goal": "g", "expected_outputs": [{"path": "src/a.cs"}]}""",
            """{"id": "M", "goal": "g", "depends_on": ["T-1"]}""",
            second);

        Assert.Equal(3, ConfigurationText.Read(text).Tasks.Count);
    }
}
