using System.Text.Json.Serialization;

namespace Lorch.Core;

/// <summary>Names the content of a workspace: <c>snap-</c> and the first 12 hexadecimal digits of the digest of its file list.</summary>
[JsonConverter(typeof(TextValueConverter<SnapshotId>))]
public readonly record struct SnapshotId : ITextValue<SnapshotId>
{
    private const string Prefix = "snap-";
    private const int DigitCount = 12;

    private readonly string? _text;

    private SnapshotId(string text) => _text = text;

    /// <inheritdoc/>
    public static string Expected => "a snapshot id like snap-d0ab7e60b764";

    /// <summary>Makes the id from a digest's hexadecimal digits.</summary>
    /// <param name="hex">At least 12 lower-case hexadecimal digits.</param>
    /// <returns>The id.</returns>
    public static SnapshotId FromHex(string hex)
    {
        ArgumentNullException.ThrowIfNull(hex);
        return Parse(Prefix + hex[..DigitCount]);
    }

    /// <summary>Parses a snapshot id.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The id.</returns>
    /// <exception cref="FormatException">The text is no snapshot id.</exception>
    public static SnapshotId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not {Expected}.");

    /// <inheritdoc/>
    public static bool TryParse(string? text, out SnapshotId value)
    {
        var valid = text is not null
            && text.StartsWith(Prefix, StringComparison.Ordinal)
            && AllowedCharacters.IsLowerHex(text.AsSpan(Prefix.Length), DigitCount);
        value = valid ? new SnapshotId(text!) : default;
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => _text ?? throw new InvalidOperationException("A snapshot id was used before it was set.");
}
