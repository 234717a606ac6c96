using System.Globalization;
using System.Text;
using System.Text.Json;
using Lorch.Core.Agents;
using Lorch.Core.Agents.Processes;
using Lorch.Core.Json;
using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

/// <summary>
/// Every text and list that can be long, around every limit: the run completes or ends with a code, and so does the next build.
/// </summary>
public sealed class ThingsThatAreTooLong
{
    private static readonly int[] Lengths = [131_000, 213_000, 262_144];

    private static readonly Dictionary<string, Func<int, string>> Tasks = new()
    {
        ["goal"] = length => Task(goal: new string('g', length)),
        ["goal of characters that grow"] = length => Task(goal: string.Concat(Enumerable.Repeat("\U0001F600", length / 4))),
        ["parameter"] = length => Task($$""","parameters":{"text":"{{new string('p', length)}}"}"""),
        ["parameter's name"] = length => Task($$""","parameters":{"{{new string('p', length)}}":1}"""),
        ["description of an output"] = length => Task(
            outputs: $$"""{"path":"src/hello.txt","description":"{{new string('d', length)}}"}"""),
        ["expected outputs"] = length => Task(
            outputs: string.Join(
                ',',
                Enumerable.Range(0, length / 40)
                    .Select(i => $$"""{"path":"src/{{i}}.txt","required":false}""")
                    .Prepend("""{"path":"src/hello.txt"}"""))),
        ["inputs"] = length => Task(
            inputs: string.Join(',', Enumerable.Range(0, length / 40).Select(i => $"\"specs/input-{i}/**\"").Prepend("\"specs/**\""))),
        ["produces"] = length => Task(
            $$""","produces":[{{string.Join(',', Enumerable.Range(0, length / 40).Select(i => $"\"src/made-{i}/**\"").Prepend("\"src/**\""))}}]"""),
        ["word of verify"] = length => Task($$""","verify":[{"cmd":["true","{{new string('v', length)}}"]}]"""),
    };

    private static readonly Dictionary<string, Func<ScriptedAgents, Command, string, AgentSignal>> Answers = new()
    {
        ["summary of a review"] = (agents, command, text) => agents.Say(
            command,
            EventName.ReviewCompleted,
            "changes_requested",
            $$"""{"summary":"{{text}}"}"""),
        ["finding"] = (agents, command, text) => agents.Say(
            command,
            EventName.ReviewCompleted,
            "changes_requested",
            $$"""{"findings":[{"message":"{{text}}"}]}"""),
        ["message of an error"] = (agents, command, text) => agents.Say(command, EventName.Error, payload: $$"""{"message":"{{text}}"}"""),
        ["code of an error"] = (agents, command, text) => agents.Say(command, EventName.Error, payload: $$"""{"code":"{{text}}"}"""),
        ["status"] = (agents, command, text) => agents.Say(command, EventName.ReviewCompleted, text),
        ["progress"] = (agents, command, text) => agents.Say(command, EventName.Log, payload: $$"""{"summary":"{{text}}"}"""),
        ["depth of a payload"] = (agents, command, text) => agents.Say(
            command,
            EventName.ReviewCompleted,
            "approved",
            $"{string.Concat(Enumerable.Repeat("{\"a\":", 59 + (text.Length % 4)))}1{new string('}', 59 + (text.Length % 4))}"),
        ["claimed path"] = (agents, command, text) => agents.Say(
            command,
            EventName.ReviewCompleted,
            "approved",
            artifacts: LedgerUnderTest.Produced($"src/{text}", "x")),
        ["reason of a rejection"] = (_, _, text) => new AgentSignal.Misspoke(
            (RejectedLine)MessageJson.Parse(Encoding.UTF8.GetBytes($$"""{"kind":"event","{{text}}":1}"""))),
        ["last words"] = (_, _, text) => new AgentSignal.Ended(
            new AgentExit
            {
                Pid = 1,
                ExitCode = 1,
                EndedBy = EndedBy.Itself,
                StderrTail = [.. Enumerable.Repeat(ShortText.Of(text, 4000), 20)]
            }),
    };

    public static TheoryData<string, int> LongTasks =>
        new(
            Tasks.Keys.SelectMany(what => Lengths, (what, length) => (what, length))
                .Append(("goal", 4_000_000))
                .Append(("goal", 5_000_000)));

    public static TheoryData<string, int> LongAnswers =>
        new(Answers.Keys.SelectMany(what => (int[])[17_000, 100_002, 261_499], (what, length) => (what, length)));

    [Theory]
    [MemberData(nameof(LongTasks))]
    public async Task Of_a_task_are_worked_or_refused_before_anything_is_begun(string what, int length)
    {
        using var workspace = new WorkspaceUnderTest(Tasks[what](length));

        var first = await EndAsync(workspace);
        var second = await EndAsync(workspace);

        Assert.Equal(first is null, second is null);
        Assert.Equal(first, second);
        if (first is not null)
        {
            Assert.Contains(first, (string[])[DiagnosticCode.TaskTooLong, DiagnosticCode.ArgumentTooLong]);
            Assert.Empty(workspace.RunIds);
        }

        workspace.Configure([WorkspaceUnderTest.OneTask]);
        Assert.Null(await EndAsync(workspace));
    }

    [Theory]
    [MemberData(nameof(LongAnswers))]
    public async Task That_an_agent_says_end_the_run_with_a_code_at_most_and_the_next_build_goes_on(string what, int length)
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Configure([WorkspaceUnderTest.OneTask], """{"retry":{"max_attempts":1,"backoff":{"initial_ms":0,"max_ms":0}}}""");
        var text = new string('x', length);
        workspace.Agents.Answer = command => command.Action is AgentAction.Review && command.Inputs.GetProperty("iteration").GetInt32() == 0
            ? [
                .. Enumerable.Repeat(Answers[what](workspace.Agents, command, text), 3),
                workspace.Agents.Say(command, EventName.ReviewCompleted, "approved")
            ]
            : workspace.Agents.Play(command);

        await EndAsync(workspace);
        workspace.Agents.Answer = command => workspace.Agents.Play(command);

        Assert.Null(await EndAsync(workspace));
        Assert.All(workspace.Said, line => Assert.InRange(line.Length, 0, 5_000));
        Assert.All(
            workspace.RunIds,
            run => Assert.All(workspace.Ledger(run), line => Assert.InRange(WireSize.Of(line), 1, 2 * Message.MaxBytes)));
        Assert.NotEmpty((await workspace.Open().StatusAsync(CancellationToken.None)).Tasks);
    }

    [Fact]
    public async Task Of_a_summary_reach_the_builder_whole_as_a_file()
    {
        using var workspace = new WorkspaceUnderTest();
        var summary = new string('s', 261_500);
        workspace.Agents.Answer = command => command.Action is AgentAction.Review && command.Inputs.GetProperty("iteration").GetInt32() == 0
            ? [workspace.Agents.Say(command, EventName.ReviewCompleted, "changes_requested", $$"""{"summary":"{{summary}}"}""")]
            : workspace.Agents.Play(command);

        await EndAsync(workspace);

        var cause = workspace.Agents.Received.Single(command => command.Action is AgentAction.ImplementChanges).Inputs.GetProperty("cause");
        Assert.EndsWith("more characters)", cause.GetProperty("summary").GetString(), StringComparison.Ordinal);
        Assert.Equal(summary, workspace.Read(cause.GetProperty("summary_file").GetProperty("path").GetString()!));
    }

    [Fact]
    public async Task Of_a_goal_lie_in_a_file_before_the_agent_is_asked()
    {
        var goal = new string('\u20ac', 100_000);
        using var workspace = new WorkspaceUnderTest(Task(goal: goal));
        var read = "";
        workspace.Agents.Answer = command =>
        {
            read = workspace.Read(command.Inputs.GetProperty("goal_file").GetProperty("path").GetString()!);
            return workspace.Agents.Play(command);
        };

        await EndAsync(workspace);

        Assert.Equal(goal, read);
    }

    [LongSet]
    [Theory]
    [InlineData(2_000, true)]
    [InlineData(20_000, false)]
    public async Task In_number_are_proven_or_refused_without_a_receipt(int files, bool isProven)
    {
        LongTests.SkipUnlessAsked(!isProven);
        using var workspace = new WorkspaceUnderTest();
        workspace.Configure([WorkspaceUnderTest.OneTask], """{"retry":{"max_attempts":1,"backoff":{"initial_ms":0,"max_ms":0}}}""");
        workspace.Write("src/x", "x");
        var made = workspace.Agents.Describe("src/x");
        var names = Enumerable.Range(0, files).Select(i => string.Create(CultureInfo.InvariantCulture, $"src/{i}.txt")).ToList();
        names.Where(_ => isProven).ToList().ForEach(name => workspace.Write(name, "x"));
        workspace.Agents.Answer = command => command.Action is AgentAction.Implement
            ? [
                .. names.Chunk(1000)
                    .Select(
                        chunk => workspace.Agents.Say(
                            command,
                            EventName.ArtifactProduced,
                            artifacts: [.. chunk.Select(name => made with { Path = RelativePath.Parse(name) })])),
                .. workspace.Agents.Play(command)
            ]
            : workspace.Agents.Play(command);

        var code = await EndAsync(workspace);

        Assert.Equal(isProven ? null : DiagnosticCode.ArtifactRejected, code);
        Assert.InRange(workspace.Events(workspace.RunIds[0]).Count(name => name == "system.artifact_rejected"), isProven ? 0 : 1, 100);
    }

    [LongSet]
    [Fact]
    public async Task In_total_for_the_line_that_completes_the_run_fail_the_step_before_it_is_proven()
    {
        LongTests.SkipUnlessAsked();
        using var workspace = new WorkspaceUnderTest();
        workspace.Configure([WorkspaceUnderTest.OneTask], """{"retry":{"max_attempts":1,"backoff":{"initial_ms":0,"max_ms":0}}}""");
        var folder = "src/" + string.Join('/', Enumerable.Repeat(new string('\u0001', 250), 15));
        workspace.Agents.Answer = command => command.Action is AgentAction.Implement
            ? [
                .. Enumerable.Range(0, 700)
                    .Chunk(10)
                    .Select(numbers => workspace.Agents.Say(command, EventName.ArtifactProduced, artifacts: [.. numbers.Select(Produce)])),
                .. workspace.Agents.Play(command)
            ]
            : workspace.Agents.Play(command);

        var (first, second) = (await EndAsync(workspace), await EndAsync(workspace));

        Assert.Equal((DiagnosticCode.LedgerLineTooLong, DiagnosticCode.LedgerLineTooLong), (first, second));
        Assert.Empty(workspace.Receipts());

        Artifact Produce(int number) => workspace.Agents.Produce(string.Create(CultureInfo.InvariantCulture, $"{folder}/{number}"), "x");
    }

    [Fact]
    public async Task For_the_lines_of_an_agent_of_the_package_end_with_a_code()
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Configure([WorkspaceUnderTest.OneTask], """{"retry":{"max_attempts":1,"backoff":{"initial_ms":0,"max_ms":0}}}""");
        workspace.Agents.Answer = command =>
        {
            var said = workspace.Agents.Say(
                command,
                EventName.BuilderCompleted,
                artifacts: LedgerUnderTest.Produced($"src/{new string('x', 2000)}", "x")).Event;
            return [.. ShortMessage.Fit(said, 1024).Cast<Event>().Select(line => new AgentSignal.Spoke(line))];
        };

        Assert.Equal(DiagnosticCode.MessageTooLong, await EndAsync(workspace));
    }

    private static string Task(
        string more = "",
        string goal = "greet",
        string inputs = "\"specs/**\"",
        string outputs = """{"path":"src/hello.txt"}""") =>
        $$"""{"id":"T-1","goal":{{JsonSerializer.Serialize(goal)}},"inputs":[{{inputs}}],"expected_outputs":[{{outputs}}]{{more}}}""";

    /// <summary>Builds; gives the code of the error that it ends with, null if it completes. Anything but a code fails the test.</summary>
    private static async Task<string?> EndAsync(WorkspaceUnderTest workspace)
    {
        try
        {
            var result = await workspace.RunAsync();
            return result.Outcome is RunOutcome.Completed or RunOutcome.UpToDate
                ? null
                : Assert.Single(result.Diagnostics, diagnostic => diagnostic.Severity is DiagnosticSeverity.Error).Code;
        }
        catch (LorchException exception)
        {
            Assert.InRange(exception.Diagnostic.Message.Length, 1, 5_000);
            return exception.Diagnostic.Code;
        }
    }
}
