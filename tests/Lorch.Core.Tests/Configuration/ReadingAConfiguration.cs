using System.Text;
using System.Text.Json;
using Lorch.Core.Agents;
using Lorch.Core.Agents.Processes;
using Lorch.Core.Configuration;
using Lorch.Core.Configuration.Beginning;
using Lorch.Core.Protocol;
using Lorch.Core.Workflows;

namespace Lorch.Core.Tests.Configuration;

public sealed class ReadingAConfiguration
{
    [Theory]
    [InlineData(
        """{"id":"T-1","goal":"A","expected_outputs":["src/a.cs"],"verify":[["dotnet","test"],{"cmd":["true"],"timeout_s":5}]}""",
        "{}")]
    [InlineData(
        """{"id":"T-1","goal":"A","expected_outputs":["src/a.cs"]}""", """{"verify":[["dotnet","test"],{"cmd":["true"],"timeout_s":5}]}""")]
    public void Takes_a_path_for_an_expected_output_and_a_list_for_a_command(string task, string defaults)
    {
        const string agents = """{"builder":{"cmd":["b"]},"reviewer":{"cmd":["r"]},"spec_maintainer":{"cmd":["s"]}}""";

        var whole = ConfigurationText.Read(
            $$"""
            {"version":"1.0","agents":{{agents}},"tasks":[{"id":"T-1","goal":"A","expected_outputs":[{"path":"src/a.cs"}],
             "verify":[{"cmd":["dotnet","test"]},{"cmd":["true"],"timeout_s":5}]}]}
            """);
        var brief = ConfigurationText.Read($$"""{"version":"1.0","agents":{{agents}},"defaults":{{defaults}},"tasks":[{{task}}]}""");

        Assert.Equal(RelativePath.Parse("src/a.cs"), Assert.Single(brief.Tasks[0].ExpectedOutputs).Path);
        Assert.Equal(whole.Tasks[0].Verify!.Value.GetRawText(), brief.Tasks[0].Verify!.Value.GetRawText());
        Assert.True(JsonElement.DeepEquals(whole.Tasks[0].Members, brief.Tasks[0].Members));
    }

    [Fact]
    public void Takes_every_member()
    {
        var configuration = ConfigurationText.Read(
            """
            {"$schema":"lorch.v1.json","version":"1.0","workspace_root":".",
             "policy":{"concurrency":1,"message_max_bytes":2048,"artifact_max_bytes":4096,"max_iterations":4,"on_failing_tests":"changes",
               "retry":{"max_attempts":2,"backoff":{"initial_ms":10,"max_ms":20,"multiplier":1.5,"jitter":"none"}},
               "max_restarts":1,"strict_version_pinning":false,"redact_secrets_in_logs":false,"secret_names":["LICENCE","internal_*"],"record_heartbeats":true,
               "output_max_bytes":5000,"output_max_bytes_per_s":6000,"log_max_bytes":7000},
             "snapshot":{"include":["specs/"],"exclude":["specs/old/**"]},
             "agents":{"builder":{"cmd":["lorch-agent","mock"],"heartbeat_interval_s":0.5,"timeouts_s":{"implement":1,"implement_changes":2.5},"env":{"MODE":"x"}},
                       "reviewer":{"cmd":["r"],"timeouts_s":{"review":3}},"spec_maintainer":{"cmd":["s"],"timeouts_s":{"update_spec":4}}},
             "tasks":[{"id":"T-1","goal":"A"},
                      {"id":"T-2","goal":"B","inputs":["specs/**"],"expected_outputs":[{"path":"src/b.cs","description":"d","required":false}],
                       "depends_on":["T-1"],"parameters":{"depth":2},"produces":["src/**"]}]}
            """);

        Assert.Equal(ConfigurationText.File, configuration.Path);
        Assert.Equal(
            new WorkflowLimits { MaxAttempts = 2, MaxIterations = 4, OnFailingTests = FailingTestsRule.Changes },
            configuration.Limits);
        Assert.Equal(
            new Backoff
            {
                Initial = TimeSpan.FromMilliseconds(10),
                Max = TimeSpan.FromMilliseconds(20),
                Multiplier = 1.5,
                Jitter = BackoffJitter.None
            },
            configuration.Backoff);
        Assert.Equal((2048, 4096, 1), (configuration.MessageMaxBytes, configuration.ArtifactMaxBytes, configuration.MaxRestarts));
        Assert.Equal(new OutputLimits { MaxBytes = 5000, MaxBytesPerSecond = 6000, LogMaxBytes = 7000 }, configuration.Output);
        Assert.Equal(
            (false, false, true),
            (configuration.StrictVersionPinning, configuration.RedactSecrets, configuration.RecordHeartbeats));
        Assert.All(["LICENCE", "INTERNAL_NAME", "API_TOKEN"], name => Assert.True(configuration.LooksSecret(name)));
        Assert.All(["LICENCES", "NAME_INTERNAL"], name => Assert.False(configuration.LooksSecret(name)));
        Assert.Equal(["specs/"], configuration.Include);
        Assert.Equal(["specs/old/**"], configuration.Exclude);

        var builder = configuration.Agents[AgentType.Builder];
        Assert.Equal(["lorch-agent", "mock"], builder.Command);
        Assert.Equal(TimeSpan.FromSeconds(0.5), builder.HeartbeatInterval);
        Assert.Equal(TimeSpan.FromSeconds(2.5), builder.TimeoutOf(AgentAction.ImplementChanges));
        Assert.Equal("x", builder.Environment["MODE"]);

        var task = configuration.Tasks[1];
        Assert.Equal(("T-2", "B"), (task.Id.ToString(), task.Goal));
        Assert.Equal(["specs/**"], task.Inputs);
        Assert.Equal(
            [new ExpectedOutput { Path = RelativePath.Parse("src/b.cs"), Description = "d", Required = false }],
            task.ExpectedOutputs);
        Assert.Equal([TaskId.Parse("T-1")], task.DependsOn);
        Assert.Equal("""{"depth":2}""", task.Parameters!.Value.GetRawText());
        Assert.Equal(["src/**"], task.Produces);
    }

    [Fact]
    public void Has_a_default_for_all_but_the_version()
    {
        var configuration = ConfigurationText.Read("""{"version":"1.0"}""");

        Assert.Empty(configuration.Agents);
        Assert.Empty(configuration.Tasks);
        Assert.Equal(
            new WorkflowLimits { MaxAttempts = 3, MaxIterations = 10, OnFailingTests = FailingTestsRule.Fail },
            configuration.Limits);
        Assert.Equal(
            new Backoff { Initial = TimeSpan.FromSeconds(1), Max = TimeSpan.FromMinutes(1), Multiplier = 2, Jitter = BackoffJitter.Full },
            configuration.Backoff);
        Assert.Equal(
            (262_144, 1_073_741_824, 5),
            (configuration.MessageMaxBytes, configuration.ArtifactMaxBytes, configuration.MaxRestarts));
        Assert.Equal(
            (true, true, false),
            (configuration.StrictVersionPinning, configuration.RedactSecrets, configuration.RecordHeartbeats));
        Assert.Equal(["specs/", "src/", "tests/", "docs/"], configuration.Include);
        Assert.Empty(configuration.Exclude);
    }

    [Theory]
    [InlineData(AgentType.Builder, AgentAction.Implement, 600)]
    [InlineData(AgentType.Builder, AgentAction.ImplementChanges, 600)]
    [InlineData(AgentType.Reviewer, AgentAction.Review, 300)]
    [InlineData(AgentType.SpecMaintainer, AgentAction.UpdateSpec, 180)]
    public void Gives_agents_default_timeouts(AgentType type, AgentAction action, int seconds)
    {
        var agent = ConfigurationText.Read("{\"version\":\"1.0\"," + ConfigurationText.Agents + "}").Agents[type];

        Assert.Equal(TimeSpan.FromSeconds(seconds), agent.Timeouts[action]);
        Assert.Equal(TimeSpan.FromSeconds(10), agent.HeartbeatInterval);
    }

    [Fact]
    public void Keeps_the_members_of_a_task_in_the_order_and_with_the_numbers_that_were_written()
    {
        var task = ConfigurationText.Read(ConfigurationText.WithTasks(
            """    { "produces" : [ "src/**" ], "goal":"\u00e4", "id":"T-1", "parameters" : {"n":1.0}, "depends_on":[] }""")).Tasks[0];

        Assert.Equal("""{"produces":["src/**"],"goal":"ä","parameters":{"n":1.0}}""", task.Members.GetRawText());
        Assert.Equal((5, 5), (task.Line, task.Column));
        Assert.Equal(ConfigurationText.File, task.File);
    }

    [Fact]
    public void Knows_where_it_is_written_what_starts_an_agent()
    {
        var agents = ConfigurationText.Read("""
            { "version": "1.0", "agents": {
              "builder": { "cmd": ["b"] },
              "reviewer": { "model": "m", "use": "claude-code" } } }
            """).Agents;

        var (builder, reviewer) = (agents[AgentType.Builder], agents[AgentType.Reviewer]);
        Assert.Equal((ConfigurationText.File, 2, 23), (builder.File, builder.Line, builder.Column));
        Assert.Equal((ConfigurationText.File, 3, 38), (reviewer.File, reviewer.Line, reviewer.Column));
    }

    [Fact]
    public void Keeps_secrets_out_of_an_agents_identity()
    {
        var agent = ConfigurationText.Read(
            """{"version":"1.0","agents":{"builder":{"cmd":["b","-v"],"env":{"MODEL_API_KEY":"k","MODE":"fast"},"heartbeat_interval_s":3}}}""").Agents[AgentType.Builder];

        Assert.True(
            JsonElement.DeepEquals(JsonElement.Parse("""{"cmd":["b","-v"],"env":{"MODEL_API_KEY":null,"MODE":"fast"}}"""), agent.Identity));
        Assert.Equal("k", agent.Environment["MODEL_API_KEY"]);
    }

    [Fact]
    public void Writes_an_empty_environment_into_an_agents_identity()
    {
        var agent = ConfigurationText.Read("""{"version":"1.0","agents":{"builder":{"cmd":["b"]}}}""").Agents[AgentType.Builder];

        Assert.Equal("""{"cmd":["b"],"env":{}}""", agent.Identity.GetRawText());
    }

    [Fact]
    public void Overlooks_a_byte_order_mark()
    {
        var withMark = ConfigurationFile.Parse(
            ConfigurationText.File,
            [0xEF, 0xBB, 0xBF, .. Encoding.ASCII.GetBytes("""{"version":"1.0"}""")]);

        Assert.Equal(ConfigurationText.File, withMark.Path);
    }

    [Fact]
    public void Lets_the_default_configuration_through()
    {
        var text = DefaultConfiguration.GetText("https://example.invalid/lorch.v1.json");

        var configuration = ConfigurationText.Read(text);

        Assert.Equal(3, configuration.Agents.Count);
        Assert.Empty(configuration.Tasks);
        Assert.Contains("\"$schema\": \"https://example.invalid/lorch.v1.json\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', text);
        Assert.EndsWith("}\n", text, StringComparison.Ordinal);
    }
}
