using System.Reflection;
using System.Text;
using System.Text.Json.Serialization;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Core.Tests.Schemas;

/// <summary>The answers are only written, so their schema requires what is always written.</summary>
public sealed class TheAnswersToWhyAndTheirSchema
{
    public static TheoryData<string, Type> Types { get; } = new()
    {
        { "", typeof(WhyReport) },
        { "$defs/task_why", typeof(TaskWhy) },
        { "$defs/compared", typeof(ComparedCompletion) },
        { "$defs/member", typeof(MemberWhy) },
        { "$defs/agent_why", typeof(AgentWhy) },
        { "$defs/dependency", typeof(DependencyWhy) },
        { "$defs/changed_path", typeof(PathWhy) },
        { "$defs/changed_by", typeof(ChangedBy) },
    };

    [Theory]
    [MemberData(nameof(Types))]
    public void Have_the_same_members_and_require_those_that_are_always_written(string place, Type type)
    {
        var described = ASchemaAndItsType.Find("why", place);
        var members = type.GetProperties().Where(property => property.IsDefined(typeof(JsonPropertyNameAttribute))).ToList();

        Assert.Equal(members.Select(NameOf).Order(), ASchemaAndItsType.Names(described.GetProperty("properties")));
        Assert.Equal(
            members.Where(member => !member.IsDefined(typeof(JsonIgnoreAttribute))).Select(NameOf).Order(),
            ASchemaAndItsType.Required(described));
        Assert.False(described.GetProperty("additionalProperties").GetBoolean());
    }

    [Fact]
    public async Task Agree_on_tasks_in_every_state()
    {
        using var workspace = new WorkspaceUnderTest(
            WorkspaceUnderTest.OneTask,
            """{"id":"T-2","goal":"sign it","depends_on":["T-1"]}""",
            """{"id":"T-3","goal":"later","status":"proposed"}""");
        await AssertValidAsync(workspace, "never_done", "never_done", "proposed");

        await workspace.RunAsync("T-2");
        await AssertValidAsync(workspace, "up_to_date", "up_to_date", "proposed");

        workspace.Write("specs/a.md", "# B\n");
        workspace.Write("src/hello.txt", "mended\n");
        await AssertValidAsync(workspace, "stale", "stale", "proposed");

        await workspace.AcceptAsync();
        workspace.Configure(
            ["""{"id":"T-1","goal":"say hello","expected_outputs":[{"path":"src/hello.txt"}]}""", """{"id":"T-2","goal":"sign it"}"""],
            builder: "build-it-better");
        await AssertValidAsync(workspace, "stale", "up_to_date");
    }

    private static async Task AssertValidAsync(WorkspaceUnderTest workspace, params string[] states)
    {
        var report = await workspace.Open().WhyAsync([], CancellationToken.None);
        var text = Encoding.UTF8.GetString(report.ToJson());

        Assert.Equal(states, report.Tasks.Select(task => task.State));
        Assert.Empty(SchemaCheck.Validate("why", text));
        Assert.Empty((await ForeignSchema.ReadAsync("why")).Validate(text));
    }

    private static string NameOf(PropertyInfo property) => property.GetCustomAttribute<JsonPropertyNameAttribute>()!.Name;
}
