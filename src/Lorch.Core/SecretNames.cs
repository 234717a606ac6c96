namespace Lorch.Core;

/// <summary>Tells from a name whether the value behind it is likely to be a secret.</summary>
/// <remarks>
/// A name is taken apart into words at every character that is neither letter nor digit, and where a capital follows a small letter:
/// <c>OPENAI_API_KEY</c>, <c>openai-api-key</c> and <c>openaiApiKey</c> are the same name.
/// </remarks>
internal static class SecretNames
{
    /// <summary>Whether a name of a setting, an environment variable or a JSON member looks like that of a secret.</summary>
    /// <param name="name">The name.</param>
    /// <returns><see langword="true"/> if the value must not be shown.</returns>
    public static bool LooksSecret(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var words = SplitIntoWords(name);
        return words.Exists(SaysItItself)
            || NamesAKey(words)
            || (words.Count > 1 && words[^1] is "pass" or "pwd" or "pat")
            || string.Concat(words) is var joined
                && joined.StartsWith("otelexporterotlp", StringComparison.Ordinal)
                && joined.EndsWith("headers", StringComparison.Ordinal)
            || string.Concat(words).Contains("connectionstring", StringComparison.Ordinal);
    }

    // Plural "tokens" is missing on purpose: MAX_TOKENS is a limit.
    private static bool SaysItItself(string word) =>
        word is "secrets" or "passwords" or "credential" or "credentials" or "authorization" or "cookie"
        || word.EndsWith("secret", StringComparison.Ordinal)
        || word.EndsWith("token", StringComparison.Ordinal)
        || word.EndsWith("password", StringComparison.Ordinal)
        || word.EndsWith("passwd", StringComparison.Ordinal)
        || word.EndsWith("passphrase", StringComparison.Ordinal)
        || word.EndsWith("apikey", StringComparison.Ordinal);

    /// <summary>Keys that lock something, in contrast to keys that name something.</summary>
    private static bool NamesAKey(List<string> words)
    {
        var at = words.FindLastIndex(word => word is "key" or "keys");
        return at > 0 && words[at - 1] is not ("idempotency" or "task" or "public" or "cache" or "primary" or "foreign" or "sort");
    }

    private static List<string> SplitIntoWords(string name)
    {
        var words = new List<string>();
        var start = 0;
        for (var i = 0; i <= name.Length; i++)
        {
            var separator = i == name.Length || !char.IsLetterOrDigit(name[i]);
            if (!separator && !(i > 0 && char.IsUpper(name[i]) && char.IsLower(name[i - 1])))
            {
                continue;
            }

            if (i > start)
            {
                words.Add(name[start..i].ToLowerInvariant());
            }

            start = separator ? i + 1 : i;
        }

        return words;
    }
}
