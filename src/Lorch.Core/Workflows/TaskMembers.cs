using System.Text.Json;
using System.Text.Json.Nodes;
using Lorch.Core.Protocol;

namespace Lorch.Core.Workflows;

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
