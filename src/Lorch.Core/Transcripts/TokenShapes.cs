using System.Buffers;

namespace Lorch.Core.Transcripts;

/// <summary>
/// Finds tokens of well-known kinds by their shape, whoever they belong to. Each character is looked at a bounded number of times.
/// </summary>
internal static class TokenShapes
{
    private const string Digits = "0123456789";
    private const string Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Lower = "abcdefghijklmnopqrstuvwxyz";
    private const string KeyEnd = "PRIVATE KEY-----";
    private const string KeyBegin = "-----BEGIN ";
    private const string JwtBegin = "eyJ";
    private const int MaxKeyName = 40;
    private const int MinJwtPart = 8;

    private static readonly SearchValues<char> Alphanumeric = SearchValues.Create(Digits + Upper + Lower);
    private static readonly SearchValues<char> UpperAlphanumeric = SearchValues.Create(Digits + Upper);
    private static readonly SearchValues<char> WithUnderscore = SearchValues.Create(Digits + Upper + Lower + "_");
    private static readonly SearchValues<char> WithHyphen = SearchValues.Create(Digits + Upper + Lower + "-");
    private static readonly SearchValues<char> Base64Url = SearchValues.Create(Digits + Upper + Lower + "-_");

    private static readonly Shape[] Shapes =
    [
        new("sk-", Base64Url, 16, MustBeginWord: true, MustHoldDigit: true),
        new("ghp_", Alphanumeric, 20),
        new("gho_", Alphanumeric, 20),
        new("ghu_", Alphanumeric, 20),
        new("ghs_", Alphanumeric, 20),
        new("ghr_", Alphanumeric, 20),
        new("github_pat_", WithUnderscore, 20),
        new("AKIA", UpperAlphanumeric, 16, MustBeginWord: true),
        new("ASIA", UpperAlphanumeric, 16, MustBeginWord: true),
        new("xoxb-", WithHyphen, 10),
        new("xoxa-", WithHyphen, 10),
        new("xoxp-", WithHyphen, 10),
        new("xoxr-", WithHyphen, 10),
        new("xoxs-", WithHyphen, 10),
        new("AIza", Base64Url, 30),
    ];

    // Their first letters alone: a search for whole texts is code for vectors, which no image holds and each build would compile.
    private static readonly SearchValues<char> Beginnings =
        SearchValues.Create([.. Shapes.Select(shape => shape.Prefix).Append(JwtBegin).Append(KeyBegin).Select(prefix => prefix[0])]);

    /// <summary>Adds where tokens stand.</summary>
    /// <param name="text">The text to search.</param>
    /// <param name="found">Gets the places, by their beginnings.</param>
    public static void Find(string text, List<TextRange> found)
    {
        var at = 0;
        while (text.AsSpan(at).IndexOfAny(Beginnings) is var next and >= 0)
        {
            at += next;
            var length = LengthAt(text, at);
            if (length > 0)
            {
                found.Add(new TextRange(at, at + length));
            }

            at += Math.Max(1, length);
        }
    }

    private static int LengthAt(string text, int at)
    {
        var rest = text.AsSpan(at);
        if (rest.StartsWith(KeyBegin, StringComparison.Ordinal))
        {
            return LengthOfPrivateKey(rest);
        }

        if (rest.StartsWith(JwtBegin, StringComparison.Ordinal))
        {
            return BeginsWord(text, at) ? LengthOfJwt(rest) : 0;
        }

        foreach (var shape in Shapes)
        {
            if (rest[0] == shape.Prefix[0] && rest.StartsWith(shape.Prefix, StringComparison.Ordinal))
            {
                return shape.MustBeginWord && !BeginsWord(text, at) ? 0 : LengthOf(rest, shape);
            }
        }

        return 0;
    }

    private static int LengthOf(ReadOnlySpan<char> text, Shape shape)
    {
        var end = shape.Prefix.Length + LengthOfRun(text[shape.Prefix.Length..], shape.Characters);

        // A name of words (`sk-learn-pipeline-steps`) has no digit, a token of this kind is hardly without one.
        var isToken = end - shape.Prefix.Length >= shape.MinLength && (!shape.MustHoldDigit || text[..end].ContainsAnyInRange('0', '9'));
        return isToken ? end : 0;
    }

    /// <summary>Header, payload and signature of a JSON Web Token (RFC 7519), the latter two after a dot.</summary>
    private static int LengthOfJwt(ReadOnlySpan<char> text)
    {
        var header = LengthOfRun(text, Base64Url);
        if (header < MinJwtPart || header == text.Length || text[header] != '.')
        {
            return 0;
        }

        var payload = header + 1 + LengthOfRun(text[(header + 1)..], Base64Url);
        if (payload - header - 1 < MinJwtPart || payload == text.Length || text[payload] != '.')
        {
            return 0;
        }

        return payload + 1 + LengthOfRun(text[(payload + 1)..], Base64Url);
    }

    /// <summary>A PEM block (RFC 7468), to its end or that of the text.</summary>
    private static int LengthOfPrivateKey(ReadOnlySpan<char> text)
    {
        var name = text[KeyBegin.Length..];
        var begin = name[..Math.Min(MaxKeyName, name.Length)].IndexOf(KeyEnd, StringComparison.Ordinal);
        if (begin < 0)
        {
            return 0;
        }

        var content = KeyBegin.Length + begin + KeyEnd.Length;
        var end = text[content..].IndexOf(KeyEnd, StringComparison.Ordinal);
        return end < 0 ? text.Length : content + end + KeyEnd.Length;
    }

    private static int LengthOfRun(ReadOnlySpan<char> text, SearchValues<char> characters) =>
        text.IndexOfAnyExcept(characters) is var end and >= 0 ? end : text.Length;

    /// <summary>Whether a word begins here, and doesn't go on: <c>sk-</c> also ends <c>task-</c>.</summary>
    private static bool BeginsWord(string text, int at) =>
        at == 0 || !Base64Url.Contains(text[at - 1]) || EndsEscape(text.AsSpan(Math.Max(0, at - 12), Math.Min(12, at)));

    /// <summary>The letter before may be the end of <c>\n</c>, <c>\u0022</c>, <c>%3D</c> or of a colour.</summary>
    private static bool EndsEscape(ReadOnlySpan<char> before) =>
        (before.Length >= 2 && before[^2] == '\\')
        || (before.Length >= 6 && before[^6] == '\\' && before[^5] == 'u')
        || (before.Length >= 3 && before[^3] == '%')
        || (before[^1] == 'm' && before.Contains('\e'));

    private sealed record Shape(
        string Prefix,
        SearchValues<char> Characters,
        int MinLength,
        bool MustBeginWord = false,
        bool MustHoldDigit = false);
}
