using System.Text.Json;
using Lorch.Core.Agents;
using Lorch.Core.Globs;
using Lorch.Core.Protocol;
using Lorch.Core.Storage;

namespace Lorch.Core.Configuration;

/// <summary>Reads lorch.json, strictly: what it doesn't understand is an error that says where, what was expected and what to do.</summary>
internal static class ConfigurationFile
{
    private const string KnownVersion = "1.0";

    /// <summary>Reads a configuration.</summary>
    /// <param name="path">The file's absolute path.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="LorchException">The file isn't there, can't be read, or isn't a configuration (LORCH1001 to LORCH1019).</exception>
    public static LorchConfiguration Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Parse(path, ReadBytes(path), glob => TaskFiles.Read(Path.GetDirectoryName(path)!, glob));
    }

    /// <summary>Reads what agents need of a configuration: its task files, and how tasks fit together, aren't looked at.</summary>
    /// <exception cref="LorchException">The file can't be read, or isn't a configuration.</exception>
    internal static LorchConfiguration LoadAlone(string path) => ParseAlone(path, ReadBytes(path));

    /// <summary>Reads from the bytes of a file what agents need of a configuration.</summary>
    internal static LorchConfiguration ParseAlone(string path, ReadOnlySpan<byte> bytes) => Parse(path, bytes, readTaskFiles: null);

    /// <summary>Reads a configuration from the bytes of its file and the task files that it asks for.</summary>
    internal static LorchConfiguration Parse(string path, ReadOnlySpan<byte> bytes, TaskFiles? taskFiles = null) =>
        Parse(path, bytes, _ => taskFiles ?? TaskFiles.None);

    private static LorchConfiguration Parse(string path, ReadOnlySpan<byte> bytes, Func<GlobPattern, TaskFiles>? readTaskFiles)
    {
        var source = SourceText.Of(path, bytes);
        var values = new ValueReader(source);
        var whole = LocatedJson.Parse(source);
        var root = ObjectReader.Open(values, whole, KnownMembers.Root);
        CheckHeader(values, root);

        var configuration = PolicyReader.Read(
            new LorchConfiguration { Path = path, Text = bytes.ToArray() },
            values,
            root.Object("policy", KnownMembers.Policy));
        configuration = ReadSnapshot(configuration, values, root.Object("snapshot", KnownMembers.Snapshot)) with
        {
            Agents = ReadAgents(values, root, configuration.LooksSecret),
            NamedAgents = NamedAgentsReader.Read(values, root, configuration.LooksSecret),
        };
        var defaults = ReadDefaults(values, root);
        var glob = ReadTaskFileGlob(values, root);
        var files = readTaskFiles?.Invoke(glob) ?? TaskFiles.None;
        List<WrittenTask> tasks = [.. ReadTasks(values, root, defaults), .. ReadTasks(files, defaults)];
        configuration = configuration with
        {
            Tasks = [.. tasks.Select(task => task.Definition)],
            TaskFiles = files,
            TaskFileGlob = glob.Text
        };
        if (readTaskFiles is not null)
        {
            var places = new TaskPlaces(tasks);
            new TaskAgentRules(configuration, places).Check();
            new TaskRules(configuration.Tasks, places).Check();
        }

        return configuration;
    }

    private static byte[] ReadBytes(string path)
    {
        try
        {
            return NoFifo.ReadAllBytes(path);
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
                    Message =
                        $"Found '{path}' but it can't be read ({exception.Message}), expected a readable file. Correct its permissions.",
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
            RespectGitIgnore = snapshot.Find("respect_gitignore") is { } respected
                ? values.Flag(respected)
                : configuration.RespectGitIgnore,
            Trust = snapshot.Choice("trust", configuration.Trust, KnownMembers.Trust),
        };

    private static Dictionary<AgentType, AgentSettings> ReadAgents(ValueReader values, ObjectReader root, Func<string, bool> looksSecret) =>
        root.Object("agents", KnownMembers.AgentNames).Members
            .Select(
                member => AgentReader.Read(
                    values,
                    KnownMembers.Agents.First(agent => agent.WireName == member.Name),
                    member.Value,
                    looksSecret))
            .ToDictionary(agent => agent.Type);

    private static IEnumerable<WrittenTask> ReadTasks(ValueReader values, ObjectReader root, IReadOnlyList<LocatedMember> defaults) =>
        root.Find("tasks") is { } value
            ? values.Items(value, "a list of tasks").Select(item => TaskReader.Read(values, item, defaults))
            : [];

    private static IEnumerable<WrittenTask> ReadTasks(TaskFiles files, IReadOnlyList<LocatedMember> defaults) =>
        files.Contents.Select(file => TaskFileReader.TryRead(file.Path, file.Content, defaults)).OfType<WrittenTask>();

    private static IReadOnlyList<LocatedMember> ReadDefaults(ValueReader values, ObjectReader root)
    {
        if (root.Find("defaults") is not { } defaults)
        {
            return [];
        }

        // They are checked where they stand, as members of a task that says nothing else.
        ObjectReader.Open(values, defaults, KnownMembers.Defaults);
        var text = new LocatedValue
        {
            Kind = JsonValueKind.String,
            Path = defaults.Path,
            Start = defaults.Start,
            End = defaults.End,
            Text = "T"
        };
        TaskReader.Read(
            values,
            defaults with { Members = [.. defaults.Members, new("id", defaults.Start, text), new("goal", defaults.Start, text)] },
            []);
        return defaults.Members;
    }

    private static GlobPattern ReadTaskFileGlob(ValueReader values, ObjectReader root) =>
        GlobPattern.Parse(root.Find("task_files") is { } glob ? GlobReader.ReadOne(values, glob) : TaskFiles.DefaultGlob);
}
