using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace Lorch.Core.Transcripts;

/// <summary>The forms in which a secret shows up in a text: as it is, as JSON writes it, in a URL, in Base64.</summary>
internal static class SecretForms
{
    /// <summary>What is shorter is too likely to be a word of its own.</summary>
    public const int MinLength = 6;

    private const int MinLineLength = 12;

    /// <summary>Lists the forms of a value.</summary>
    /// <param name="value">The secret.</param>
    /// <returns>The forms, each once; none for a value that is too short.</returns>
    public static IReadOnlyCollection<string> Of(string value)
    {
        var forms = new HashSet<string>(StringComparer.Ordinal);
        if (value.Length < MinLength)
        {
            return forms;
        }

        foreach (var part in Parts(value))
        {
            forms.Add(part);
            forms.Add(JavaScriptEncoder.Default.Encode(part));
            forms.Add(JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(part));
            forms.Add(EscapeShortest(part));
            forms.UnionWith(InUrl(part));
            forms.UnionWith(InBase64(part));
        }

        forms.RemoveWhere(form => form.Length < MinLength);
        return forms;
    }

    /// <summary>A value of several lines is shown line by line.</summary>
    private static IEnumerable<string> Parts(string value)
    {
        yield return value;
        if (value.Trim() is { Length: >= MinLength } trimmed)
        {
            yield return trimmed;
        }

        foreach (var line in value.Split(['\r', '\n'], StringSplitOptions.TrimEntries).Where(line => line.Length >= MinLineLength))
        {
            yield return line;
        }
    }

    /// <summary>JSON with nothing escaped but what must be, and with <c>/</c>, which some writers escape.</summary>
    private static string EscapeShortest(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("/", "\\/", StringComparison.Ordinal)
        .Replace("\t", "\\t", StringComparison.Ordinal)
        .Replace("\r", "\\r", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);

    private static IEnumerable<string> InUrl(string text)
    {
        var escaped = EscapeForUrl(text);
        yield return escaped;
        yield return escaped.Replace("%20", "+", StringComparison.Ordinal);
        yield return LowerEscapes(escaped);
    }

    /// <summary>A lone surrogate has no UTF-8 and so no escaped form: it stays as it is.</summary>
    private static string EscapeForUrl(string text)
    {
        var escaped = new StringBuilder();
        foreach (var value in new UTF8Encoding(false, false).GetBytes(text))
        {
            escaped = char.IsAsciiLetterOrDigit((char)value) || value is (byte)'-' or (byte)'_' or (byte)'.' or (byte)'~'
                ? escaped.Append((char)value)
                : escaped.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
        }

        return escaped.ToString();
    }

    private static string LowerEscapes(string escaped)
    {
        var text = new StringBuilder(escaped);
        for (var i = escaped.IndexOf('%', StringComparison.Ordinal); i >= 0; i = escaped.IndexOf('%', i + 3))
        {
            text[i + 1] = char.ToLowerInvariant(text[i + 1]);
            text[i + 2] = char.ToLowerInvariant(text[i + 2]);
        }

        return text.ToString();
    }

    /// <summary>
    /// Base64 takes three bytes at a time, so a secret in the middle of a longer value (<c>user:secret</c>) looks different for each of
    /// three offsets; of each, the characters that depend on the secret alone are taken.
    /// </summary>
    private static IEnumerable<string> InBase64(string text)
    {
        var bytes = new UTF8Encoding(false, false).GetBytes(text);
        yield return Convert.ToBase64String(bytes);
        for (var offset = 0; offset < 3; offset++)
        {
            var bits = (offset + bytes.Length) * 8;
            var start = ((offset * 8) + 5) / 6;
            var inside = Convert.ToBase64String([.. new byte[offset], .. bytes])[start..(bits / 6)];
            yield return inside;
            yield return inside.Replace('+', '-').Replace('/', '_');
        }
    }
}
