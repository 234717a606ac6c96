using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Lorch.Core.Json;
using Lorch.Core.Tools;

namespace Lorch.Agent.Working;

/// <summary>
/// Reads JSON that a tool wrote: whatever the grammar allows, and what stands around it for a terminal. Nothing of it makes reading fail
/// later.
/// </summary>
/// <remarks>
/// The grammar allows escapes of halves of characters, which no text can hold. In names and within texts they are replaced at once. At a
/// text's edges they are kept: the other half may come in the next piece (<see cref="Piece"/>).
/// </remarks>
internal static class ToolJson
{
    private const string Halves =
        "it holds half of a surrogate pair, which is no character: where the other half doesn't follow, it is read as U+FFFD";
    private const string Terminal = "it holds sequences for a terminal, control characters or a byte order mark, which were left out";
    private const string NoUtf8 = "it isn't valid UTF-8: what isn't was read as U+FFFD";

    /// <summary>Far more than tools nest: deeper is an attack on whoever reads it.</summary>
    private const int MaxDepth = 512;

    private static readonly JsonReaderOptions Reading = new() { MaxDepth = MaxDepth, AllowMultipleValues = true };

    /// <summary>Reads the value that a text is.</summary>
    /// <param name="text">UTF-8, one value.</param>
    /// <param name="value">The value.</param>
    /// <param name="oddity">What had to be changed to read it, a part of a sentence; null if nothing had.</param>
    /// <returns>Whether the text is JSON.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out JsonElement value, out string? oddity)
    {
        text = Clean(text, out oddity);
        return TryParseFirst(text, out value, out var length, ref oddity) && text[length..].IndexOfAnyExcept(" \t\r\n"u8) < 0;
    }

    /// <summary>Reads the value with which a text begins.</summary>
    /// <param name="text">The text: plain, as <see cref="ToolText.Plain"/> makes it.</param>
    /// <param name="value">The value.</param>
    /// <param name="length">How many bytes it takes.</param>
    /// <param name="oddity">Gets what had to be changed to read it, if something had.</param>
    /// <returns>Whether the text begins with JSON.</returns>
    public static bool TryParseFirst(ReadOnlySpan<byte> text, out JsonElement value, out int length, ref string? oddity)
    {
        (value, length) = (default, 0);
        try
        {
            var reader = new Utf8JsonReader(text, Reading);
            value = JsonElement.ParseValue(ref reader);
            length = (int)reader.BytesConsumed;
            if (LoneSurrogates.Find(text[..length], 0) >= 0)
            {
                oddity = oddity is null or Halves ? Halves : $"{oddity}; {Halves}";
                reader = new Utf8JsonReader(Mend(text[..length], keepsEdges: true), Reading);
                value = JsonElement.ParseValue(ref reader);
            }

            return true;
        }
        catch (JsonException)
        {
            // It is what it says it isn't: the caller keeps it as words.
            return false;
        }
    }

    /// <summary>Puts U+FFFD in the place of all halves of characters in a JSON text that goes to a strict reader.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="oddity">What was changed, a part of a sentence; null if nothing was.</param>
    /// <returns>The text; up to its first fault, if it isn't JSON.</returns>
    public static ReadOnlySpan<byte> Mend(ReadOnlySpan<byte> json, out string? oddity)
    {
        oddity = LoneSurrogates.Find(json, 0) < 0 ? null : Halves;
        return oddity is null ? json : Mend(json, keepsEdges: false);
    }

    /// <summary>Gives a text.</summary>
    /// <param name="text">A value that is one.</param>
    public static string Text(JsonElement text) => ToolText.Mend(Piece(text));

    /// <summary>Gives a piece of a text. It may begin with the second half of a character and end with the first half of one.</summary>
    /// <param name="text">A value that is a text.</param>
    public static string Piece(JsonElement text)
    {
        var raw = JsonMarshal.GetRawUtf8Value(text);
        if (LoneSurrogates.Find(raw, 0) < 0)
        {
            return text.GetString()!;
        }

        var inside = raw[1..^1].ToArray().AsSpan();
        Mend(inside, keepsEdges: true);
        var first = LoneSurrogates.UnitAt(inside, 0) is var low && char.IsLowSurrogate(low) ? low : '\0';
        inside = first == '\0' ? inside : inside[LoneSurrogates.EscapeLength..];
        var last = LoneSurrogates.Find(inside, 0) is var at and >= 0 ? LoneSurrogates.UnitAt(inside, at) : '\0';
        inside = last == '\0' ? inside : inside[..^LoneSurrogates.EscapeLength];
        return string.Concat(Unit(first), JsonElement.Parse([(byte)'"', .. inside, (byte)'"']).GetString(), Unit(last));

        static string Unit(char unit) => unit == '\0' ? "" : unit.ToString();
    }

    private static ReadOnlySpan<byte> Clean(ReadOnlySpan<byte> text, out string? oddity)
    {
        oddity = null;
        if (!Utf8.IsValid(text))
        {
            oddity = NoUtf8;
        }
        else if (text.IndexOfAnyInRange(
            (byte)0,
            (byte)0x08) >= 0 || text.IndexOfAnyInRange((byte)0x0B, (byte)0x0C) >= 0 || text.IndexOfAnyInRange((byte)0x0E, (byte)0x1F) >= 0
            || text.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
        {
            oddity = Terminal;
        }

        if (oddity is null)
        {
            return text;
        }

        return new UTF8Encoding(false).GetBytes(ToolText.Plain(new UTF8Encoding(false).GetString(text)));
    }

    private static Span<byte> Mend(ReadOnlySpan<byte> json, bool keepsEdges)
    {
        var mended = json.ToArray();
        var reader = new Utf8JsonReader(json, Reading);
        try
        {
            while (reader.Read())
            {
                if (reader is { TokenType: JsonTokenType.String or JsonTokenType.PropertyName, ValueIsEscaped: true })
                {
                    Mend(
                        mended.AsSpan((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length),
                        keepsEdges && reader.TokenType is JsonTokenType.String);
                }
            }
        }
        catch (JsonException)
        {
            // Whoever reads it comes to the same place.
        }

        return mended;
    }

    private static void Mend(Span<byte> token, bool keepsEdges)
    {
        for (var at = LoneSurrogates.Find(token, 0); at >= 0; at = LoneSurrogates.Find(token, at + LoneSurrogates.EscapeLength))
        {
            var isEdge = (at == 0 && char.IsLowSurrogate(LoneSurrogates.UnitAt(token, at)))
                || (at == token.Length - LoneSurrogates.EscapeLength && char.IsHighSurrogate(LoneSurrogates.UnitAt(token, at)));
            if (!keepsEdges || !isEdge)
            {
                "\\ufffd"u8.CopyTo(token[at..]);
            }
        }
    }
}
