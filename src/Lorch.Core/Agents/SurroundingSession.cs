namespace Lorch.Core.Agents;

/// <summary>
/// The variables by which a coding tool tells its children that they run within a session of it. A build that was started there isn't that
/// session's.
/// </summary>
/// <remarks>
/// A tool that finds them refuses to start, talks to the other session's editor, or takes another session's folder for its own. Keys,
/// addresses of services and settings (<c>ANTHROPIC_…</c>, <c>CLAUDE_CODE_USE_BEDROCK</c>, <c>CODEX_HOME</c>, …) are none of these.
/// </remarks>
internal static class SurroundingSession
{
    private const string GeminiEditor = "GEMINI_CLI_IDE_";

    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        // Claude Code: in its shells, its hooks and the terminals of editors.
        "CLAUDECODE",
        "CLAUDE_CODE_ENTRYPOINT",
        "CLAUDE_CODE_SSE_PORT",
        "CLAUDE_CODE_EXECPATH",
        "CLAUDE_CODE_SESSION_ID",
        "CLAUDE_CODE_CHILD_SESSION",
        "CLAUDE_CODE_PARENT_SESSION_ID",
        "CLAUDE_CODE_MESSAGING_SOCKET",
        "CLAUDE_CODE_REMOTE",
        "CLAUDE_CODE_REMOTE_SESSION_ID",
        "CLAUDE_CODE_REMOTE_ENVIRONMENT_TYPE",
        "CLAUDE_AGENT_SDK_VERSION",
        "CLAUDE_SESSION_ID",
        "CLAUDE_PROJECT_DIR",
        "CLAUDE_ENV_FILE",
        "CLAUDE_PLUGIN_ROOT",
        "CLAUDE_PLUGIN_DATA",

        // Codex.
        "CODEX_SANDBOX",
        "CODEX_SANDBOX_NETWORK_DISABLED",
        "CODEX_CI",
        "CODEX_THREAD_ID",
        "CODEX_SESSION_ID",
        "CODEX_INTERNAL_ORIGINATOR_OVERRIDE",
        "CODEX_MANAGED_BY_NPM",
        "CODEX_MANAGED_BY_BUN",

        // Gemini CLI.
        "GEMINI_CLI",
        "GEMINI_CLI_NO_RELAUNCH",
        "GEMINI_SESSION_ID",
        "GEMINI_PROJECT_DIR",
        "GEMINI_CWD",

        // OpenCode.
        "OPENCODE",
        "OPENCODE_PID",
        "OPENCODE_CLIENT",
        "OPENCODE_CALLER",
        "OPENCODE_SESSION_ID",

        // Copilot CLI.
        "COPILOT_CLI",
        "COPILOT_AGENT",
        "COPILOT_SESSION_ID",
        "COPILOT_AGENT_SESSION_ID",

        // Cursor.
        "CURSOR_AGENT",
        "CURSOR_TRACE_ID",
        "CURSOR_SESSION_ID",

        // Several tools.
        "AGENT",
        "AI_AGENT",
    };

    /// <summary>Gets the names, for those who list them; every name that begins with <c>GEMINI_CLI_IDE_</c> is one, too.</summary>
    public static IReadOnlyCollection<string> KnownNames => Names;

    /// <summary>Tells whether a variable belongs to a session around the build.</summary>
    /// <param name="name">The variable's name.</param>
    /// <returns>Whether it does.</returns>
    public static bool Owns(string name) => Names.Contains(name) || name.StartsWith(GeminiEditor, StringComparison.OrdinalIgnoreCase);
}
