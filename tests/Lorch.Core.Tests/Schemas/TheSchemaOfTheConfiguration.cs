using Lorch.Core.Configuration;
using Lorch.Core.Configuration.Beginning;
using Lorch.Core.Protocol;
using Lorch.Core.Tests.Configuration;
using Lorch.Core.Tools;
using Lorch.Testing;

namespace Lorch.Core.Tests.Schemas;

public sealed class TheSchemaOfTheConfiguration
{
    public static TheoryData<string, IReadOnlyList<string>, IReadOnlyList<string>> Objects { get; } = new()
    {
        { "", KnownMembers.Root, ["version"] },
        { "$defs/policy", KnownMembers.Policy, [] },
        { "$defs/retry", KnownMembers.Retry, [] },
        { "$defs/backoff", KnownMembers.Backoff, [] },
        { "$defs/snapshot", KnownMembers.Snapshot, [] },
        { "$defs/agents", [.. KnownMembers.Agents.Select(agent => agent.WireName)], [] },
        { "$defs/builder", KnownMembers.Agent, [] },
        { "$defs/reviewer", KnownMembers.Agent, [] },
        { "$defs/spec_maintainer", KnownMembers.Agent, [] },
        { "$defs/named_agent", KnownMembers.Agent, [] },
        { "$defs/named_agent/properties/timeouts_s", [.. KnownMembers.Agents.SelectMany(agent => KnownMembers.ActionsOf(agent).Keys)], [] },
        { "$defs/builder/properties/timeouts_s", [.. KnownMembers.ActionsOf(AgentType.Builder).Keys], [] },
        { "$defs/reviewer/properties/timeouts_s", [.. KnownMembers.ActionsOf(AgentType.Reviewer).Keys], [] },
        { "$defs/spec_maintainer/properties/timeouts_s", [.. KnownMembers.ActionsOf(AgentType.SpecMaintainer).Keys], [] },
        { "$defs/task", KnownMembers.Task, ["goal", "id"] },
        { "$defs/task/properties/agents", KnownMembers.AgentNames, [] },
        { "$defs/defaults", KnownMembers.Defaults, [] },
        { "$defs/expected_output", KnownMembers.ExpectedOutput, ["path"] },
        { "$defs/verify_command", KnownMembers.Verify, ["cmd"] },
        { "$defs/budget", KnownMembers.Budget, [] },
        { "$defs/tool_permissions", ToolPermissions.Members, [] },
    };

    [Theory]
    [MemberData(nameof(Objects))]
    public void Has_the_members_that_the_reader_knows(string place, IReadOnlyList<string> known, IReadOnlyList<string> required)
    {
        var described = ASchemaAndItsType.Find("lorch", place);

        Assert.Equal(known.Order(), ASchemaAndItsType.Names(described.GetProperty("properties")));
        Assert.Equal(required, ASchemaAndItsType.Required(described));
        Assert.False(described.GetProperty("additionalProperties").GetBoolean());
    }

    [Fact]
    public void Has_the_choices_and_reserved_names_that_the_reader_knows()
    {
        var jitter = ASchemaAndItsType.Find("lorch", "$defs/backoff/properties/jitter/enum");
        var trust = ASchemaAndItsType.Find("lorch", "$defs/snapshot/properties/trust/enum");
        var reserved = ASchemaAndItsType.Find("lorch", "$defs/task/properties/parameters/propertyNames/not/enum");

        Assert.Equal(KnownMembers.Jitter.Names.Order(), jitter.EnumerateArray().Select(name => name.GetString()).Order());
        Assert.Equal(KnownMembers.Trust.Names.Order(), trust.EnumerateArray().Select(name => name.GetString()).Order());
        Assert.Equal(KnownMembers.ReservedParameters.Order(), reserved.EnumerateArray().Select(name => name.GetString()).Order());
    }

    [Fact]
    public void Explains_every_member()
    {
        var silent = Objects.Select(
            row => row.Data.Item1).SelectMany(place => ASchemaAndItsType.Find("lorch", place + "/properties").EnumerateObject())
            .Where(member => !IsExplained(member.Value))
            .Select(member => member.Name);

        Assert.Empty(silent);
    }

    [Fact]
    public void Has_the_defaults_of_the_reader()
    {
        var defaults = ConfigurationText.Read("""{"version":"1.0"}""");

        Assert.Equal(defaults.Limits.MaxIterations, Default("policy", "max_iterations"));
        Assert.Equal(defaults.Limits.MaxAttempts, Default("retry", "max_attempts"));
        Assert.Equal(defaults.MaxRestarts, Default("policy", "max_restarts"));
        Assert.Equal(defaults.MessageMaxBytes, Default("policy", "message_max_bytes"));
        Assert.Equal(defaults.ArtifactMaxBytes, Default("policy", "artifact_max_bytes"));
        Assert.Equal(defaults.Output.MaxBytes, Default("policy", "output_max_bytes"));
        Assert.Equal(defaults.Output.MaxBytesPerSecond, Default("policy", "output_max_bytes_per_s"));
        Assert.Equal(defaults.Output.LogMaxBytes, Default("policy", "log_max_bytes"));
        Assert.Equal(defaults.Backoff.Initial.TotalMilliseconds, Default("backoff", "initial_ms"));
        Assert.Equal(defaults.Backoff.Max.TotalMilliseconds, Default("backoff", "max_ms"));
        Assert.Equal(defaults.Backoff.Multiplier, Default("backoff", "multiplier"));
        Assert.Equal(
            defaults.Include,
            ASchemaAndItsType.Find("lorch", "$defs/snapshot/properties/include/default").EnumerateArray().Select(glob => glob.GetString()));
    }

    [Fact]
    public void Accepts_the_default_configuration() =>
        Assert.Empty(SchemaCheck.Validate("lorch", DefaultConfiguration.GetText("lorch.v1.json")));

    [Theory]
    [InlineData("\"version\": \"2.0\"")]
    [InlineData("\"version\": \"1.0\", \"agent\": {}")]
    [InlineData("\"version\": \"1.0\", \"workspace_root\": \"..\"")]
    [InlineData("\"version\": \"1.0\", \"policy\": {\"concurrency\": 2}")]
    [InlineData("\"version\": \"1.0\", \"policy\": {\"message_max_bytes\": 262145}")]
    [InlineData("\"version\": \"1.0\", \"policy\": {\"max_iterations\": -1}")]
    [InlineData("\"version\": \"1.0\", \"policy\": {\"max_iterations\": \"1\"}")]
    [InlineData("\"version\": \"1.0\", \"policy\": {\"retry\": {\"max_attempts\": 0}}")]
    [InlineData("\"version\": \"1.0\", \"policy\": {\"retry\": {\"backoff\": {\"multiplier\": 0.5}}}")]
    [InlineData("\"version\": \"1.0\", \"snapshot\": {\"include\": [\"../x\"]}")]
    [InlineData("\"version\": \"1.0\", \"agents\": {\"builder\": {}}")]
    [InlineData("\"version\": \"1.0\", \"agents\": {\"builder\": {\"cmd\": []}}")]
    [InlineData("\"version\": \"1.0\", \"agents\": {\"builder\": {\"cmd\": [\" \"]}}")]
    [InlineData("\"version\": \"1.0\", \"agents\": {\"builder\": {\"cmd\": [\"a\"], \"env\": {\"A=B\": \"x\"}}}")]
    [InlineData("\"version\": \"1.0\", \"agents\": {\"reviewer\": {\"cmd\": [\"a\"], \"timeouts_s\": {\"implement\": 1}}}")]
    [InlineData("\"version\": \"1.0\", \"tasks\": [{\"id\": \"T-1\", \"goal\": \"g\"}]")]
    [InlineData("\"version\": \"1.0\", AGENTS, \"tasks\": [{\"id\": \"../x\", \"goal\": \"g\"}]")]
    [InlineData("\"version\": \"1.0\", AGENTS, \"tasks\": [{\"id\": \"T-1\", \"goal\": \" \"}]")]
    [InlineData("\"version\": \"1.0\", AGENTS, \"tasks\": [{\"id\": \"T-1\", \"goal\": \"g\", \"inputs\": []}]")]
    [InlineData("\"version\": \"1.0\", AGENTS, \"tasks\": [{\"id\": \"T-1\", \"goal\": \"g\", \"parameters\": {\"work\": 1}}]")]
    [InlineData(
        "\"version\": \"1.0\", AGENTS, \"tasks\": [{\"id\": \"T-1\", \"goal\": \"g\", \"expected_outputs\": [{\"path\": \"../x\"}]}]")]
    public void Refuses_what_the_reader_refuses(string members)
    {
        var text = "{" + members.Replace("AGENTS", ConfigurationText.Agents, StringComparison.Ordinal) + "}";

        ConfigurationText.Refused(text);
        Assert.NotEmpty(SchemaCheck.Validate("lorch", text));
    }

    // Where a member only names one of the definitions, its explanation may stand there.
    private static bool IsExplained(System.Text.Json.JsonElement member) =>
        member.TryGetProperty("description", out _)
        || (member.TryGetProperty("$ref", out var reference)
            && ASchemaAndItsType.Find("lorch", reference.GetString()![2..]).TryGetProperty("description", out _));

    private static double Default(string definition, string member) =>
        ASchemaAndItsType.Find("lorch", $"$defs/{definition}/properties/{member}/default").GetDouble();
}
