using System.Text.Json;
using System.Text.Json.Nodes;
using Lorch.Core.Protocol;

namespace Lorch.Core.Workflows;

/// <summary>A task as somebody wrote it down: what is to be done, from what, and what comes out.</summary>
public sealed record TaskDefinition
{
    /// <summary>Gets the task's name.</summary>
    public required TaskId Id { get; init; }

    /// <summary>Gets what is to be done, in words for the agents.</summary>
    public required string Goal { get; init; }

    /// <summary>
    /// Gets the globs of the files that the task is about; <see langword="null"/> if it names none, so that none makes it stale.
    /// </summary>
    public IReadOnlyList<string>? Inputs { get; init; }

    /// <summary>Gets the files that the builder is expected to produce.</summary>
    public IReadOnlyList<ExpectedOutput> ExpectedOutputs { get; init; } = [];

    /// <summary>Gets the tasks that have to be done before.</summary>
    public IReadOnlyList<TaskId> DependsOn { get; init; } = [];

    /// <summary>Gets further inputs of the task's commands, an object; <see langword="null"/> if there are none.</summary>
    public JsonElement? Parameters { get; init; }

    /// <summary>Gets the globs of the files that agents may change; <see langword="null"/> if the usual ones hold.</summary>
    public IReadOnlyList<string>? Produces { get; init; }

    /// <summary>Gets how the result is to be verified; <see langword="null"/> if nothing is said.</summary>
    public JsonElement? Verify { get; init; }

    /// <summary>
    /// Gets a value indicating whether somebody only proposes the task: it is known, and not worked until a person takes that word out.
    /// </summary>
    public bool IsProposed { get; init; }

    /// <summary>
    /// Gets a value indicating whether its files are to equal what its inputs say at any time, so that whatever changes has it worked
    /// again.
    /// </summary>
    public bool Regenerate { get; init; }

    /// <summary>
    /// Gets the names of the agents that work it in place of the usual ones. Keys hold what the agents are, not what they are called.
    /// </summary>
    public IReadOnlyDictionary<AgentType, string> Agents { get; init; } = new Dictionary<AgentType, string>();

    /// <summary>Gets a value indicating whether it may do without a review and without commands that test it.</summary>
    public bool IsUnchecked { get; init; }

    /// <summary>Gets the object of the members <c>goal</c>, <c>inputs</c>, <c>expected_outputs</c>, <c>parameters</c>, <c>produces</c>,
    /// <c>verify</c>, <c>regenerate</c> as written, those that weren't written left out: the definition's digest is taken over it.
    /// Made from the properties where nothing was written.</summary>
    public JsonElement Members
    {
        get => field.ValueKind == JsonValueKind.Undefined ? TaskMembers.Of(this) : field;
        init;
    }

    /// <summary>Gets the file that the task was read from; <see langword="null"/> if it wasn't read from one.</summary>
    public string? File { get; init; }

    /// <summary>Gets the line at which the task starts, from 1; 0 without a file.</summary>
    public int Line { get; init; }

    /// <summary>Gets the column at which the task starts, from 1; 0 without a file.</summary>
    public int Column { get; init; }
}

/// <summary>Writes the members of a task that no file holds as a file would hold them.</summary>
internal static class TaskMembers
{
    /// <summary>The members that a task's definition consists of, beside its dependencies.</summary>
    public static readonly IReadOnlyList<string> Names =
        ["goal", "inputs", "expected_outputs", "parameters", "produces", "verify", "regenerate"];

    public static JsonElement Of(TaskDefinition task)
    {
        var members = new JsonObject { ["goal"] = task.Goal };
        if (task.Inputs is { } inputs)
        {
            members["inputs"] = Texts(inputs);
        }

        if (task.ExpectedOutputs.Count > 0)
        {
            members["expected_outputs"] = new JsonArray([.. task.ExpectedOutputs.Select(Output)]);
        }

        if (task.Parameters is { } parameters)
        {
            members["parameters"] = JsonObject.Create(parameters);
        }

        if (task.Produces is { } produces)
        {
            members["produces"] = Texts(produces);
        }

        if (task.Verify is { } verify)
        {
            members["verify"] = Node(verify);
        }

        if (task.Regenerate)
        {
            members["regenerate"] = true;
        }

        return Element(members);
    }

    private static JsonObject Output(ExpectedOutput output)
    {
        var members = new JsonObject { ["path"] = output.Path.ToString() };
        if (output.Description is { } description)
        {
            members["description"] = description;
        }

        if (!output.Required)
        {
            members["required"] = false;
        }

        return members;
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);

    private static JsonNode? Node(JsonElement element) => JsonNode.Parse(element.GetRawText());

    private static JsonElement Element(JsonObject members)
    {
        using var document = JsonDocument.Parse(members.ToJsonString());
        return document.RootElement.Clone();
    }
}
