using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Receipts;
using Lorch.Core.Snapshots.Index;
using Lorch.Core.Snapshots.Manifests;
using Lorch.Core.Tools;
using Lorch.Testing;

namespace Lorch.Core.Tests.Schemas;

/// <summary>Keeps schemas and types equal, member by member.</summary>
public sealed class ASchemaAndItsType
{
    /// <summary>Gets the types that are read strictly: a member must be there if the type requires it.</summary>
    public static TheoryData<string, string, Type> ReadTypes { get; } = new()
    {
        { "command", "", typeof(Command) },
        { "command", "$defs/receiver", typeof(AgentAddress) },
        { "command", "$defs/version", typeof(VersionPin) },
        { "command", "$defs/expected_output", typeof(ExpectedOutput) },
        { "command", "$defs/artifact", typeof(Artifact) },
        { "command", "properties/retry", typeof(Retry) },
        { "event", "", typeof(Event) },
        { "event", "$defs/sender", typeof(AgentAddress) },
        { "event", "$defs/artifact", typeof(Artifact) },
        { "event", "$defs/file_reference", typeof(FileReference) },
        { "event", "$defs/outcome", typeof(Outcome) },
        { "event", "properties/observed_version", typeof(ObservedVersion) },
        { "event", "$defs/run_started", typeof(RunStarted) },
        { "event", "$defs/step_recorded", typeof(StepRecorded) },
        { "event", "$defs/step_reused", typeof(StepReused) },
        { "event", "$defs/attempt_failed", typeof(AttemptFailed) },
        { "event", "$defs/run_resumed", typeof(RunResumed) },
        { "event", "$defs/run_failed", typeof(RunFailed) },
        { "event", "$defs/run_aborted", typeof(RunAborted) },
        { "event", "$defs/run_interrupted", typeof(RunInterrupted) },
        { "event", "$defs/snapshot_drift", typeof(SnapshotDrift) },
        { "event", "$defs/agent_started", typeof(AgentStarted) },
        { "event", "$defs/agent_exited", typeof(AgentExited) },
        { "event", "$defs/agent_unhealthy", typeof(AgentUnhealthy) },
        { "event", "$defs/message_rejected", typeof(MessageRejected) },
        { "event", "$defs/artifact_rejected", typeof(ArtifactRejected) },
        { "event", "$defs/deadline_exceeded", typeof(DeadlineExceeded) },
        { "event", "$defs/recorded", typeof(CompletionRecorded) },
        { "event", "$defs/landing", typeof(Landing) },
        { "event", "$defs/landing_path", typeof(LandingPath) },
        { "event", "$defs/landed", typeof(Landed) },
        { "event", "$defs/rebased", typeof(Rebased) },
        { "event", "$defs/acceptance", typeof(Accepted) },
        { "event", "$defs/acceptance", typeof(CompletionAcceptance) },
        { "completion", "$defs/acceptance", typeof(CompletionAcceptance) },
        { "heartbeat", "", typeof(Heartbeat) },
        { "heartbeat", "properties/stats", typeof(AgentStats) },
        { "log", "", typeof(LogMessage) },
        { "snapshot-manifest", "", typeof(Manifest) },
        { "snapshot-manifest", "$defs/file", typeof(ManifestFile) },
        { "receipt", "", typeof(Receipt) },
        { "receipt", "$defs/artifact", typeof(Artifact) },
        { "receipt", "$defs/outcome", typeof(Outcome) },
        { "preset", "", typeof(ToolPreset) },
        { "preset", "$defs/rule", typeof(ToolRule) },
        { "preset", "$defs/complaint", typeof(ToolComplaint) },
        { "completion", "", typeof(Completion) },
        { "completion", "$defs/completion_artifact", typeof(CompletionArtifact) },
        { "event", "$defs/run_completed", typeof(Completion) },
        { "event", "$defs/usage", typeof(Usage) },
        { "completion", "$defs/usage", typeof(Usage) },
        { "event", "$defs/completion_artifact", typeof(CompletionArtifact) },
    };

    public static TheoryData<string, string, Type> Enums { get; } = new()
    {
        { "command", "$defs/action/enum", typeof(AgentAction) },
        { "event", "$defs/event_name/enum", typeof(EventName) },
        { "event", "$defs/sender_type/enum", typeof(AgentType) },
        { "event", "$defs/run_started/properties/on_failing_tests/enum", typeof(FailingTestsRule) },
        { "event", "$defs/run_resumed/properties/after/enum", typeof(RunPause) },
        { "event", "$defs/run_started/properties/purpose/enum", typeof(RunPurpose) },
        { "event", "$defs/run_started/properties/isolation/enum", typeof(Isolation) },
        { "lorch", "$defs/policy/properties/isolation/enum", typeof(Isolation) },
        { "heartbeat", "properties/status/enum", typeof(AgentStatus) },
        { "log", "properties/level/enum", typeof(LogLevel) },
        { "lorch", "$defs/policy/properties/on_failing_tests/enum", typeof(FailingTestsRule) },
    };

    [Theory]
    [MemberData(nameof(ReadTypes))]
    public void Have_the_same_members_and_require_the_same(string schema, string place, Type type)
    {
        var described = Find(schema, place);

        Assert.Equal(MembersOf(type).Select(member => member.Name).Order(), Names(described.GetProperty("properties")));
        Assert.Equal(MembersOf(type).Where(member => member.IsRequired).Select(member => member.Name).Order(), Required(described));
        Assert.False(described.GetProperty("additionalProperties").GetBoolean());
    }

    [Theory]
    [MemberData(nameof(Enums))]
    public void Have_the_same_names_of_values(string schema, string place, Type type)
    {
        var names = Enum.GetValues(type).Cast<object>().Select(value => JsonSerializer.SerializeToElement(value, type).GetString());

        Assert.Equal(names.Order(), Find(schema, place).EnumerateArray().Select(name => name.GetString()).Order());
    }

    /// <summary>The type is shared with commands and events, which may leave the name out; heartbeats may not.</summary>
    [Fact]
    public void Ask_heartbeats_for_the_name_of_the_agent()
    {
        var described = Find("heartbeat", "properties/agent");

        Assert.Equal(MembersOf(typeof(AgentAddress)).Select(member => member.Name).Order(), Names(described.GetProperty("properties")));
        Assert.Equal(["agent_id", "agent_type"], Required(described));
    }

    [Fact]
    public void Describe_the_payload_of_every_event_of_Lorch()
    {
        var described = Find("event", "allOf").EnumerateArray()
            .Select(rule => rule.GetProperty("if").GetProperty("properties").GetProperty("event"))
            .Where(condition => condition.TryGetProperty("const", out _))
            .Select(condition => condition.GetProperty("const").GetString()!)
            .Where(name => name.StartsWith("system.", StringComparison.Ordinal));

        var own = Enum.GetValues<EventName>().Where(name => name.IsSystem).Select(name => name.WireName);

        Assert.Equal(own.Order(), described.Order());
    }

    internal static JsonElement Find(string schema, string place) =>
        place.Split('/', StringSplitOptions.RemoveEmptyEntries)
            .Aggregate(SchemaCheck.Read(schema), (element, name) => element.GetProperty(name));

    internal static IEnumerable<string> Names(JsonElement properties) => properties.EnumerateObject().Select(member => member.Name).Order();

    internal static IEnumerable<string?> Required(JsonElement described) =>
        described.TryGetProperty("required", out var required) ? required.EnumerateArray().Select(name => name.GetString()).Order() : [];

    private static IEnumerable<(string Name, bool IsRequired)> MembersOf(Type type)
    {
        var members = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetCustomAttribute<JsonPropertyNameAttribute>() is not null)
            .Select(property => (property.GetCustomAttribute<JsonPropertyNameAttribute>()!.Name, IsRequired(property)));
        return type.IsSubclassOf(typeof(Message)) ? members.Append(("kind", true)) : members;
    }

    private static bool IsRequired(PropertyInfo property) =>
        property.IsDefined(typeof(RequiredMemberAttribute)) || property.IsDefined(typeof(JsonRequiredAttribute));
}
