using System.Globalization;
using System.Text;

namespace Lorch.Core.Json;

/// <summary>What is wrong with a JSON text, in words of the wire, and where.</summary>
internal sealed record JsonFault
{
    private const int MaxReasonLength = 500;
    private const int MaxPathLength = 200;

    private JsonFault(string reason, string? path) => (Reason, Path) = (reason, path);

    public string Reason { get; }

    public string? Path { get; }

    /// <summary>Makes a fault. What the text itself brought in is cut, and freed from control characters: both end in logs.</summary>
    public static JsonFault Create(string reason, string? path) =>
        new(Printable(reason, MaxReasonLength), path is null ? null : Printable(path, MaxPathLength));

    private static string Printable(string text, int maxLength)
    {
        var result = new StringBuilder(Math.Min(text.Length, maxLength));
        foreach (var rune in text.EnumerateRunes())
        {
            if (result.Length >= maxLength)
            {
                return result.Append('…').ToString();
            }

            result = Rune.IsControl(rune)
                ? result.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}")
                : result.Append(rune.ToString());
        }

        return result.ToString();
    }
}
