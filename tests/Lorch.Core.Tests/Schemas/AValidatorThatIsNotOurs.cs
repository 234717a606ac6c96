using System.Text.Json;
using System.Text.Json.Nodes;
using Lorch.Testing;

namespace Lorch.Core.Tests.Schemas;

/// <summary>Its word counts only if it refuses what is wrong: all that is spoilt here in an example, it has to find.</summary>
public sealed class AValidatorThatIsNotOurs
{
    public static TheoryData<string, string> Examples => TheSchemas.Examples;

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task Accepts_what_the_format_says(string name, string json) =>
        Assert.Empty((await ForeignSchema.ReadAsync(name)).Validate(TheSchemas.Fill(json)));

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task Refuses_a_member_too_many(string name, string json) =>
        await AssertRefusedAsync(name, json, [example => example["unheard_of"] = 1]);

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task Refuses_a_required_member_missing(string name, string json)
    {
        var required = ASchemaAndItsType.Required(SchemaCheck.Read(name));

        await AssertRefusedAsync(name, json, required.Select<string?, Action<JsonObject>>(member => example => example.Remove(member!)));
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task Refuses_a_wrong_type(string name, string json)
    {
        var members = JsonElement.Parse(TheSchemas.Fill(json)).EnumerateObject().Select(member => member.Name);

        await AssertRefusedAsync(
            name,
            json,
            members.Select<string, Action<JsonObject>>(member => example => example[member] = new JsonArray(new JsonArray())));
    }

    /// <summary>In most formats a text is a name out of a list, or has a pattern.</summary>
    [Theory]
    [InlineData(
        "command", "kind", "to/agent_type", "action", "message_id", "correlation_id", "task_id", "idempotency_key", "version/snapshot_id",
        "deadline")]
    [InlineData(
        "event", "kind", "from/agent_type", "event", "message_id", "correlation_id", "task_id", "occurred_at", "artifacts/0/path",
        "artifacts/0/sha256")]
    [InlineData("heartbeat", "kind", "agent/agent_type", "status", "last_activity_at")]
    [InlineData("log", "kind", "level", "timestamp")]
    [InlineData("snapshot-manifest", "snapshot_id", "created_at", "workspace_root", "files/0/path", "files/0/sha256", "files/0/mtime")]
    [InlineData(
        "receipt", "task_id", "run_id", "action", "idempotency_key", "snapshot_id", "command_message_id", "correlation_id", "events/0",
        "outcome/event", "created_at")]
    [InlineData(
        "completion", "task_id", "task_key", "task_key_before", "definition_sha256", "run_id", "snapshot_id", "inputs_after",
        "depends_on/T-0", "completed_at")]
    [InlineData(
        "run-state", "run_id", "task_id", "status", "current_stage", "snapshot_id", "correlation_id", "terminal_events/builder",
        "agents/0/agent_type")]
    [InlineData(
        "run-index", "runs/0/run_id", "runs/0/task_id", "runs/0/status", "runs/0/snapshot_id", "runs/0/started_at", "runs/0/completed_at")]
    [InlineData(
        "status", "tasks/0/task_id", "tasks/0/state", "tasks/0/inputs", "tasks/0/run/run_id", "orphans/0/status", "last_run/started_at",
        "lock/run_id")]
    [InlineData("lorch", "version")]
    [InlineData("mock-script", "responses/review/events/0/type", "responses/implement/0/1/events/0/artifacts/0/path")]
    public async Task Refuses_a_text_that_misses_its_pattern_or_its_list(string name, params string[] places)
    {
        var json = TheSchemas.Examples.First(row => row.Data.Item1 == name).Data.Item2;

        await AssertRefusedAsync(
            name,
            json,
            places.Select<string, Action<JsonObject>>(place => example => Replace(example, place, "../ no such thing")));
    }

    [Theory]
    [InlineData("receipt", "format", 2)]
    [InlineData("receipt", "step", 0)]
    [InlineData("heartbeat", "seq", -1)]
    [InlineData("run-state", "iterations", -1)]
    [InlineData("command", "priority", 0.5)]
    public async Task Refuses_a_number_out_of_range(string name, string member, double number) =>
        await AssertRefusedAsync(
            name,
            TheSchemas.Examples.First(row => row.Data.Item1 == name).Data.Item2,
            [example => example[member] = number]);

    private static async Task AssertRefusedAsync(string name, string json, IEnumerable<Action<JsonObject>> mistakes)
    {
        var schema = await ForeignSchema.ReadAsync(name);
        foreach (var mistake in mistakes)
        {
            var example = JsonNode.Parse(TheSchemas.Fill(json))!.AsObject();
            mistake(example);

            Assert.True(schema.Validate(example.ToJsonString()).Count > 0, $"{name} accepts {example.ToJsonString()}");
        }
    }

    private static void Replace(JsonNode node, string place, string text)
    {
        var names = place.Split('/');
        var holder = names[..^1].Aggregate(node, (inner, name) => inner is JsonArray items ? items[int.Parse(name, null)]! : inner[name]!);
        if (holder is JsonArray list)
        {
            list[int.Parse(names[^1], null)] = text;
        }
        else
        {
            holder[names[^1]] = text;
        }
    }
}
