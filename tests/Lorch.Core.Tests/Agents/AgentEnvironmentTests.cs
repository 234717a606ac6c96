using System.Text.Json;
using Lorch.Core.Agents;
using Lorch.Core.Protocol;
using Lorch.Core.Storage;

namespace Lorch.Core.Tests.Agents;

public sealed class AgentEnvironmentTests
{
    private static readonly RunId Run = RunId.Parse("run-20260131-090500-0a1b2c3d");

    [Theory]
    [InlineData("MSBuildSDKsPath")]
    [InlineData("MSBuildExtensionsPath")]
    [InlineData("MSBuildExtensionsPath64")]
    [InlineData("MSBuildLoadMicrosoftTargetsReadOnly")]
    [InlineData("MSBUILDFAILONDRIVEENUMERATINGWILDCARD")]
    [InlineData("MSBUILDENSURESTDOUTFORTASKPROCESSES")]
    [InlineData("MSBUILD_EXE_PATH")]
    [InlineData("_MSBUILDTLENABLED")]
    [InlineData("DOTNET_HOST_PATH")]
    [InlineData("DOTNET_CLI_TELEMETRY_SESSIONID")]
    public void Leaves_out_what_the_build_set_for_itself(string name)
    {
        var environment = Create(new() { [name] = "x" }, []);

        Assert.DoesNotContain(name, environment.Keys);
    }

    [Fact]
    public void Leaves_out_what_belongs_to_a_session_of_another_tool_around_the_build()
    {
        string[] names = [
            .. SurroundingSession.KnownNames,
            "GEMINI_CLI_IDE_SERVER_PORT",
            "GEMINI_CLI_IDE_AUTH_TOKEN",
            "gemini_cli_ide_workspace_path"
        ];

        var environment = Create(names.ToDictionary(name => name, _ => "1"), []);
        var outsideOfRuns = AgentEnvironment.CreateOutsideOfRuns(
            names.ToDictionary(name => name, _ => "1"), Settings([]), new WorkspaceLayout(Path.GetTempPath(), null), "/lorch.json");
        var forItsTool = AgentEnvironment.Create(names.ToDictionary(name => name, _ => "1"), Settings([]));

        Assert.All([environment, outsideOfRuns, forItsTool], made => Assert.Empty(made.Keys.Intersect(names)));
    }

    [Fact]
    public void Hands_on_a_variable_of_a_session_that_lorch_json_sets() =>
        Assert.Equal("1", Create(new() { ["CLAUDECODE"] = "0" }, new() { ["CLAUDECODE"] = "1" })["CLAUDECODE"]);

    [Theory]
    [InlineData("ANTHROPIC_API_KEY")]
    [InlineData("ANTHROPIC_BASE_URL")]
    [InlineData("ANTHROPIC_MODEL")]
    [InlineData("CLAUDE_CODE_OAUTH_TOKEN")]
    [InlineData("CLAUDE_CODE_USE_BEDROCK")]
    [InlineData("CLAUDE_CODE_USE_VERTEX")]
    [InlineData("CLAUDE_CODE_MAX_OUTPUT_TOKENS")]
    [InlineData("CLAUDE_CONFIG_DIR")]
    [InlineData("CODEX_HOME")]
    [InlineData("CODEX_API_KEY")]
    [InlineData("OPENAI_API_KEY")]
    [InlineData("GEMINI_API_KEY")]
    [InlineData("GEMINI_CLI_HOME")]
    [InlineData("GEMINI_CLI_SYSTEM_SETTINGS_PATH")]
    [InlineData("OPENCODE_CONFIG")]
    [InlineData("OPENCODE_CONFIG_CONTENT")]
    [InlineData("COPILOT_GITHUB_TOKEN")]
    [InlineData("COPILOT_MODEL")]
    [InlineData("COPILOT_ALLOW_ALL")]
    [InlineData("CURSOR_API_KEY")]
    [InlineData("AIDER_MODEL")]
    [InlineData("SSH_AUTH_SOCK")]
    [InlineData("AGENT_NAME")]
    [InlineData("PATH")]
    [InlineData("HOME")]
    [InlineData("DOTNET_NOLOGO")]
    [InlineData("DOTNET_ROOT")]
    [InlineData("DOTNET_CLI_HOME")]
    [InlineData("DOTNET_CLI_TELEMETRY_OPTOUT")]
    [InlineData("NUGET_PACKAGES")]
    public void Keeps_what_people_set(string name)
    {
        var environment = Create(new() { [name] = "x" }, []);

        Assert.Equal("x", environment[name]);
    }

    [Fact]
    public void Keeps_build_nodes_from_staying_behind()
    {
        var environment = Create(new() { ["MSBUILDDISABLENODEREUSE"] = "0" }, []);

        Assert.Equal("1", environment["MSBUILDDISABLENODEREUSE"]);
    }

    [Fact]
    public void Says_where_and_for_what_the_agent_works()
    {
        var root = Path.GetTempPath();
        var environment = AgentEnvironment.Create(
            new Dictionary<string, string> { ["LORCH_RUN_ID"] = "another" },
            Settings([]),
            new WorkspaceLayout(root, Path.Join(root, "state")),
            Run);

        Assert.Equal(Path.TrimEndingDirectorySeparator(root), environment["LORCH_WORKSPACE_ROOT"]);
        Assert.Equal(Path.Join(root, "state"), environment["LORCH_STATE_ROOT"]);
        Assert.Equal(Run.ToString(), environment["LORCH_RUN_ID"]);
        Assert.Equal("spec_maintainer", environment["LORCH_AGENT_TYPE"]);
        Assert.Equal("262144", environment["LORCH_MESSAGE_MAX_BYTES"]);
    }

    [Fact]
    public void Lets_the_configuration_have_the_last_word()
    {
        var environment = Create(new() { ["MODEL"] = "small" }, new() { ["MODEL"] = "large", ["MSBUILD_LIKE"] = "1" });

        Assert.Equal("large", environment["MODEL"]);
        Assert.Equal("1", environment["MSBUILD_LIKE"]);
    }

    private static Dictionary<string, string> Create(Dictionary<string, string> build, Dictionary<string, string> own) =>
        AgentEnvironment.Create(build, Settings(own), new WorkspaceLayout(Path.GetTempPath(), null), Run);

    private static AgentSettings Settings(Dictionary<string, string> own) => new()
    {
        Type = AgentType.SpecMaintainer,
        Command = ["agent"],
        Identity = JsonElement.Parse("{}"),
        Environment = own,
    };
}
