using System.Globalization;
using System.Text.Json;
using Lorch.Core.Json;

namespace Lorch.Core.Configuration;

/// <summary>A JSON value that knows where it stands.</summary>
internal sealed record LocatedValue
{
    public required JsonValueKind Kind { get; init; }

    /// <summary>Gets the JSON path from the root, <c>$.tasks[0].goal</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Gets the offset of the value's first byte.</summary>
    public required int Start { get; init; }

    /// <summary>Gets the offset behind the value's last byte.</summary>
    public required int End { get; init; }

    /// <summary>Gets the decoded text of a string, and the digits of a number.</summary>
    public string Text { get; init; } = "";

    public IReadOnlyList<LocatedMember> Members { get; init; } = [];

    public IReadOnlyList<LocatedValue> Items { get; init; } = [];

    /// <summary>Gets the value in words, for messages.</summary>
    public string Description => Kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"the text '{ShortText.Of(Text, 80)}'",
        JsonValueKind.Number => string.Create(CultureInfo.InvariantCulture, $"the number {Text}"),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "null",
    };

    /// <summary>Writes the value as JSON, whatever it was written in.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        switch (Kind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var member in Members)
                {
                    json.WritePropertyName(member.Name);
                    member.Value.WriteTo(json);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in Items)
                {
                    item.WriteTo(json);
                }

                json.WriteEndArray();
                break;
            case JsonValueKind.String:
                json.WriteStringValue(Text);
                break;
            case JsonValueKind.Number:
                json.WriteRawValue(Text);
                break;
            case JsonValueKind.True or JsonValueKind.False:
                json.WriteBooleanValue(Kind is JsonValueKind.True);
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }

    public LocatedValue? Find(string name) => Members.FirstOrDefault(member => member.Name == name)?.Value;
}

/// <summary>A member of an object.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Start">The offset of the name's first byte, the quote.</param>
/// <param name="Value">Its value.</param>
internal sealed record LocatedMember(string Name, int Start, LocatedValue Value);
