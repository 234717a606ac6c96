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

    /// <summary>Makes the definition.</summary>
    /// <param name="task">The task.</param>
    /// <param name="dependencies">The <c>outputs_sha256</c> of every task that it depends on.</param>
    public static JsonElement Create(TaskDefinition task, IReadOnlyDictionary<TaskId, Sha256Digest> dependencies) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        foreach (var member in task.Members.EnumerateObject())
        {
            member.WriteTo(writer);
        }

        if (task.DependsOn.Count > 0)
        {
            writer.WriteStartObject(DependsOnMember);
            foreach (var id in task.DependsOn)
            {
                writer.WriteString(id.ToString(), dependencies[id].ToString());
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    });

    /// <summary>Where a task's review lies.</summary>
    public static RelativePath Review(TaskId task) => RelativePath.Parse($"reviews/{task}.json");

    /// <summary>Where the spec maintainer's notes on a task lie.</summary>
    public static RelativePath SpecNotes(TaskId task) => RelativePath.Parse($"spec_notes/{task}.json");

    public static string Goal(JsonElement definition) => definition.GetProperty("goal").GetString()!;

    public static IReadOnlyList<ExpectedOutput> ExpectedOutputs(JsonElement definition) =>
        definition.TryGetProperty("expected_outputs", out var outputs) ? [.. outputs.EnumerateArray().Select(ReadOutput)] : [];

    public static IEnumerable<JsonProperty> Parameters(JsonElement definition) =>
        definition.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateObject() : [];

    public static IReadOnlyDictionary<TaskId, Sha256Digest> DependsOn(JsonElement definition) =>
        definition.TryGetProperty(DependsOnMember, out var dependencies)
            ? dependencies.EnumerateObject().ToDictionary(member => TaskId.Parse(member.Name), member => Sha256Digest.Parse(member.Value.GetString()!))
            : new Dictionary<TaskId, Sha256Digest>();

    /// <summary>How many bytes the list of dependencies has at most in a line.</summary>
    public static int DependsOnBytes(JsonElement definition) => definition.TryGetProperty(DependsOnMember, out var dependencies) ? WireSize.Of(dependencies) : 0;

    /// <summary>The globs of what a builder may produce, if the task says so.</summary>
    public static IReadOnlyList<string>? Produces(JsonElement definition) =>
        definition.TryGetProperty("produces", out var globs) ? [.. globs.EnumerateArray().Select(glob => glob.GetString()!)] : null;

    /// <summary>The members in which two definitions differ, in the order of their names.</summary>
    public static IReadOnlyList<string> Differences(JsonElement before, JsonElement after)
    {
        var names = before.EnumerateObject().Concat(after.EnumerateObject()).Select(member => member.Name).Distinct();
        return [.. names.Where(name => Canonical(before, name) != Canonical(after, name)).Order(StringComparer.Ordinal)];
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
