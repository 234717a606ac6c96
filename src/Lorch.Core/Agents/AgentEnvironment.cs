using System.Globalization;
using Lorch.Core.Protocol;
using Lorch.Core.Storage;

namespace Lorch.Core.Agents;

/// <summary>
/// The environment that an agent gets: the build's, without what would make the agent's own builds behave as a part of it, or the agent's
/// tool as a part of the session that started it.
/// </summary>
internal static class AgentEnvironment
{
    /// <summary>The variable that names lorch.json.</summary>
    public const string ConfigurationVariable = "LORCH_CONFIG_FILE";

    /// <summary>The variable that names a copy of lorch.json and of the prompts, as the build read them.</summary>
    public const string CopyVariable = "LORCH_CONFIG_COPY";

    /// <summary>The variable that has an agent's name; it isn't there for an agent without one.</summary>
    public const string NameVariable = "LORCH_AGENT_NAME";

    /// <summary>The variable that says how many bytes a line of the agent may have.</summary>
    public const string MessageMaxBytesVariable = "LORCH_MESSAGE_MAX_BYTES";

    /// <summary>The variable that names the file in which Lorch hands over what an agent of the package needn't find out itself.</summary>
    public const string HandoverVariable = "LORCH_HANDOVER_FILE";

    /// <summary>
    /// A variable with another value for each started process. Whatever the agent starts inherits it, however far it detaches itself.
    /// </summary>
    public const string SessionVariable = "LORCH_AGENT_SESSION";

    /// <summary>
    /// The same for what an agent of the package starts itself. It inherits the other one, too, so that it ends with the agent however that
    /// ends.
    /// </summary>
    public const string ToolSessionVariable = "LORCH_TOOL_SESSION";

    // Set by MSBuild for its tasks; a child that builds with another SDK would load targets of this one.
    private static readonly string[] RemovedPrefixes = ["MSBUILD", "_MSBUILD"];

    // Set by the CLI for the processes of one invocation. What people set (DOTNET_NOLOGO, DOTNET_CLI_HOME, ...) stays.
    private static readonly string[] Removed =
        ["DOTNET_HOST_PATH", "DOTNET_CLI_TELEMETRY_SESSIONID", "DOTNET_CLI_CONTEXT_VERBOSE", "DOTNET_CLI_CONTEXT_ANSI_PASS_THRU"];

    // What `git rev-parse --local-env-vars` lists and what leads it elsewhere: a build that a hook starts has some of them.
    private static readonly string[] OfRepository =
        [
            "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_CEILING_DIRECTORIES", "GIT_COMMON_DIR", "GIT_DIR", "GIT_GRAFT_FILE", "GIT_INDEX_FILE",
            "GIT_NAMESPACE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX", "GIT_SHALLOW_FILE", "GIT_WORK_TREE",
        ];

    private static readonly StringComparer Names =
        OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    /// <summary>Makes the environment of an agent outside of any run: enough to find its program.</summary>
    /// <param name="build">The environment of the build.</param>
    /// <param name="settings">The agent.</param>
    /// <returns>A new dictionary.</returns>
    public static Dictionary<string, string> Create(IReadOnlyDictionary<string, string> build, AgentSettings settings)
    {
        var environment = Clean(build);
        Add(environment, settings.Environment);
        return environment;
    }

    /// <summary>Makes the environment of an agent in a run.</summary>
    /// <param name="build">The environment of the build.</param>
    /// <param name="settings">The agent.</param>
    /// <param name="layout">Where the workspace is.</param>
    /// <param name="runId">The run.</param>
    /// <param name="configuration">The absolute path of lorch.json.</param>
    /// <param name="copy">The absolute path of the copy of what was read.</param>
    /// <param name="maxLineBytes">How many bytes a line of the agent may have.</param>
    /// <returns>A new dictionary.</returns>
    public static Dictionary<string, string> Create(
        IReadOnlyDictionary<string, string> build,
        AgentSettings settings,
        WorkspaceLayout layout,
        RunId runId,
        string? configuration = null,
        string? copy = null,
        int maxLineBytes = Message.MaxBytes)
    {
        var environment = Clean(build);
        environment["LORCH_WORKSPACE_ROOT"] = layout.WorkspaceRoot;
        environment["LORCH_STATE_ROOT"] = layout.StateRoot;
        environment["LORCH_RUN_ID"] = runId.ToString();
        Introduce(environment, settings);
        environment[MessageMaxBytesVariable] = maxLineBytes.ToString(CultureInfo.InvariantCulture);
        if (configuration is not null)
        {
            environment[ConfigurationVariable] = configuration;
        }

        if (copy is not null)
        {
            environment[CopyVariable] = copy;
        }

        Add(environment, settings.Environment);
        return environment;
    }

    /// <summary>Makes the environment of an agent that is only looked at: it learns where it would work, and of no run.</summary>
    /// <param name="build">The environment of the build.</param>
    /// <param name="settings">The agent.</param>
    /// <param name="layout">Where the workspace is.</param>
    /// <param name="configuration">The absolute path of lorch.json.</param>
    /// <returns>A new dictionary.</returns>
    public static Dictionary<string, string> CreateOutsideOfRuns(
        IReadOnlyDictionary<string, string> build,
        AgentSettings settings,
        WorkspaceLayout layout,
        string configuration)
    {
        var environment = Clean(build);
        environment["LORCH_WORKSPACE_ROOT"] = layout.WorkspaceRoot;
        environment["LORCH_STATE_ROOT"] = layout.StateRoot;
        Introduce(environment, settings);
        environment[ConfigurationVariable] = configuration;
        Add(environment, settings.Environment);
        return environment;
    }

    /// <summary>Takes away what would make git take another repository than that of the folder it is asked in.</summary>
    /// <param name="environment">The environment.</param>
    public static void KeepFromRepository(Dictionary<string, string> environment)
    {
        foreach (var name in OfRepository)
        {
            environment.Remove(name);
        }
    }

    private static void Introduce(Dictionary<string, string> environment, AgentSettings settings)
    {
        environment["LORCH_AGENT_TYPE"] = settings.Type.WireName;
        if (settings.Name is { } name)
        {
            environment[NameVariable] = name;
        }
    }

    private static Dictionary<string, string> Clean(IReadOnlyDictionary<string, string> build)
    {
        var environment = new Dictionary<string, string>(Names);
        Add(environment, build.Where(entry => !IsRemoved(entry.Key)));

        // A build node that stays behind would hold the agent's pipes and outlive it.
        environment["MSBUILDDISABLENODEREUSE"] = "1";
        return environment;
    }

    private static bool IsRemoved(string name) =>
        name is CopyVariable or NameVariable
        || SurroundingSession.Owns(name)
        || Removed.Contains(name, StringComparer.OrdinalIgnoreCase)
        || RemovedPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    private static void Add(Dictionary<string, string> environment, IEnumerable<KeyValuePair<string, string>> entries)
    {
        foreach (var (name, value) in entries)
        {
            environment[name] = value;
        }
    }
}
