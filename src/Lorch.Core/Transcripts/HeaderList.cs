namespace Lorch.Core.Transcripts;

/// <summary>
/// What <c>OTEL_EXPORTER_OTLP_HEADERS</c> lists: <c>name=value</c>, with commas between, the values percent-encoded.
/// </summary>
internal static class HeaderList
{
    private const string Prefix = "OTEL_EXPORTER_OTLP_";
    private const string Suffix = "HEADERS";

    /// <summary>Whether a variable is such a list.</summary>
    public static bool IsOne(string name) =>
        name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && name.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a list. What has no name is left out.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Parse(string text) =>
        from entry in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        let end = entry.IndexOf('=', StringComparison.Ordinal)
        where end > 0
        select KeyValuePair.Create(
            Uri.UnescapeDataString(entry[..end].TrimEnd()),
            Uri.UnescapeDataString(entry[(end + 1)..].TrimStart()));

    /// <summary>Gives what is secret in a list: each value, and without the word before it that names a way to sign in.</summary>
    public static IEnumerable<string> SecretsOf(string text) =>
        Parse(text).SelectMany(header => header.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1..].Append(header.Value));
}
