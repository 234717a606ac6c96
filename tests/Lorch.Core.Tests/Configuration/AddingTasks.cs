using System.Text.Json;
using Lorch.Core.Configuration;
using Lorch.Core.Protocol;
using Lorch.Core.Workflows;

namespace Lorch.Core.Tests.Configuration;

public sealed class AddingTasks
{
    private static readonly TaskDefinition Task = new()
    {
        Id = TaskId.Parse("T-2"),
        Goal = "g",
        Inputs = ["src/**"],
        ExpectedOutputs = [new ExpectedOutput { Path = RelativePath.Parse("src/b.cs") }],
        DependsOn = [TaskId.Parse("T-1")],
    };

    [Fact]
    public void Puts_them_behind_those_of_the_file()
    {
        var configuration = Configuration().AddTasks([Task]);

        Assert.Equal(["T-1", "T-2"], configuration.Tasks.Select(task => task.Id.ToString()));
    }

    [Fact]
    public void Writes_their_members_as_a_file_would_hold_them()
    {
        var full = Task with { Parameters = JsonElement.Parse("""{"n":1}"""), Produces = ["src/**"] };

        Assert.Equal("""{"goal":"g","inputs":["src/**"],"expected_outputs":[{"path":"src/b.cs"}]}""", Task.Members.GetRawText());
        Assert.Equal(
            """{"goal":"g","inputs":["src/**"],"expected_outputs":[{"path":"src/b.cs"}],"parameters":{"n":1},"produces":["src/**"]}""",
            full.Members.GetRawText());
    }

    public static TheoryData<TaskDefinition, string, string> Refusals { get; } = new()
    {
        { Task with { Goal = " " }, DiagnosticCode.ConfigurationInvalidValue, "found an empty goal" },
        { Task with { Inputs = ["../x"] }, DiagnosticCode.InvalidGlob, "found '../x'" },
        { Task with { Produces = ["/x"] }, DiagnosticCode.InvalidGlob, "found '/x'" },
        { Task with { Inputs = ["src/obj/**"] }, DiagnosticCode.UntrackedInput, "not of 'obj'" },
        { Task with { Id = TaskId.Parse("T-1"), DependsOn = [] }, DiagnosticCode.DuplicateTask, "found the id 'T-1'" },
        { Task with { DependsOn = [TaskId.Parse("T-3")] }, DiagnosticCode.UnknownDependency, "Did you mean" },
        { Task with { DependsOn = [Task.Id] }, DiagnosticCode.TaskCycle, "T-2 -> T-2" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Refuses_what_a_file_is_refused_for(TaskDefinition task, string code, string text)
    {
        var placed = task with { File = "/workspace/lorch.proj", Line = 7, Column = 5 };

        var diagnostic = Assert.Throws<LorchException>(() => Configuration().AddTasks([placed])).Diagnostic;

        Assert.Equal((code, "/workspace/lorch.proj", 7, 5), (diagnostic.Code, diagnostic.File, diagnostic.Line, diagnostic.Column));
        Assert.Contains(text, diagnostic.Message, StringComparison.Ordinal);
        Assert.StartsWith($"Task {task.Id}: ", diagnostic.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Needs_a_builder_and_something_that_judges()
    {
        var without = ConfigurationText.Read("""{"version":"1.0"}""");
        var alone = ConfigurationText.Read("""{"version":"1.0","agents":{"builder":{"cmd":["b"]}}}""");

        var noBuilder = Assert.Throws<LorchException>(() => without.AddTasks([Task])).Diagnostic;
        var noJudge = Assert.Throws<LorchException>(() => alone.AddTasks([Task])).Diagnostic;

        Assert.Equal((DiagnosticCode.MissingAgent, DiagnosticCode.NothingJudges), (noBuilder.Code, noJudge.Code));
        Assert.Single(alone.AddTasks([Task with { DependsOn = [], IsUnchecked = true }]).Tasks);
    }

    private static LorchConfiguration Configuration() => ConfigurationText.Read(
        ConfigurationText.WithTasks("""{"id": "T-1", "goal": "g", "expected_outputs": [{"path": "src/a.cs"}]}"""));
}
