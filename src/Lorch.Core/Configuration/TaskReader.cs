using System.Text.Json;
using Lorch.Core.Protocol;
using Lorch.Core.Snapshots.Tracking;
using Lorch.Core.Workflows;

namespace Lorch.Core.Configuration;

/// <summary>Reads one entry of <c>tasks</c>.</summary>
internal static class TaskReader
{
    private const string Proposed = "proposed";

    /// <summary>Reads a task.</summary>
    /// <param name="values">Reads values of the file that it stands in.</param>
    /// <param name="written">The task as it is written.</param>
    /// <param name="defaults">The members that hold where the task says nothing; they were checked before, in the place where they
    /// stand.</param>
    public static WrittenTask Read(ValueReader values, LocatedValue written, IReadOnlyList<LocatedMember> defaults)
    {
        ObjectReader.Open(values, written, KnownMembers.Task);
        var missing = defaults.Where(member => written.Find(member.Name) is null).ToList();
        var value = Expand(missing.Count == 0 ? written : written with { Members = [.. written.Members, .. missing] });
        var members = ObjectReader.Open(values, value, KnownMembers.Task);
        var (line, column) = values.Source.PlaceOf(value.Start);
        var definition = new TaskDefinition
        {
            Id = ReadId(values, members.Require("id", "Add a name for the task, like \"id\": \"T-0001\".")),
            Goal = values.FilledText(
                members.Require("goal", "Add what is to be done, like \"goal\": \"Add a greeting\"."),
                "a text that says what is to be done"),
            Inputs = ReadInputs(values, members),
            ExpectedOutputs = ReadOutputs(values, members),
            DependsOn = ReadDependencies(values, members),
            Parameters = ReadParameters(values, members),
            Produces = members.Find("produces") is { } produces ? GlobReader.Read(values, produces) : null,
            Verify = VerifyReader.Read(values, members),
            IsProposed = ReadStatus(values, members),
            Regenerate = members.Flag("regenerate", otherwise: false),
            Agents = ReadAgents(values, members),
            IsUnchecked = members.Flag("unchecked", otherwise: false),
            Members = ValueReader.Members(value, TaskMembers.Names),
            File = values.Source.File,
            Line = line,
            Column = column,
        };
        return new WrittenTask(definition, values.Source, value);
    }

    public static TaskId ReadId(ValueReader values, LocatedValue value) =>
        TaskId.TryParse(values.Text(value, TaskId.Expected), out var id)
            ? id
            : throw values.Refuse(
                DiagnosticCode.InvalidTaskId,
                value,
                TaskId.Expected,
                "Choose another name: it becomes the name of a folder.");

    /// <summary>
    /// Gives a task as it would be written in full: <c>{"path": "src/a.cs"}</c> for <c>"src/a.cs"</c>, <c>{"cmd": ["dotnet", "test"]}</c>
    /// for <c>["dotnet", "test"]</c>. Both mean the same, and so have the same key.
    /// </summary>
    private static LocatedValue Expand(LocatedValue task) => task with
    {
        Members =
        [
            .. task.Members.Select(member => member.Name switch
            {
                "expected_outputs" => Expand(member, JsonValueKind.String, "path"),
                "verify" => Expand(member, JsonValueKind.Array, "cmd"),
                _ => member,
            }),
        ],
    };

    private static LocatedMember Expand(LocatedMember list, JsonValueKind shortForm, string name) => list with
    {
        Value = list.Value with
        {
            Items =
            [
                .. list.Value.Items.Select(item => item.Kind != shortForm ? item : item with
                {
                    Kind = JsonValueKind.Object,
                    Text = "",
                    Items = [],
                    Members = [new LocatedMember(name, item.Start, item)],
                }),
            ],
        },
    };

    private static bool ReadStatus(ValueReader values, ObjectReader members) =>
        members.Find("status") is { } status
            && (values.Text(status, $"'{Proposed}'") == Proposed
                ? true
                : throw values.Refuse(
                    DiagnosticCode.ConfigurationInvalidValue,
                    status,
                    $"'{Proposed}'",
                    "Write it, or remove the member: then the task runs."));

    private static Dictionary<AgentType, string> ReadAgents(ValueReader values, ObjectReader members) =>
        members.Object("agents", KnownMembers.AgentNames).Members.ToDictionary(
            member => KnownMembers.Agents.First(agent => agent.WireName == member.Name),
            member => values.FilledText(member.Value, "the name of one of the named_agents"));

    private static IReadOnlyList<string>? ReadInputs(ValueReader values, ObjectReader members)
    {
        if (members.Find("inputs") is not { } value)
        {
            return null;
        }

        var globs = GlobReader.Read(values, value);
        for (var at = 0; at < globs.Count; at++)
        {
            if (TrackingRules.NamesNeverTracked(globs[at], out var part))
            {
                throw values.Refuse(
                    DiagnosticCode.UntrackedInput,
                    value.Items[at],
                    $"a glob of files that can be tracked, not of '{part}' (nor of hidden files, build output or Lorch's own folders)",
                    "Name the sources that these files are made from, or remove the glob.");
            }
        }

        return globs.Count > 0 ? globs : throw values.Refuse(
            DiagnosticCode.ConfigurationInvalidValue,
            value,
            "at least one glob",
            "Add one, or remove the member: then no file makes the task stale.");
    }

    private static List<ExpectedOutput> ReadOutputs(ValueReader values, ObjectReader members) =>
        members.Find("expected_outputs") is { } value
            ? [.. values.Items(value, "a list of paths like \"src/a.cs\", or of objects like {\"path\": \"src/a.cs\"}")
                .Select(item => ReadOutput(values, item))]
            : [];

    private static ExpectedOutput ReadOutput(ValueReader values, LocatedValue value)
    {
        var members = ObjectReader.Open(values, value, KnownMembers.ExpectedOutput);
        var path = members.Require("path", "Add the file's path, like \"path\": \"src/a.cs\".");
        return new ExpectedOutput
        {
            Path = RelativePath.TryParse(values.Text(path, RelativePath.Expected), out var parsed)
                ? parsed
                : throw values.Refuse(
                    DiagnosticCode.InvalidGlob,
                    path,
                    RelativePath.Expected,
                    "Write the path of one file below the workspace root."),
            Description = members.Find("description") is { } description ? values.Text(description, "a text") : null,
            Required = members.Flag("required", otherwise: true),
        };
    }

    private static List<TaskId> ReadDependencies(ValueReader values, ObjectReader members) =>
        members.Find("depends_on") is { } value
            ? [.. values.Items(value, "a list of task ids").Select(item => ReadId(values, item))]
            : [];

    private static JsonElement? ReadParameters(ValueReader values, ObjectReader members)
    {
        if (members.Find("parameters") is not { } value)
        {
            return null;
        }

        foreach (var member in values.AnyObject(value).Members)
        {
            if (KnownMembers.ReservedParameters.Contains(member.Name))
            {
                throw values.Source.Refuse(
                    DiagnosticCode.ReservedParameter,
                    member.Start,
                    $"{member.Value.Path}: found a parameter named '{member.Name}', expected a name that commands don't use themselves"
                        + $" ({string.Join(", ", KnownMembers.ReservedParameters)}). Rename the parameter.");
            }
        }

        values.CheckNumbers(value);
        return ValueReader.Element(value);
    }
}

/// <summary>A task and where it was written.</summary>
internal sealed record WrittenTask(TaskDefinition Definition, SourceText Source, LocatedValue Value);
