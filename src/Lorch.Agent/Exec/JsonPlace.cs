using System.Globalization;
using System.Text.Json;
using Lorch.Agent.Working;
using Lorch.Core.Tools;

namespace Lorch.Agent.Exec;

/// <summary>
/// Finds values in JSON by a place like <c>message.content[].text</c>: members joined by dots, <c>[]</c> for every item, <c>*</c> for every
/// member.
/// </summary>
internal static class JsonPlace
{
    /// <summary>Finds the values; none if the place isn't there.</summary>
    public static IEnumerable<JsonElement> Find(JsonElement root, string place)
    {
        IEnumerable<JsonElement> found = [root];
        foreach (var part in place.Split('.'))
        {
            var isList = part.EndsWith("[]", StringComparison.Ordinal);
            var name = isList ? part[..^2] : part;
            found = found.SelectMany(value => Members(value, name));
            if (isList)
            {
                found = found.Where(value => value.ValueKind is JsonValueKind.Array).SelectMany(value => value.EnumerateArray());
            }
        }

        return found;
    }

    /// <summary>The texts at a place: of texts as they are, of numbers and truths as JSON writes them.</summary>
    public static IEnumerable<string> Texts(JsonElement root, string place) => Pieces(root, place).Select(ToolText.Mend);

    /// <summary>The same, of texts that go on in the next value: they may begin and end with half of a character.</summary>
    public static IEnumerable<string> Pieces(JsonElement root, string place) => Find(root, place)
        .Where(value => value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False)
        .Select(value => value.ValueKind is JsonValueKind.String ? ToolJson.Piece(value) : value.GetRawText());

    /// <summary>The sum of the numbers at places.</summary>
    public static decimal Sum(JsonElement root, IEnumerable<string> places) => places
        .SelectMany(place => Texts(root, place))
        .Sum(
            text => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && number is > 0 and < 1_000_000_000_000
                ? number
                : 0);

    private static IEnumerable<JsonElement> Members(JsonElement value, string name) => value.ValueKind switch
    {
        JsonValueKind.Object when name == "*" => value.EnumerateObject().Select(member => member.Value),
        JsonValueKind.Object when value.TryGetProperty(name, out var member) => [member],
        _ => [],
    };
}
