namespace Lorch.RealTools.Tests;

/// <summary>Further real tools, each as all three agents of a task; only the model behind them is a stub.</summary>
public sealed class OtherToolsAtWork(RealTools tools) : IAsyncDisposable
{
    private const string Gemini = """
        "env": { "GEMINI_API_KEY": "dummy", "GOOGLE_GEMINI_BASE_URL": "ROLE", "GEMINI_TELEMETRY_ENABLED": "false" }
        """;

    private const string OpenCode = """
        "env": {
          "OPENCODE_DISABLE_AUTOUPDATE": "1", "OPENCODE_DISABLE_MODELS_FETCH": "1", "OPENCODE_DISABLE_DEFAULT_PLUGINS": "1",
          "OPENCODE_CONFIG_CONTENT": "{\"autoupdate\":false,\"share\":\"disabled\",\"model\":\"stub/stub\",\"small_model\":\"stub/stub\",\"enabled_providers\":[\"stub\"],\"provider\":{\"stub\":{\"npm\":\"@ai-sdk/openai-compatible\",\"name\":\"Stub\",\"options\":{\"baseURL\":\"ROLE/v1\",\"apiKey\":\"dummy\"},\"models\":{\"stub\":{\"name\":\"Stub\",\"tool_call\":true}}}}}" }
        """;

    private const string Copilot = """
        "env": { "COPILOT_OFFLINE": "true", "COPILOT_PROVIDER_BASE_URL": "ROLE/v1", "COPILOT_MODEL": "stub" }
        """;

    private const string OpenCodeOverAcp = $"\"use\": \"acp:opencode acp\", {OpenCode}";

    private const string CopilotOverAcp = $"\"use\": \"acp:copilot --acp\", {Copilot}";

    private readonly RealProject _project = new();

    /// <summary>Gets what lorch.json says of a tool, by name.</summary>
    public static TheoryData<string, string> Tools => new()
    {
        {
            "Codex",
            """
            "use": "codex", "env": { "STUB_KEY": "dummy" },
            "args": ["-c", "model=stub", "-c", "model_provider=stub", "-c", "model_providers.stub={name=\"stub\",base_url=\"ROLE/v1\",env_key=\"STUB_KEY\",wire_api=\"responses\"}"]
            """
        },
        { "Gemini CLI", $"\"use\": \"gemini\", {Gemini}" },
        { "OpenCode", $"\"use\": \"opencode\", {OpenCode}" },
        { "GitHub Copilot CLI", $"\"use\": \"copilot\", {Copilot}" },
        { "Gemini CLI over ACP", $"\"use\": \"acp:gemini --acp\", {Gemini}" },
        { "OpenCode over ACP", OpenCodeOverAcp },
        { "GitHub Copilot CLI over ACP", CopilotOverAcp },
        {
            "Claude Code over ACP",
            """
            "use": "acp:claude-code-acp", "env": { "ANTHROPIC_BASE_URL": "ROLE", "ANTHROPIC_API_KEY": "dummy" }
            """
        },
    };

    public ValueTask DisposeAsync() => _project.DisposeAsync();

    [Theory]
    [MemberData(nameof(Tools))]
    public async Task Complete_a_task_in_two_turns_of_review(string name, string tool)
    {
        tools.SkipUnlessThere();
        _project.Use(tool);
        TestContext.Current.TestOutputHelper?.WriteLine(name);

        await _project.BuildAsync(succeeds: true, "-t:LorchRun");

        Assert.Equal(
            [
                "implement", "builder.completed", "review", "review.completed changes_requested",
                "implement_changes", "builder.completed", "review", "review.completed changes_requested",
                "implement_changes", "builder.completed", "review", "review.completed approved",
                "update_spec", "spec.updated",
            ],
            _project.Story);
        Assert.Equal("hello, whole world\n", _project.Read("src/hello.txt"));
        Assert.Equal("It greets the whole world.\n", _project.Read("docs/hello.md"));
        Assert.Equal(3, _project.Stub.Prompts("builder"));
        Assert.Contains("up to date", await _project.BuildAsync(succeeds: true, "-t:LorchRun"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Go_on_with_their_session_after_the_build_was_killed_in_the_middle_of_a_turn()
    {
        tools.SkipUnlessThere();
        _project.Use(CopilotOverAcp);
        var (reached, killed) = (new TaskCompletionSource(), new TaskCompletionSource());
        var asked = "";
        _project.Answer = async (role, question) =>
        {
            asked = role == "builder" ? question.Body.GetRawText() : asked;
            if (role == "builder" && _project.Stub.Prompts(role) == 2 && reached.TrySetResult())
            {
                await killed.Task;
                return new Reply.Words("Too late.");
            }

            return _project.Play(role, question);
        };

        await _project.KillAsync(reached.Task, "-t:LorchRun");
        killed.SetResult();
        await _project.BuildAsync(succeeds: true, "-t:LorchResume");

        Assert.Equal(
            [
                "implement",
                "builder.completed",
                "review",
                "review.completed changes_requested",
                "implement_changes",
                "implement_changes",
                "builder.completed"
            ],
            _project.Story.Take(7));
        Assert.Contains(_project.Notes, note => note.StartsWith("Goes on with the session", StringComparison.Ordinal));
        Assert.Contains("I wrote it.", asked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Are_greeted_in_a_check_and_asked_for_nothing()
    {
        tools.SkipUnlessThere();
        _project.Use(OpenCodeOverAcp);

        var output = await _project.BuildAsync(succeeds: true, "-t:LorchCheckAgents");

        Assert.Contains("builder uses opencode, version OpenCode 1.18.33; starts and answers", output, StringComparison.Ordinal);
        Assert.Equal(0, _project.Stub.Prompts("builder"));
    }
}
