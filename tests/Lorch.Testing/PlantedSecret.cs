using System.Text;

namespace Lorch.Testing;

/// <summary>A secret of which no eight characters stand anywhere by chance, and what is found of it where it must not be.</summary>
public sealed class PlantedSecret
{
    private const int Window = 8;

    private readonly HashSet<string> _pieces = new(StringComparer.Ordinal);

    /// <summary>Initializes a new instance of the <see cref="PlantedSecret"/> class.</summary>
    /// <param name="value">The value; it may hold characters that JSON, URLs and Base64 write otherwise.</param>
    public PlantedSecret(string value)
    {
        Value = value;
        Base64 = Convert.ToBase64String(Encoding.ASCII.GetBytes(value));
        Url = Uri.EscapeDataString(value);
        foreach (var form in new[] { Value, Base64, Url })
        {
            for (var i = 0; i + Window <= form.Length; i++)
            {
                _pieces.Add(form.Substring(i, Window));
            }
        }
    }

    /// <summary>Gets the value.</summary>
    public string Value { get; }

    /// <summary>Gets the value as Base64.</summary>
    public string Base64 { get; }

    /// <summary>Gets the value as a URL writes it.</summary>
    public string Url { get; }

    /// <summary>Gets all forms in one text.</summary>
    public string Everywhere => $"plain {Value} base64 {Base64} url {Url} end";

    /// <summary>Finds pieces of the secret.</summary>
    /// <param name="text">A text that must hold none.</param>
    /// <returns>The first pieces with what stands around them.</returns>
    public IReadOnlyList<string> FindIn(string text) =>
    [
        .. Enumerable.Range(0, Math.Max(0, text.Length - Window + 1))
            .Where(i => _pieces.GetAlternateLookup<ReadOnlySpan<char>>().Contains(text.AsSpan(i, Window)))
            .Select(i => text[Math.Max(0, i - 60)..Math.Min(text.Length, i + 60)])
            .Take(3),
    ];
}
