using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace Lorch.Core.Hashing;

/// <summary>A SHA-256 digest in its text form: <c>sha256:</c> and 64 lower-case hexadecimal digits.</summary>
[JsonConverter(typeof(TextValueConverter<Sha256Digest>))]
public readonly record struct Sha256Digest : ITextValue<Sha256Digest>
{
    private const string Prefix = "sha256:";
    private const int DigitCount = 64;

    private readonly string? _text;

    private Sha256Digest(string text) => _text = text;

    /// <inheritdoc/>
    public static string Expected => "a digest: 'sha256:' and 64 lower-case hexadecimal digits";

    /// <summary>Gets the 64 hexadecimal digits.</summary>
    public string Hex => ToString()[Prefix.Length..];

    /// <summary>Hashes bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <returns>Their digest.</returns>
    public static Sha256Digest Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return FromHash(hash);
    }

    /// <summary>Hashes a stream from where it stands to its end, with constant memory.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The digest of what was read.</returns>
    public static async Task<Sha256Digest> OfAsync(Stream stream, CancellationToken cancellationToken) =>
        FromHash(await SHA256.HashDataAsync(stream, cancellationToken));

    /// <summary>Makes a digest from a hash.</summary>
    /// <param name="hash">32 bytes.</param>
    /// <returns>The digest.</returns>
    public static Sha256Digest FromHash(ReadOnlySpan<byte> hash) => Parse(Prefix + Convert.ToHexStringLower(hash));

    /// <summary>Parses a digest.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The digest.</returns>
    /// <exception cref="FormatException">The text is no digest.</exception>
    public static Sha256Digest Parse(string text) =>
        TryParse(text, out var digest) ? digest : throw new FormatException($"'{text}' is not {Expected}.");

    /// <inheritdoc/>
    public static bool TryParse(string? text, out Sha256Digest value)
    {
        var valid = text is not null
            && text.StartsWith(Prefix, StringComparison.Ordinal)
            && AllowedCharacters.IsLowerHex(text.AsSpan(Prefix.Length), DigitCount);
        value = valid ? new Sha256Digest(text!) : default;
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => _text ?? throw new InvalidOperationException("A digest was used before it was set.");
}
