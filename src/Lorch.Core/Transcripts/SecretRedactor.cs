using System.Text;

namespace Lorch.Core.Transcripts;

/// <summary>Takes secrets out of texts that people read: known values in all their forms, and tokens of well-known kinds.</summary>
/// <remarks>
/// It knows one text at a time: a private key that arrives line by line is recognised by its lines only if its value is known.
/// </remarks>
internal sealed class SecretRedactor
{
    /// <summary>What stands in a secret's place.</summary>
    public const string Mark = "***";

    private readonly KnownSecrets _known;
    private readonly (string Place, string Name)? _shown;

    /// <summary>Initializes a new instance of the <see cref="SecretRedactor"/> class.</summary>
    /// <param name="secrets">Values that must not be shown; those of less than 6 characters are ignored.</param>
    public SecretRedactor(IEnumerable<string> secrets) =>
        _known = new KnownSecrets(secrets.SelectMany(SecretForms.Of));

    private SecretRedactor(KnownSecrets known, (string Place, string Name) shown) => (_known, _shown) = (known, shown);

    /// <summary>Makes a redactor that also shows one place under the name of another.</summary>
    /// <param name="place">The absolute path that nobody is to read.</param>
    /// <param name="name">The one that stands in its place.</param>
    /// <returns>The redactor.</returns>
    public SecretRedactor Showing(string place, string name) => new(_known, (place, name));

    /// <summary>Makes a redactor for the variables of an environment whose names look secret.</summary>
    /// <param name="variables">Names and values.</param>
    /// <param name="looksSecret">Says whether a name is that of a secret.</param>
    /// <returns>The redactor.</returns>
    public static SecretRedactor ForEnvironment(IEnumerable<KeyValuePair<string, string>> variables, Func<string, bool> looksSecret) =>
        new(variables.Where(variable => looksSecret(variable.Key)).SelectMany(
            variable => HeaderList.IsOne(variable.Key) ? HeaderList.SecretsOf(variable.Value).Append(variable.Value) : [variable.Value]));

    /// <summary>
    /// Redacts a text, in a time that grows with its length alone. A text that ends with the beginning of a secret is taken to be cut
    /// there.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <returns>The text with each secret replaced; the same object if it holds none.</returns>
    public string Redact(string text)
    {
        if (_shown is var (place, name))
        {
            text = text.Replace(place, name, StringComparison.Ordinal);
        }

        var found = new List<TextRange>();
        _known.Find(text, found);
        TokenShapes.Find(text, found);
        if (_known.LengthOfBeginningAtEnd(text) is var begun and >= SecretForms.MinLength)
        {
            found.Add(new TextRange(text.Length - begun, text.Length));
        }

        return found.Count == 0 ? text : Replace(text, found);
    }

    private static string Replace(string text, List<TextRange> found)
    {
        found.Sort((left, right) => left.Start.CompareTo(right.Start));
        var result = new StringBuilder(text.Length);
        var end = 0;
        foreach (var range in found)
        {
            if (range.Start >= end)
            {
                result = result.Append(text, end, range.Start - end).Append(Mark);
            }

            end = Math.Max(end, range.End);
        }

        return result.Append(text, end, text.Length - end).ToString();
    }
}
