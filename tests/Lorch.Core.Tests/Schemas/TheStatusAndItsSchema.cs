using System.Reflection;
using System.Text;
using System.Text.Json.Serialization;
using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Tests.Runs;
using Lorch.Core.Workflows;
using Lorch.Testing;

namespace Lorch.Core.Tests.Schemas;

/// <summary>The status is only written, so its schema requires what is always written.</summary>
public sealed class TheStatusAndItsSchema
{
    private const string SecondTask = """{"id":"T-2","goal":"more","inputs":["docs/**"],"depends_on":["T-1"]}""";

    public static TheoryData<string, Type> Types { get; } = new()
    {
        { "", typeof(StatusReport) },
        { "$defs/task_line", typeof(TaskStatusLine) },
        { "$defs/run_line", typeof(RunStatusLine) },
        { "$defs/lock_line", typeof(LockStatusLine) },
        { "$defs/accepted_line", typeof(AcceptedStatusLine) },
        { "$defs/same_words_line", typeof(SameWordsStatusLine) },
        { "$defs/damage_line", typeof(DamageStatusLine) },
    };

    [Theory]
    [MemberData(nameof(Types))]
    public void Have_the_same_members_and_require_those_that_are_always_written(string place, Type type)
    {
        var described = ASchemaAndItsType.Find("status", place);
        var members = type.GetProperties().Where(property => property.IsDefined(typeof(JsonPropertyNameAttribute))).ToList();

        Assert.Equal(members.Select(NameOf).Order(), ASchemaAndItsType.Names(described.GetProperty("properties")));
        Assert.Equal(
            members.Where(member => !member.IsDefined(typeof(JsonIgnoreAttribute))).Select(NameOf).Order(),
            ASchemaAndItsType.Required(described));
        Assert.False(described.GetProperty("additionalProperties").GetBoolean());
    }

    [Fact]
    public void Have_the_same_names_of_values() => Assert.Equal(
        RunStatusNames.All.Names.Order(),
        ASchemaAndItsType.Find("status", "$defs/run_line/properties/status/enum")
            .EnumerateArray()
            .Select(name => name.GetString()!)
            .Order());

    [Fact]
    public async Task Agree_on_a_workspace_in_every_state()
    {
        using var workspace = new WorkspaceUnderTest(WorkspaceUnderTest.OneTask, SecondTask);
        await AssertValidAsync(workspace, "never_run");

        await ResumingARun.InterruptAtAsync(workspace, AgentAction.Review);
        await AssertValidAsync(workspace, "interrupted");

        workspace.Configure([SecondTask.Replace(""","depends_on":["T-1"]""", "", StringComparison.Ordinal)]);
        Assert.Single((await AssertValidAsync(workspace, "never_run")).Orphans);

        workspace.Configure([WorkspaceUnderTest.OneTask]);
        workspace.Agents.Answer = command => [workspace.Agents.Fail(command, "no_quota", retriable: false)];
        await workspace.RunAsync();
        Assert.NotNull((await AssertValidAsync(workspace, "failed")).LastRun!.Failure);

        workspace.Agents.Answer = command => workspace.Agents.Play(command);
        await workspace.RunAsync();
        await AssertValidAsync(workspace, "up_to_date");

        workspace.Write("specs/a.md", "# B\n");
        await AssertValidAsync(workspace, "stale");

        await workspace.AcceptAsync(reason: "it says the same");
        Assert.NotNull((await AssertValidAsync(workspace, "up_to_date")).Tasks[0].Accepted!.Reason);

        workspace.Configure([WorkspaceUnderTest.OneTask.Replace("T-1", "T-3", StringComparison.Ordinal)]);
        Assert.NotNull((await AssertValidAsync(workspace, "never_run")).Tasks[0].SameWords);

        workspace.Configure([WorkspaceUnderTest.OneTask]);
        workspace.Write("specs/a.md", "# C\n");
        workspace.Write("receipts/T-1/step-1.json", "");
        Assert.Equal("T-1", (await AssertValidAsync(workspace, "stale")).Damage!.Select(damage => $"{damage.TaskId}").Single());
    }

    [Fact]
    public async Task Agree_on_a_workspace_that_is_held()
    {
        using var workspace = new WorkspaceUnderTest();
        List<StatusReport> reports = [];
        workspace.Agents.Answer = command =>
        {
            reports.Add(workspace.Open().StatusAsync(CancellationToken.None).GetAwaiter().GetResult());
            return workspace.Agents.Play(command);
        };

        await workspace.RunAsync();

        Assert.NotEmpty(reports);
        Assert.All(reports, report => Assert.Equal("running", report.Tasks[0].State));
        Assert.All(reports, report => Assert.NotNull(report.Lock!.RunId));
        Assert.All(reports, report => Assert.Empty(Problems(report)));
    }

    private static async Task<StatusReport> AssertValidAsync(WorkspaceUnderTest workspace, string state)
    {
        var report = await workspace.Open().StatusAsync(CancellationToken.None);

        Assert.Equal(state, report.Tasks[0].State);
        Assert.Empty(Problems(report));
        Assert.Empty((await ForeignSchema.ReadAsync("status")).Validate(Text(report)));
        return report;
    }

    private static IReadOnlyList<string> Problems(StatusReport report) => SchemaCheck.Validate("status", Text(report));

    private static string Text(StatusReport report) => Encoding.UTF8.GetString(report.ToJson());

    private static string NameOf(PropertyInfo property) => property.GetCustomAttribute<JsonPropertyNameAttribute>()!.Name;
}
