using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Lorch.Core.Hashing;

/// <summary>JSON in the one form that can be hashed: RFC 8785, the JSON Canonicalization Scheme.</summary>
internal static class CanonicalJson
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly SearchValues<char> Escaped =
        SearchValues.Create([.. Enumerable.Range(0, ' ').Select(c => (char)c), '"', '\\']);

    /// <summary>Writes a value canonically.</summary>
    /// <param name="element">The value.</param>
    /// <returns>UTF-8 bytes without a byte order mark or trailing line feed.</returns>
    /// <exception cref="FormatException">The value has no canonical form: a number is too large for a double, a text holds a lone
    /// surrogate, or an object repeats a member.</exception>
    public static byte[] GetBytes(JsonElement element) => Write(element).WrittenSpan.ToArray();

    /// <summary>Hashes a value's canonical form.</summary>
    /// <param name="element">The value.</param>
    /// <returns>The digest of <see cref="GetBytes"/>.</returns>
    /// <exception cref="FormatException">The value has no canonical form.</exception>
    public static Sha256Digest Digest(JsonElement element) => Sha256Digest.Of(Write(element).WrittenSpan);

    private static ArrayBufferWriter<byte> Write(JsonElement element)
    {
        var writer = new ArrayBufferWriter<byte>();
        Write(writer, element);
        return writer;
    }

    private static void Write(ArrayBufferWriter<byte> writer, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(writer, element);
                break;
            case JsonValueKind.Array:
                WriteArray(writer, element);
                break;
            case JsonValueKind.String:
                WriteString(writer, Decode(element, value => value.GetString()!));
                break;
            case JsonValueKind.Number:
                WriteAscii(writer, CanonicalNumber.Format(element.GetDouble()));
                break;
            case JsonValueKind.True:
                writer.Write("true"u8);
                break;
            case JsonValueKind.False:
                writer.Write("false"u8);
                break;
            case JsonValueKind.Null:
                writer.Write("null"u8);
                break;
            default:
                throw new ArgumentException("There is no JSON value to write.", nameof(element));
        }
    }

    /// <summary>Members are sorted by the UTF-16 code units of their names (RFC 8785 §3.2.3).</summary>
    private static void WriteObject(ArrayBufferWriter<byte> writer, JsonElement element)
    {
        var members = element.EnumerateObject().Select(member => (Name: Decode(member, value => value.Name), member.Value)).ToList();
        members.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        writer.Write("{"u8);
        for (var i = 0; i < members.Count; i++)
        {
            if (i > 0)
            {
                RefuseRepetition(members[i - 1].Name, members[i].Name);
                writer.Write(","u8);
            }

            WriteString(writer, members[i].Name);
            writer.Write(":"u8);
            Write(writer, members[i].Value);
        }

        writer.Write("}"u8);
    }

    /// <summary>Readers differ in which of two equal members they take, so a digest would not say what was meant (RFC 8785 §3.1).</summary>
    private static void RefuseRepetition(string previous, string name)
    {
        if (previous == name)
        {
            throw new FormatException($"An object has the member '{name}' twice, which RFC 8785 does not allow.");
        }
    }

    private static void WriteArray(ArrayBufferWriter<byte> writer, JsonElement element)
    {
        writer.Write("["u8);
        var first = true;
        foreach (var item in element.EnumerateArray())
        {
            writer.Write(first ? ""u8 : ","u8);
            first = false;
            Write(writer, item);
        }

        writer.Write("]"u8);
    }

    /// <summary>Only what JSON must escape is escaped, in its shortest form (RFC 8785 §3.2.2.2).</summary>
    internal static void WriteString(ArrayBufferWriter<byte> writer, string text)
    {
        writer.Write("\""u8);
        var rest = text.AsSpan();
        while (rest.IndexOfAny(Escaped) is var next and >= 0)
        {
            WriteUtf8(writer, rest[..next]);
            WriteAscii(writer, Escape(rest[next]));
            rest = rest[(next + 1)..];
        }

        WriteUtf8(writer, rest);
        writer.Write("\""u8);
    }

    private static string Escape(char c) => c switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\b' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\f' => "\\f",
        '\r' => "\\r",
        _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
    };

    /// <summary>Takes a text out of JSON, whose reader calls an escaped lone surrogate an invalid operation.</summary>
    private static string Decode<T>(T value, Func<T, string> text)
    {
        try
        {
            return text(value);
        }
        catch (InvalidOperationException exception)
        {
            throw LoneSurrogate(exception);
        }
    }

    private static void WriteUtf8(ArrayBufferWriter<byte> writer, ReadOnlySpan<char> text)
    {
        try
        {
            StrictUtf8.GetBytes(text, writer);
        }
        catch (EncoderFallbackException exception)
        {
            throw LoneSurrogate(exception);
        }
    }

    private static FormatException LoneSurrogate(Exception cause) =>
        new("A text holds a lone surrogate, which RFC 8785 does not allow.", cause);

    private static void WriteAscii(ArrayBufferWriter<byte> writer, string text) => Encoding.ASCII.GetBytes(text, writer);
}
