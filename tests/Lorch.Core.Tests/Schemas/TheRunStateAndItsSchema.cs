using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Runs.Records;
using Lorch.Core.Workflows;
using Lorch.Testing;

namespace Lorch.Core.Tests.Schemas;

/// <summary>
/// Keeps the projections and their schemas equal. They are written, and only ever read by Lorch where they may be missing.
/// </summary>
public sealed class TheRunStateAndItsSchema
{
    public static TheoryData<string, string, string> Types { get; } = new()
    {
        { "run-state", "", nameof(RunState) },
        { "run-state", "$defs/agent", nameof(RunningAgent) },
        { "run-state", "properties/failure", nameof(RunFailed) },
        { "run-index", "", nameof(RunIndex) },
        { "run-index", "$defs/run", nameof(RunIndexEntry) },
    };

    public static TheoryData<string, string, string> Enums { get; } = new()
    {
        { "run-state", "properties/status/enum", nameof(RunStatus) },
        { "run-state", "properties/current_stage/enum", nameof(RunStage) },
        { "run-index", "$defs/run/properties/status/enum", nameof(RunStatus) },
    };

    [Theory]
    [MemberData(nameof(Types))]
    public void Have_the_same_members_and_require_those_that_are_always_written(string schema, string place, string type)
    {
        var described = ASchemaAndItsType.Find(schema, place);
        var members = TypeOf(type).GetProperties().Where(property => property.IsDefined(typeof(JsonPropertyNameAttribute))).ToList();

        Assert.Equal(members.Select(NameOf).Order(), ASchemaAndItsType.Names(described.GetProperty("properties")));
        Assert.Equal(
            members.Where(member => !member.IsDefined(typeof(JsonIgnoreAttribute))).Select(NameOf).Order(),
            ASchemaAndItsType.Required(described));
        Assert.False(described.GetProperty("additionalProperties").GetBoolean());
    }

    [Theory]
    [MemberData(nameof(Enums))]
    public void Have_the_same_names_of_values(string schema, string place, string type)
    {
        var names = Enum.GetValues(TypeOf(type))
            .Cast<object>()
            .Select(value => JsonSerializer.SerializeToElement(value, TypeOf(type)).GetString());

        Assert.Equal(names.Order(), ASchemaAndItsType.Find(schema, place).EnumerateArray().Select(name => name.GetString()).Order());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Agree_on_every_state_that_a_run_goes_through(bool fails)
    {
        using var workspace = new WorkspaceUnderTest();
        workspace.Agents.Answer = command =>
        {
            AssertValid(workspace);
            return fails && command.Action is AgentAction.UpdateSpec
                ? [workspace.Agents.Fail(command, "no_quota")]
                : workspace.Agents.Play(command, reviewAsks: 1);
        };

        await workspace.RunAsync();

        AssertValid(workspace);
        Assert.Equal(fails ? "failed" : "completed", JsonElement.Parse(workspace.Read("state/run.json")).GetProperty("status").GetString());
    }

    private static void AssertValid(WorkspaceUnderTest workspace)
    {
        Assert.Empty(SchemaCheck.Validate("run-state", workspace.Read("state/run.json")));
        Assert.Empty(SchemaCheck.Validate("run-index", workspace.Read("state/index.json")));
    }

    private static Type TypeOf(string name) => typeof(RunState).Assembly.GetTypes().Single(type => type.Name == name);

    private static string NameOf(PropertyInfo property) => property.GetCustomAttribute<JsonPropertyNameAttribute>()!.Name;
}
