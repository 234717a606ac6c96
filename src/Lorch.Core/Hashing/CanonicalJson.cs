using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Lorch.Core.Hashing;

/// <summary>JSON in the one form that can be hashed: RFC 8785, the JSON Canonicalization Scheme.</summary>
public static class CanonicalJson
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Writes a value canonically.</summary>
    /// <param name="element">The value; its objects must not repeat a member.</param>
    /// <returns>UTF-8 bytes without a byte order mark or trailing line feed.</returns>
    /// <exception cref="FormatException">A number is too large for a double, or a text holds a lone surrogate.</exception>
    public static byte[] GetBytes(JsonElement element)
    {
        var writer = new ArrayBufferWriter<byte>();
        Write(writer, element);
        return writer.WrittenSpan.ToArray();
    }

    /// <summary>Hashes a value's canonical form.</summary>
    /// <param name="element">The value.</param>
    /// <returns>The digest of <see cref="GetBytes"/>.</returns>
    public static Sha256Digest Digest(JsonElement element) => Sha256Digest.Of(GetBytes(element));

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
                WriteString(writer, element.GetString()!);
                break;
            case JsonValueKind.Number:
                WriteAscii(writer, FormatNumber(element));
                break;
            case JsonValueKind.True:
                WriteAscii(writer, "true");
                break;
            case JsonValueKind.False:
                WriteAscii(writer, "false");
                break;
            case JsonValueKind.Null:
                WriteAscii(writer, "null");
                break;
            default:
                throw new ArgumentException("There is no JSON value to write.", nameof(element));
        }
    }

    /// <summary>Members are sorted by the UTF-16 code units of their names (RFC 8785 §3.2.3).</summary>
    private static void WriteObject(ArrayBufferWriter<byte> writer, JsonElement element)
    {
        WriteAscii(writer, "{");
        var first = true;
        foreach (var member in element.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
        {
            WriteAscii(writer, first ? "" : ",");
            first = false;
            WriteString(writer, member.Name);
            WriteAscii(writer, ":");
            Write(writer, member.Value);
        }

        WriteAscii(writer, "}");
    }

    private static void WriteArray(ArrayBufferWriter<byte> writer, JsonElement element)
    {
        WriteAscii(writer, "[");
        var first = true;
        foreach (var item in element.EnumerateArray())
        {
            WriteAscii(writer, first ? "" : ",");
            first = false;
            Write(writer, item);
        }

        WriteAscii(writer, "]");
    }

    /// <summary>Only what JSON must escape is escaped, in its shortest form (RFC 8785 §3.2.2.2).</summary>
    internal static void WriteString(ArrayBufferWriter<byte> writer, string text)
    {
        var escaped = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => escaped.Append("\\\""),
                '\\' => escaped.Append("\\\\"),
                '\b' => escaped.Append("\\b"),
                '\t' => escaped.Append("\\t"),
                '\n' => escaped.Append("\\n"),
                '\f' => escaped.Append("\\f"),
                '\r' => escaped.Append("\\r"),
                < ' ' => escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => escaped.Append(c),
            };
        }

        try
        {
            StrictUtf8.GetBytes(escaped.Append('"').ToString(), writer);
        }
        catch (EncoderFallbackException exception)
        {
            throw new FormatException("A text holds a lone surrogate, which RFC 8785 does not allow.", exception);
        }
    }

    /// <summary>Numbers are written as ECMAScript writes a double (RFC 8785 §3.2.2.3, ECMA-262 Number::toString).</summary>
    private static string FormatNumber(JsonElement element)
    {
        var value = element.GetDouble();
        if (!double.IsFinite(value))
        {
            throw new FormatException($"The number {element.GetRawText()} is too large for canonical JSON (RFC 8785 §3.2.2.3).");
        }

        if (value == 0)
        {
            return "0";
        }

        var (digits, point) = ShortestDigits(Math.Abs(value));
        var sign = value < 0 ? "-" : "";
        return sign + point switch
        {
            > 0 and <= 21 when digits.Length <= point => digits + new string('0', point - digits.Length),
            > 0 and <= 21 => $"{digits[..point]}.{digits[point..]}",
            > -6 and <= 0 => $"0.{new string('0', -point)}{digits}",
            _ => FormatExponent(digits, point - 1),
        };
    }

    private static string FormatExponent(string digits, int exponent)
    {
        var mantissa = digits.Length == 1 ? digits : $"{digits[0]}.{digits[1..]}";
        return string.Create(CultureInfo.InvariantCulture, $"{mantissa}e{(exponent < 0 ? "-" : "+")}{Math.Abs(exponent)}");
    }

    /// <summary>Splits a positive number into its digits and the place of the decimal point among them.</summary>
    private static (string Digits, int Point) ShortestDigits(double value)
    {
        // "R" gives the shortest digits that read back as the same double, as ECMAScript asks: 123.45, 0.001 or 1.5E-07.
        var parts = value.ToString("R", CultureInfo.InvariantCulture).Split('E');
        var shift = parts.Length == 2 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0;
        var point = parts[0].IndexOf('.', StringComparison.Ordinal);
        var all = parts[0].Replace(".", "", StringComparison.Ordinal);
        var digits = all.TrimStart('0');
        return (digits.TrimEnd('0'), (point < 0 ? all.Length : point) - (all.Length - digits.Length) + shift);
    }

    private static void WriteAscii(ArrayBufferWriter<byte> writer, string text) => Encoding.ASCII.GetBytes(text, writer);
}
