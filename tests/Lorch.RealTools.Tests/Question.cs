using System.Globalization;
using System.Text.Json;

namespace Lorch.RealTools.Tests;

/// <summary>What a tool asks a model, whichever service's language it speaks.</summary>
/// <param name="Body">The request's body.</param>
/// <param name="Service">The service whose language it is.</param>
internal sealed record Question(JsonElement Body, Service Service)
{
    /// <summary>Gets the names of the tools that the model may use.</summary>
    public IReadOnlyList<string> Tools { get; } =
    [
        .. Items(Body, "tools").SelectMany(tool => Items(tool, "functionDeclarations").DefaultIfEmpty(tool))
            .Select(tool => Text(tool, "name") ?? Text(Member(tool, "function"), "name") ?? ""),
    ];

    /// <summary>Gets a value indicating whether the model is told how a tool of it fared, not asked anew.</summary>
    public bool IsAfterTool { get; init; } = Service switch
    {
        Service.Anthropic => Items(Last(Body, "messages"), "content").Any(part => Text(part, "type") == "tool_result"),
        Service.Gemini => Items(Last(Body, "contents"), "parts").Any(part => part.TryGetProperty("functionResponse", out _)),
        Service.Responses => Text(Last(Body, "input"), "type") is "function_call_output" or "custom_tool_call_output",
        _ => Text(Last(Body, "messages"), "role") == "tool",
    };

    /// <summary>
    /// Gets what tells this question from the others of its conversation, which grows: tools leave out what has an id that they know.
    /// </summary>
    public string Id => Body.GetRawText().Length.ToString(CultureInfo.InvariantCulture);

    /// <summary>Gets a value indicating whether the answer is to be streamed, where the body says it.</summary>
    public bool IsStream => Member(Body, "stream").ValueKind is JsonValueKind.True;

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;

    private static string? Text(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static List<JsonElement> Items(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()] : [];

    private static JsonElement Last(JsonElement body, string name) => Items(body, name).LastOrDefault();
}

/// <summary>The services whose language the stub speaks.</summary>
internal enum Service
{
    Anthropic,
    Gemini,
    Responses,
    Chat,
}
