using System.Text.Json;
using Lorch.Agent.Working;

namespace Lorch.Agent.Acp;

/// <summary>Looks members up in what the tool sent, which may be anything.</summary>
internal static class JsonLookup
{
    /// <summary>Gives a member, or null where there is none or it is null.</summary>
    public static JsonElement? Find(this JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object
            && element.TryGetProperty(name, out var member)
            && member.ValueKind is not JsonValueKind.Null
            ? member
            : null;

    /// <summary>Gives a member that is a text, or null.</summary>
    public static string? FindText(this JsonElement element, string name) =>
        element.Find(name) is { ValueKind: JsonValueKind.String } member ? ToolJson.Text(member) : null;

    /// <summary>Gives a member that is a piece of a text, or null: it may begin and end with half of a character.</summary>
    public static string? FindPiece(this JsonElement element, string name) =>
        element.Find(name) is { ValueKind: JsonValueKind.String } member ? ToolJson.Piece(member) : null;

    /// <summary>Gives the items of a member that is a list; none where it isn't.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.Find(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    /// <summary>Gives a member that is a whole number from 0 up, or null.</summary>
    public static long? FindCount(this JsonElement element, string name) =>
        element.Find(name) is { ValueKind: JsonValueKind.Number } member && member.TryGetInt64(out var number) && number >= 0
            ? number
            : null;

    /// <summary>Gives a member that has to be a text.</summary>
    /// <exception cref="RpcError">It isn't there.</exception>
    public static string RequireText(this JsonElement element, string name) =>
        element.FindText(name) ?? throw new RpcError(RpcError.InvalidParameters, $"'{name}' is missing or no text.");
}
