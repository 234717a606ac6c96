using Lorch.Core.Agents;
using Lorch.Core.Configuration;
using Lorch.Core.Protocol;
using Lorch.Core.Workflows;

namespace Lorch.Core.Tests.Configuration;

/// <summary>Who works a task: the agents that it names, the usual ones, or nobody.</summary>
public sealed class AgentsOfTasks
{
    private const string BuilderAlone = "\"agents\": {\"builder\": {\"cmd\": [\"b\"]}}";

    [Fact]
    public void Are_the_usual_ones_where_it_names_no_other()
    {
        var configuration = Read(
            "\"fast\": {\"cmd\": [\"f\"], \"timeouts_s\": {\"implement\": 7, \"review\": 8}, \"env\": {\"MODE\": \"fast\"}}",
            "{\"id\": \"T-1\", \"goal\": \"g\", \"agents\": {\"builder\": \"fast\"}}",
            "{\"id\": \"T-2\", \"goal\": \"g\", \"agents\": {\"reviewer\": \"fast\"}}",
            "{\"id\": \"T-3\", \"goal\": \"g\"}");

        Assert.Equal(["f r s", "b f s", "b r s"], configuration.Tasks.Select(task => Programs(configuration, task)));
        var (builder, reviewer) = (Member(configuration, 0, AgentType.Builder), Member(configuration, 1, AgentType.Reviewer));
        Assert.Equal(("fast", "fast", "fast"), (builder.Name, reviewer.Name, builder.Environment["MODE"]));
        Assert.Equal((7, 8), (builder.TimeoutOf(AgentAction.Implement).TotalSeconds, reviewer.TimeoutOf(AgentAction.Review).TotalSeconds));
        Assert.Null(Member(configuration, 0, AgentType.Reviewer).Name);
    }

    [Fact]
    public void Start_the_packages_agent_for_what_they_are_to_do()
    {
        var configuration = Read(
            "\"fast\": {\"use\": \"claude-code\", \"model\": \"small\"}",
            "{\"id\": \"T-1\", \"goal\": \"g\", \"agents\": {\"builder\": \"fast\", \"reviewer\": \"fast\"}}");

        Assert.Contains("builder", Member(configuration, 0, AgentType.Builder).Command);
        Assert.Contains("reviewer", Member(configuration, 0, AgentType.Reviewer).Command);
        Assert.Equal(
            """{"use":"claude-code","model":"small","env":{}}""",
            Member(configuration, 0, AgentType.Builder).Identity.GetRawText());
    }

    [Theory]
    [InlineData("", "r1", "b r1 s")]
    [InlineData(", \"spec_maintainer\": {\"cmd\": [\"s\"]}", null, "b s")]
    [InlineData("", null, "b")]
    public void Are_as_many_as_there_are(string others, string? reviewer, string programs)
    {
        var named = reviewer is null ? "" : ", \"agents\": {\"reviewer\": \"r1\", \"spec_maintainer\": \"s\"}";
        var configuration = ConfigurationText.Read($$$"""
            {"version": "1.0", "agents": {"builder": {"cmd": ["b"]}{{{others}}}}, "named_agents": {"r1": {"cmd": ["r1"]}, "s": {"cmd": ["s"]}},
             "tasks": [{"id": "T-1", "goal": "g", "unchecked": true{{{named}}}}]}
            """);

        Assert.Equal(programs, Programs(configuration, configuration.Tasks[0]));
    }

    [Fact]
    public void May_be_named_ones_alone() => Assert.Equal("b", Programs(
        ConfigurationText.Read("""
            {"version": "1.0", "named_agents": {"one": {"cmd": ["b"]}}, "defaults": {"agents": {"builder": "one"}, "verify": [{"cmd": ["make"]}]},
             "tasks": [{"id": "T-1", "goal": "g"}]}
            """)));

    [Fact]
    public void Are_no_part_of_what_is_asked_for()
    {
        var configuration = Read(
            "\"fast\": {\"cmd\": [\"f\"]}",
            "{\"id\": \"T-1\", \"goal\": \"g\", \"agents\": {\"builder\": \"fast\"}, \"unchecked\": true}");

        Assert.Equal("""{"goal":"g"}""", configuration.Tasks[0].Members.GetRawText());
    }

    [Theory]
    [InlineData("{\"id\": \"T-1\", \"goal\": \"g\"}")]
    [InlineData("{\"id\": \"T-1\", \"goal\": \"g\", \"verify\": []}")]
    [InlineData("{\"id\": \"T-1\", \"goal\": \"g\", \"unchecked\": false}")]
    [InlineData("{\"id\": \"T-1\", \"goal\": \"g\", \"agents\": {\"spec_maintainer\": \"fast\"}}")]
    public void Without_a_reviewer_something_else_must_judge(string task) => RefusingAConfiguration.AssertRefused(
        ConfigurationText.WithMember($"{BuilderAlone}, \"named_agents\": {{\"fast\": {{\"cmd\": [\"f\"]}}}},\n \"tasks\": [{task}]"),
        DiagnosticCode.NothingJudges,
        4,
        12,
        "$.tasks[0]: found a task without 'verify' and no reviewer",
        "expected something that judges",
        "\"unchecked\": true");

    [Theory]
    [InlineData("{\"id\": \"T-1\", \"goal\": \"g\", \"verify\": [{\"cmd\": [\"make\"]}]}")]
    [InlineData("{\"id\": \"T-1\", \"goal\": \"g\", \"unchecked\": true}")]
    [InlineData("{\"id\": \"T-1\", \"goal\": \"g\", \"status\": \"proposed\"}")]
    [InlineData("{\"id\": \"T-1\", \"goal\": \"g\", \"agents\": {\"reviewer\": \"fast\"}}")]
    public void Without_a_reviewer_these_may_do(string task) => Assert.Single(ConfigurationText.Read(
        ConfigurationText.WithMember($"{BuilderAlone}, \"named_agents\": {{\"fast\": {{\"cmd\": [\"f\"]}}}}, \"tasks\": [{task}]")).Tasks);

    [Fact]
    public void Of_a_task_file_are_refused_at_their_place_there()
    {
        const string json = """{"version": "1.0", "agents": {"builder": {"cmd": ["b"]}}, "named_agents": {"fast": {"cmd": ["f"]}}}""";

        var unjudged = Assert.Throws<LorchException>(
            () => ReadingTaskFiles.Read(json, ("T-1.md", "---\ninputs: [a]\n---\nGoal"))).Diagnostic;
        var unknown = Assert.Throws<LorchException>(
            () => ReadingTaskFiles.Read(json, ("T-1.md", "---\nagents: {builder: fsat}\n---\nGoal"))).Diagnostic;

        Assert.Equal((DiagnosticCode.NothingJudges, "/workspace/tasks/T-1.md"), (unjudged.Code, unjudged.File));
        Assert.Equal(
            (DiagnosticCode.UnknownAgent, "/workspace/tasks/T-1.md", 2, 9),
            (unknown.Code, unknown.File, unknown.Line, unknown.Column));
    }

    [Theory]
    [InlineData("fsat", "Did you mean 'fast'?")]
    [InlineData("builder", "Add it there, like \"named_agents\": {\"builder\": ")]
    public void That_are_nowhere_are_refused(string name, string remedy) => RefusingAConfiguration.AssertRefused(
        ConfigurationText.WithMember(
            $"{BuilderAlone}, \"named_agents\": {{\"fast\": {{\"cmd\": [\"f\"]}}}},\n \"tasks\": [{{\"id\": \"T-1\", \"goal\": \"g\", "
                + $"\"agents\": {{\"builder\": \"{name}\"}}}}]"),
        DiagnosticCode.UnknownAgent,
        4,
        49,
        $"$.tasks[0].agents: found the builder '{name}'",
        "expected the name of one of the named_agents",
        remedy);

    [Theory]
    [InlineData("", "found an agent named ''")]
    [InlineData("a b", "found an agent named 'a b'")]
    [InlineData("ü", "found an agent named 'ü'")]
    [InlineData("../a", "found an agent named '../a'")]
    public void Have_names_that_every_system_takes(string name, string found)
    {
        var diagnostic = ConfigurationText.Refused(ConfigurationText.WithMember($"\"named_agents\": {{\"{name}\": {{\"cmd\": [\"f\"]}}}}"));

        Assert.Equal((DiagnosticCode.ConfigurationInvalidValue, 3), (diagnostic.Code, diagnostic.Line));
        Assert.Contains(found, diagnostic.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"named_agents\": {\"fast\": {\"cmd\": []}}", "$.named_agents.fast.cmd")]
    [InlineData("\"named_agents\": {\"fast\": {\"cmd\": [\"a\"], \"timeouts_s\": {\"update_spec\": 0}}}", "timeouts_s.update_spec")]
    [InlineData(
        "\"named_agents\": {\"fast\": {\"cmd\": [\"a\"], \"timeouts_s\": {\"build\": 1}}}",
        "expected one of implement, implement_changes, review, update_spec")]
    [InlineData("\"named_agents\": []", "$.named_agents")]
    [InlineData("\"tasks\": [{\"id\": \"T-1\", \"goal\": \"g\", \"agents\": {\"bulider\": \"a\"}}]", "Did you mean 'builder'?")]
    [InlineData(
        "\"tasks\": [{\"id\": \"T-1\", \"goal\": \"g\", \"agents\": {\"builder\": 1}}]", "$.tasks[0].agents.builder: found the number 1")]
    [InlineData("\"tasks\": [{\"id\": \"T-1\", \"goal\": \"g\", \"agents\": [\"fast\"]}]", "$.tasks[0].agents")]
    [InlineData("\"tasks\": [{\"id\": \"T-1\", \"goal\": \"g\", \"unchecked\": \"yes\"}]", "$.tasks[0].unchecked")]
    public void Are_read_strictly_also_where_no_task_has_them(string members, string words) =>
        Assert.Contains(words, ConfigurationText.Refused(ConfigurationText.WithMember(members)).Message, StringComparison.Ordinal);

    private static LorchConfiguration Read(string named, params string[] tasks) => ConfigurationText.Read(
        "{\n  \"version\": \"1.0\",\n"
            + ConfigurationText.Agents
            + $",\n  \"named_agents\": {{{named}}},\n  \"tasks\": [{string.Join(", ", tasks)}]\n}}\n");

    private static AgentSettings Member(LorchConfiguration configuration, int task, AgentType type) =>
        configuration.AgentsOf(configuration.Tasks[task])[type];

    private static string Programs(LorchConfiguration configuration, TaskDefinition? task = null) => string.Join(
        ' ',
        configuration.AgentsOf(task ?? configuration.Tasks[0]).OrderBy(agent => agent.Key).Select(agent => agent.Value.Command[0]));
}
