using Lorch.Core;
using Lorch.Testing;

namespace Lorch.Processes.Tests.Tools;

/// <summary>
/// Each preset works a whole task with a stand-in that takes the arguments and prints what the tool's public documentation says.
/// </summary>
public sealed class Presets : IDisposable
{
    /// <summary>
    /// Reads the prompt, notes it with the arguments, does what the agent it is meant for does, and leaves the answer in <c>$answer</c>,
    /// ready for JSON in <c>$quoted</c>.
    /// </summary>
    private const string Work = """
        case "$prompt" in
          *'You are the builder'*) role=builder; mkdir -p src; echo hello > src/hello.txt; answer='I wrote it.' ;;
          *'You are the reviewer'*) role=reviewer; answer='```json
        {"verdict":"approved","findings":[]}
        ```' ;;
          *) role=spec_maintainer; answer='```json
        {"verdict":"no_changes_needed","findings":[]}
        ```' ;;
        esac
        printf '%s\n' "$@" > "$NOTES/args-$role"
        quoted=$(printf '%s' "$answer" | sed 's/"/\\"/g; s/$/\\n/' | tr -d '\n')
        """;

    private readonly ToolRun _run = new();

    /// <summary>
    /// Gets a preset, its program, how the stand-in reads its prompt and prints its answer, an argument that a reviewer must get, and the
    /// tokens of a run.
    /// </summary>
    public static TheoryData<string, string, string, string, string, long> Tools { get; } = new()
    {
        {
            "claude-code", "claude", "prompt=$(cat)",
            """
            echo '{"type":"system","subtype":"init","session_id":"s","tools":[]}'
            echo '{"type":"assistant","message":{"content":[{"type":"text","text":"I think."},{"type":"tool_use","name":"Write"}]}}'
            printf '{"type":"result","subtype":"success","is_error":false,"result":"%s","stop_reason":"end_turn","terminal_reason":"completed","total_cost_usd":0.01,"usage":{"input_tokens":10,"cache_read_input_tokens":5,"output_tokens":3}}\n' "$quoted"
            """,
            "Read,Glob,Grep", 54
        },
        {
            "codex", "codex", "prompt=$(cat)",
            """
            echo '{"type":"thread.started","thread_id":"t"}'
            echo '{"type":"item.completed","item":{"id":"0","type":"error","message":"just a warning"}}'
            echo '{"type":"item.started","item":{"id":"1","type":"command_execution","command":"ls"}}'
            printf '{"type":"item.completed","item":{"id":"2","type":"agent_message","text":"%s"}}\n' "$quoted"
            echo '{"type":"turn.completed","usage":{"input_tokens":20,"cached_input_tokens":5,"output_tokens":4}}'
            """,
            "read-only", 72
        },
        {
            "gemini", "gemini", "prompt=$(cat)",
            """
            echo 'Loaded cached credentials.'
            echo '{"type":"init","session_id":"s","model":"m"}'
            echo '{"type":"message","role":"user","content":"not this"}'
            printf '{"type":"message","role":"assistant","content":"Here: ","delta":true}\n'
            printf '{"type":"message","role":"assistant","content":"\\n%s","delta":true}\n' "$quoted"
            echo '{"type":"result","status":"success","stats":{"total_tokens":30,"input_tokens":25,"output_tokens":5}}'
            """,
            "default", 90
        },
        {
            "opencode", "opencode", "prompt=$(cat)",
            """
            echo '{"type":"step_start","sessionID":"s","part":{"type":"step-start"}}'
            printf '{"type":"text","sessionID":"s","part":{"type":"text","text":"%s"}}\n' "$quoted"
            echo '{"type":"step_finish","sessionID":"s","part":{"type":"step-finish","cost":0.02,"tokens":{"input":7,"output":2,"reasoning":1,"cache":{"read":0,"write":0}}}}'
            """,
            "plan", 30
        },
        {
            "copilot", "copilot", "prompt=$(cat)",
            """
            echo '{"type":"user.message","data":{"content":"not this"}}'
            echo '{"type":"assistant.message","data":{"content":"","toolRequests":[{"name":"create"}]}}'
            echo '{"type":"tool.execution_start","data":{"toolName":"create"}}'
            printf '{"type":"assistant.message","data":{"content":"%s","toolRequests":[]}}\n' "$quoted"
            echo '{"type":"result","exitCode":0,"usage":{"premiumRequests":1}}'
            """,
            "--deny-tool=write", 0
        },
        {
            "aider", "aider", """args=$*; file=${args##*--message-file }; prompt=$(cat "${file%% *}")""",
            """echo 'Aider v0.86.1'; printf '%s\n' "$answer"; echo 'Tokens: 1k sent, 20 received.'""", "ask", 0
        },
    };

    public void Dispose() => _run.Dispose();

    [LongSet]
    [Theory]
    [MemberData(nameof(Tools))]
    public async Task Work_a_task(string preset, string program, string read, string print, string argument, long tokens)
    {
        LongTests.SkipUnlessAsked(preset is not ("claude-code" or "codex"));
        _run.Tool(program, $"if test \"$1\" = --version; then echo '99.1.0 (stand-in)'; exit 0; fi\n{read}\n{Work}\n{print}");
        _run.Builder = _run.Reviewer = _run.Maintainer = $"\"use\": \"{preset}\", \"model\": \"best\"";

        var result = await _run.WorkAsync();

        Assert.Equal(
            ["implement", "builder.completed", "review", "review.completed approved", "update_spec", "spec.no_changes_needed"],
            _run.Story(result));
        Assert.Contains(argument, _run.Note("args-reviewer").Split('\n'));
        Assert.DoesNotContain(argument, _run.Note("args-builder").Split('\n'));
        Assert.Equal("best", _run.Note("args-builder").Split('\n')[Array.IndexOf(_run.Note("args-builder").Split('\n'), "--model") + 1]);
        var status = await _run.StatusAsync();
        Assert.Equal(tokens, status.LastRun!.Usage?.Tokens ?? 0);
        Assert.All(status.Tools!, tool => Assert.Equal("99.1.0 (stand-in)", tool.Version));
    }

    [LongSet]
    [Theory]
    [InlineData(
        "claude-code", "claude",
        """echo '{"type":"result","subtype":"success","is_error":true,"result":"Not logged in · Please run /login","terminal_reason":"api_error"}'; exit 1""",
        DiagnosticCode.ToolNotSignedIn)]
    [InlineData(
        "claude-code", "claude",
        """echo '{"type":"system","subtype":"api_retry","attempt":1,"error_status":401,"error":"authentication_failed"}'; sleep 600""",
        DiagnosticCode.ToolNotSignedIn)]
    [InlineData(
        "claude-code", "claude",
        """echo '{"type":"result","is_error":true,"result":"Prompt is too long","terminal_reason":"prompt_too_long"}'; exit 1""",
        DiagnosticCode.ContextTooLong)]
    [InlineData(
        "claude-code", "claude", """echo '{"type":"result","is_error":true,"result":"Credit balance is too low"}'; exit 1""",
        DiagnosticCode.ToolLimitReached)]
    [InlineData(
        "claude-code", "claude", """echo '{"type":"result","is_error":false,"result":"","stop_reason":"end_turn"}'""",
        DiagnosticCode.EmptyAnswer)]
    [InlineData(
        "codex", "codex", """echo '{"type":"turn.failed","error":{"message":"You have hit your usage limit"}}'; exit 1""",
        DiagnosticCode.ToolLimitReached)]
    [InlineData(
        "gemini", "gemini", """echo '{"type":"result","status":"error","error":{"message":"API key not valid"}}'; exit 1""",
        DiagnosticCode.ToolNotSignedIn)]
    [InlineData(
        "opencode", "opencode", """echo '{"type":"error","error":{"name":"ProviderAuthError","data":{"message":"no key"}}}'""",
        DiagnosticCode.ToolNotSignedIn)]
    [InlineData(
        "copilot", "copilot",
        """echo '{"type":"session.error","data":{"errorType":"authentication","message":"Authentication failed with provider (HTTP 401)."}}'; exit 1""",
        DiagnosticCode.ToolNotSignedIn)]
    [InlineData(
        "copilot", "copilot",
        """echo '{"type":"session.error","data":{"errorType":"rate_limit","message":"Failed to get response from the AI model"}}'; exit 1""",
        DiagnosticCode.ToolLimitReached)]
    [InlineData(
        "copilot", "copilot",
        """echo '{"type":"session.error","data":{"errorType":"query","message":"The provider rejected the prompt as too long"}}'; exit 1""",
        DiagnosticCode.ContextTooLong)]
    [InlineData("aider", "aider", "echo 'litellm.RateLimitError: slow down'; exit 1", DiagnosticCode.ToolLimitReached)]
    public async Task Understand_what_the_tool_complains_of(string preset, string program, string shell, string code)
    {
        LongTests.SkipUnlessAsked();
        _run.Tool(program, shell);
        _run.Builder = $"\"use\": \"{preset}\"";

        var result = await _run.WorkAsync();

        Assert.Equal(code, ToolRun.ErrorOf(result).Code);
        Assert.Empty(await _run.ProcessesThatStayAsync());
    }

    [Fact]
    public async Task Are_replaced_member_by_member()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A batch file gets no argument of several lines: such a prompt is a file there.");
        _run.Tool("mine", """if test "$1" = --version; then echo mine; exit; fi; prompt=$2; """ + Work + "\n" + """
            printf '{"say":"%s"}\n' "$quoted"
            """);
        _run.Builder = _run.Reviewer = _run.Maintainer =
            """
            "use": "claude-code", "args": ["--extra"],
            "preset": { "command": ["mine", "--say", "{prompt}"], "args": {}, "prompt": "argument", "output": "json", "rules": [{ "answer": "say" }] }
            """;

        var result = await _run.WorkAsync();

        Assert.DoesNotContain(result.Diagnostics, diagnostic => diagnostic.Severity is DiagnosticSeverity.Error);
        Assert.Contains("--extra", _run.Note("args-builder").Split('\n'));
    }

    [Fact]
    public async Task Refuse_a_member_that_does_not_exist()
    {
        _run.Builder = """ "use": "claude-code", "preset": { "outptu": "json" } """;

        var refused = await Assert.ThrowsAsync<LorchException>(() => _run.WorkAsync());

        Assert.Equal(DiagnosticCode.ConfigurationInvalidValue, refused.Diagnostic.Code);
        Assert.Contains("outptu", refused.Diagnostic.Message, StringComparison.Ordinal);
        Assert.Equal(4, refused.Diagnostic.Line);
    }
}
