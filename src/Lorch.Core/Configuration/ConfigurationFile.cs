using Lorch.Core.Agents;
using Lorch.Core.Protocol;
using Lorch.Core.Storage;
using Lorch.Core.Workflows;

namespace Lorch.Core.Configuration;

/// <summary>Reads lorch.json, strictly: what it doesn't understand is an error that says where, what was expected and what to do.</summary>
public static class ConfigurationFile
{
    private const string KnownVersion = "1.0";

    /// <summary>Reads a configuration.</summary>
    /// <param name="path">The file's absolute path.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="LorchException">The file isn't there, can't be read, or isn't a configuration (LORCH1001 to LORCH1019).</exception>
    public static LorchConfiguration Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Parse(path, ReadBytes(path));
    }

    /// <summary>Reads a configuration from the bytes of its file.</summary>
    internal static LorchConfiguration Parse(string path, ReadOnlySpan<byte> bytes)
    {
        // Some editors put a byte order mark before JSON; it carries no meaning.
        var source = new SourceText(path, (bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes).ToArray());
        var values = new ValueReader(source);
        var root = values.Object(LocatedJson.Parse(source), KnownMembers.Root);
        CheckHeader(values, root);

        var configuration = PolicyReader.Read(new LorchConfiguration { Path = path, Text = bytes.ToArray() }, values, root.Object("policy", KnownMembers.Policy));
        configuration = ReadSnapshot(configuration, values, root.Object("snapshot", KnownMembers.Snapshot)) with
        {
            Agents = ReadAgents(values, root, configuration.LooksSecret),
            Tasks = ReadTasks(values, root),
        };
        CheckAgents(values, root, configuration);
        new TaskRules(configuration.Tasks, new TaskPlaces(source, root.Find("tasks"))).Check();
        return configuration;
    }

    private static byte[] ReadBytes(string path)
    {
        try
        {
            return FifoTrap.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new LorchException(
                new Diagnostic
                {
                    Code = DiagnosticCode.ConfigurationNotFound,
                    Message = $"Found no configuration at '{path}', expected a lorch.json there. "
                        + "Run `dotnet build -t:LorchInit` to write one, or set LorchConfigFile to the file's path.",
                    File = path,
                },
                exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new LorchException(
                new Diagnostic
                {
                    Code = DiagnosticCode.FileUnreadable,
                    Message = $"Found '{path}' but it can't be read ({exception.Message}), expected a readable file. Correct its permissions.",
                    File = path,
                },
                exception);
        }
    }

    private static void CheckHeader(ValueReader values, ObjectReader root)
    {
        if (root.Find("$schema") is { } schema)
        {
            values.Text(schema, "the path or address of a JSON schema");
        }

        var version = root.Require("version", $"Add \"version\": \"{KnownVersion}\".");
        if (values.Text(version, $"\"{KnownVersion}\"") != KnownVersion)
        {
            throw values.Refuse(
                DiagnosticCode.ConfigurationVersion,
                version,
                $"'{KnownVersion}', the one version that this package knows",
                $"Write \"{KnownVersion}\", or use a package that knows the other one.");
        }

        if (root.Find("workspace_root") is { } workspace && values.Text(workspace, "\".\"") != ".")
        {
            throw values.Refuse(
                DiagnosticCode.ConfigurationInvalidValue,
                workspace,
                "'.': the workspace is the folder that the build property LorchWorkspaceRoot names",
                "Write \".\" or remove the member, and set LorchWorkspaceRoot in the project instead.");
        }
    }

    private static LorchConfiguration ReadSnapshot(LorchConfiguration configuration, ValueReader values, ObjectReader snapshot) =>
        configuration with
        {
            Include = snapshot.Find("include") is { } include ? GlobReader.Read(values, include) : configuration.Include,
            Exclude = snapshot.Find("exclude") is { } exclude ? GlobReader.Read(values, exclude) : configuration.Exclude,
            RespectGitIgnore = snapshot.Find("respect_gitignore") is { } respected ? values.Flag(respected) : configuration.RespectGitIgnore,
            Trust = snapshot.Choice("trust", configuration.Trust, KnownMembers.Trust),
        };

    private static Dictionary<AgentType, AgentSettings> ReadAgents(ValueReader values, ObjectReader root, Func<string, bool> looksSecret) =>
        root.Object("agents", [.. KnownMembers.Agents.Select(agent => agent.WireName)]).Members
            .Select(member => AgentReader.Read(values, KnownMembers.Agents.First(agent => agent.WireName == member.Name), member.Value, looksSecret))
            .ToDictionary(agent => agent.Type);

    private static List<TaskDefinition> ReadTasks(ValueReader values, ObjectReader root) =>
        root.Find("tasks") is { } value
            ? [.. values.Items(value, "a list of tasks").Select(item => TaskReader.Read(values, item))]
            : [];

    private static void CheckAgents(ValueReader values, ObjectReader root, LorchConfiguration configuration)
    {
        var missing = MissingAgents.Of(configuration);
        if (missing.Count == 0)
        {
            return;
        }

        var place = root.Find("agents") ?? root.Find("tasks")!;
        throw values.Source.Refuse(DiagnosticCode.MissingAgent, place.Start, $"$.agents: {MissingAgents.Describe(missing)}");
    }
}
