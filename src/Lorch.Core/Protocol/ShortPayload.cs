using System.Text.Json;
using Lorch.Core.Json;

namespace Lorch.Core.Protocol;

/// <summary>
/// Payloads that are too long for a message: long texts are cut and say so; lists keep as many entries as fit, and a member beside each
/// tells how many were left out.
/// </summary>
internal static class ShortPayload
{
    /// <summary>What is added to a list's name for the member that tells how many of its entries were left out.</summary>
    public const string LeftOut = "_left_out";

    private static readonly int[] LongestTexts = [4096, 1024, 256, 64];

    /// <summary>Makes a payload short enough.</summary>
    /// <param name="payload">An object.</param>
    /// <param name="mostBytes">How many bytes it may have in a line.</param>
    /// <returns>The payload with all or as much of it as fits; null if it can't be made to fit.</returns>
    public static JsonElement? Fit(JsonElement payload, int mostBytes)
    {
        if (WireSize.Of(payload) <= mostBytes)
        {
            return payload;
        }

        foreach (var longest in LongestTexts)
        {
            if (WithMostEntries(payload, longest, mostBytes) is { } shortened)
            {
                return shortened;
            }
        }

        return null;
    }

    private static JsonElement? WithMostEntries(JsonElement payload, int longest, int mostBytes)
    {
        var lengths = payload.EnumerateObject()
            .Where(member => member.Value.ValueKind is JsonValueKind.Array)
            .Select(member => member.Value.GetArrayLength());
        var (kept, tooMany) = (-1, lengths.DefaultIfEmpty(0).Max() + 1);
        while (tooMany - kept > 1)
        {
            var middle = kept + ((tooMany - kept) / 2);
            (kept, tooMany) = WireSize.Of(Copy(payload, longest, middle)) <= mostBytes ? (middle, tooMany) : (kept, middle);
        }

        return kept < 0 ? null : Copy(payload, longest, kept);
    }

    private static JsonElement Copy(JsonElement payload, int longest, int entries) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        foreach (var member in payload.EnumerateObject())
        {
            writer.WritePropertyName(member.Name);
            if (member.Value.ValueKind is not JsonValueKind.Array || member.Value.GetArrayLength() <= entries)
            {
                Write(writer, member.Value, longest);
                continue;
            }

            WriteList(writer, member.Value.EnumerateArray().Take(entries), longest);
            writer.WriteNumber(member.Name + LeftOut, member.Value.GetArrayLength() - entries);
        }

        writer.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter writer, JsonElement value, int longest)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                writer.WriteStringValue(ShortText.Of(value.GetString()!, longest));
                break;
            case JsonValueKind.Array:
                WriteList(writer, value.EnumerateArray(), longest);
                break;
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in value.EnumerateObject())
                {
                    writer.WritePropertyName(member.Name);
                    Write(writer, member.Value, longest);
                }

                writer.WriteEndObject();
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    private static void WriteList(Utf8JsonWriter writer, IEnumerable<JsonElement> entries, int longest)
    {
        writer.WriteStartArray();
        foreach (var entry in entries)
        {
            Write(writer, entry, longest);
        }

        writer.WriteEndArray();
    }
}
