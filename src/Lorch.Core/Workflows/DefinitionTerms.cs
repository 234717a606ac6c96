using System.Text.Json;
using Lorch.Core.Hashing;
using Lorch.Core.Json;
using Lorch.Core.Protocol;

namespace Lorch.Core.Workflows;

/// <summary>A task's definition as runs record it: what lorch.json says of it, and the outputs of the tasks that it depends on.</summary>
internal static class DefinitionTerms
{
    /// <summary>The member that holds what the tasks made that this one depends on.</summary>
    public const string DependsOnMember = "depends_on";

    /// <summary>The members that say what is asked for. How it is worked and checked makes no work undone that was done.</summary>
    private static readonly IReadOnlyList<string> AskedMembers = ["goal", "parameters", "expected_outputs", DependsOnMember];

    /// <summary>Makes the definition.</summary>
    /// <param name="task">The task.</param>
    /// <param name="dependencies">The <c>outputs_sha256</c> of every task that it depends on.</param>
    public static JsonElement Create(TaskDefinition task, IReadOnlyDictionary<TaskId, Sha256Digest> dependencies) =>
        JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            foreach (var member in task.Members.EnumerateObject())
            {
                member.WriteTo(writer);
            }

            Write(writer, [.. task.DependsOn], dependencies);
            writer.WriteEndObject();
        });

    /// <summary>Whether the task's files are to equal what its inputs say at any time.</summary>
    public static bool Regenerates(JsonElement definition) =>
        definition.TryGetProperty("regenerate", out var regenerate) && regenerate.ValueKind is JsonValueKind.True;

    /// <summary>What is asked for: all of a definition if the task regenerates its files.</summary>
    public static JsonElement Asked(JsonElement definition) => Regenerates(definition) ? definition : JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        foreach (var member in definition.EnumerateObject().Where(member => AskedMembers.Contains(member.Name)))
        {
            member.WriteTo(writer);
        }

        writer.WriteEndObject();
    });

    /// <summary>The definition with other outputs of tasks that it depends on.</summary>
    public static JsonElement WithDependencies(JsonElement definition, IReadOnlyDictionary<TaskId, Sha256Digest> dependencies) =>
        JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            foreach (var member in definition.EnumerateObject().Where(member => member.Name != DependsOnMember))
            {
                member.WriteTo(writer);
            }

            Write(writer, [.. dependencies.Keys], dependencies);
            writer.WriteEndObject();
        });

    /// <summary>Where a task's review lies.</summary>
    public static RelativePath Review(TaskId task) => RelativePath.Parse($"reviews/{task}.json");

    /// <summary>Where the spec maintainer's notes on a task lie.</summary>
    public static RelativePath SpecNotes(TaskId task) => RelativePath.Parse($"spec_notes/{task}.json");

    /// <summary>Whether a path is that of a note that agents leave beside a task's work: its review, or its spec maintainer's.</summary>
    public static bool IsNote(TaskId task, RelativePath path) => path == Review(task) || path == SpecNotes(task);

    public static string Goal(JsonElement definition) => definition.GetProperty("goal").GetString()!;

    public static IReadOnlyList<ExpectedOutput> ExpectedOutputs(JsonElement definition) =>
        definition.TryGetProperty("expected_outputs", out var outputs) ? [.. outputs.EnumerateArray().Select(ReadOutput)] : [];

    public static IEnumerable<JsonProperty> Parameters(JsonElement definition) =>
        definition.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateObject() : [];

    public static IReadOnlyDictionary<TaskId, Sha256Digest> DependsOn(JsonElement definition) =>
        definition.TryGetProperty(DependsOnMember, out var dependencies)
            ? dependencies.EnumerateObject()
                .ToDictionary(member => TaskId.Parse(member.Name), member => Sha256Digest.Parse(member.Value.GetString()!))
            : new Dictionary<TaskId, Sha256Digest>();

    /// <summary>How many bytes the list of dependencies has at most in a line.</summary>
    public static int DependsOnBytes(JsonElement definition) =>
        definition.TryGetProperty(DependsOnMember, out var dependencies) ? WireSize.Of(dependencies) : 0;

    /// <summary>The globs of what a builder may produce, if the task says so.</summary>
    public static IReadOnlyList<string>? Produces(JsonElement definition) =>
        definition.TryGetProperty("produces", out var globs) ? [.. globs.EnumerateArray().Select(glob => glob.GetString()!)] : null;

    /// <summary>The members in which two definitions differ, in the order of their names.</summary>
    public static IReadOnlyList<string> Differences(JsonElement before, JsonElement after)
    {
        var names = before.EnumerateObject().Concat(after.EnumerateObject()).Select(member => member.Name).Distinct();
        return [.. names.Where(name => Canonical(before, name) != Canonical(after, name)).Order(StringComparer.Ordinal)];
    }

    /// <summary>The members that make what is asked for another thing, in the order of their names.</summary>
    public static IReadOnlyList<string> AskedDifferences(JsonElement before, JsonElement after) =>
        Regenerates(before) || Regenerates(after)
            ? Differences(before, after)
            : [.. Differences(
                before,
                after).Where(
                    name => name == DependsOnMember
                        ? DependsOn(before).Any(then => DependsOn(after).TryGetValue(then.Key, out var now) && now != then.Value)
                        : AskedMembers.Contains(name))];

    private static void Write(Utf8JsonWriter writer, List<TaskId> ids, IReadOnlyDictionary<TaskId, Sha256Digest> dependencies)
    {
        if (ids.Count == 0)
        {
            return;
        }

        writer.WriteStartObject(DependsOnMember);
        foreach (var id in ids)
        {
            writer.WriteString(id.ToString(), dependencies[id].ToString());
        }

        writer.WriteEndObject();
    }

    private static Sha256Digest? Canonical(JsonElement definition, string name) =>
        definition.TryGetProperty(name, out var value) ? CanonicalJson.Digest(value) : null;

    private static ExpectedOutput ReadOutput(JsonElement output) => new()
    {
        Path = RelativePath.Parse(output.GetProperty("path").GetString()!),
        Description = OutcomeRules.Text(output, "description"),
        Required = !output.TryGetProperty("required", out var required) || required.GetBoolean(),
    };
}
