using System.Text.Json;

namespace Lorch.Core.Workflows;

/// <summary>The files that the <c>inputs</c> of a command name because what they hold was too long for it.</summary>
internal static class CommandFileReferences
{
    public const string Goal = "goal_file";
    public const string Summary = "summary_file";
    public const string Work = "work_file";

    /// <summary>The paths of all of them, relative to the state root.</summary>
    public static IEnumerable<string> PathsOf(JsonElement inputs)
    {
        JsonElement?[] files = [Find(inputs, Goal), Find(inputs, Work), Find(inputs, "cause") is { } cause ? Find(cause, Summary) : null];
        return files.OfType<JsonElement>().Select(file => OutcomeRules.Text(file, "path")).OfType<string>();
    }

    /// <summary>Gives a member that is an object, or null.</summary>
    public static JsonElement? Find(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Object
            ? value
            : null;
}
