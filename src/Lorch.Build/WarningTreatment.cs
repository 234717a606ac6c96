namespace Lorch.Build;

/// <summary>
/// How a project wants warnings to be treated, reduced to those that can be of this package: equal wishes are equal texts, whatever else
/// the projects say.
/// </summary>
/// <remarks>
/// The text has four parts with a <c>|</c> between them: codes as messages, as errors, not as errors, and whether all are errors. The
/// runner takes it apart.
/// </remarks>
internal static class WarningTreatment
{
    private const string Prefix = "LORCH";
    private const string None = "|||";

    private static readonly char[] Separators = [';', ',', ' ', '\t', '\r', '\n'];

    public static string Encode(string? asMessages, string? asErrors, string? notAsErrors, string? allAsErrors)
    {
        var isTrue = Split(allAsErrors).FirstOrDefault() is "TRUE";
        var text = string.Join('|', Codes(asMessages), Codes(asErrors), isTrue ? Codes(notAsErrors) : "", isTrue ? "true" : "");
        return text is None ? "" : text;
    }

    private static string Codes(string? text) =>
        string.Join('+', Split(text).Where(code => code.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    private static IEnumerable<string> Split(string? text) =>
        (text ?? "").Split(Separators, StringSplitOptions.RemoveEmptyEntries)
            .Select(word => word.ToUpperInvariant())
            .Distinct(StringComparer.Ordinal);
}
