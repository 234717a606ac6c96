using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lorch.Core.Hashing;

/// <summary>Tells two requests apart: <c>ik:</c> and 64 hexadecimal digits. Equal requests have equal keys on every machine.</summary>
[JsonConverter(typeof(TextValueConverter<IdempotencyKey>))]
public readonly record struct IdempotencyKey : ITextValue<IdempotencyKey>
{
    private const string Prefix = "ik:";
    private const int DigitCount = 64;

    private readonly string? _text;

    private IdempotencyKey(string text) => _text = text;

    /// <inheritdoc/>
    public static string Expected => "an idempotency key: 'ik:' and 64 lower-case hexadecimal digits";

    /// <summary>Gets the first 12 hexadecimal digits, which name files.</summary>
    public string ShortHex => ToString().Substring(Prefix.Length, 12);

    /// <summary>
    /// Computes the key: SHA-256 over action, task, snapshot and the canonical JSON (RFC 8785) of both values, a line feed between them.
    /// </summary>
    /// <param name="action">The action's wire name.</param>
    /// <param name="task">The task.</param>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="inputs">The command's <c>inputs</c> object.</param>
    /// <param name="expectedOutputs">The command's <c>expected_outputs</c> array.</param>
    /// <returns>The key.</returns>
    /// <exception cref="ArgumentException">The action is no wire name: it could be taken for two lines.</exception>
    /// <exception cref="FormatException">A value has no canonical form.</exception>
    public static IdempotencyKey Compute(
        string action,
        TaskId task,
        SnapshotId snapshot,
        JsonElement inputs,
        JsonElement expectedOutputs)
    {
        if (string.IsNullOrEmpty(action) || action.AsSpan().IndexOfAnyExcept(AllowedCharacters.InIds) >= 0)
        {
            throw new ArgumentException($"'{action}' is no action.", nameof(action));
        }

        var head = Encoding.ASCII.GetBytes($"{action}\n{task}\n{snapshot}\n");
        byte[] text = [.. head, .. CanonicalJson.GetBytes(inputs), (byte)'\n', .. CanonicalJson.GetBytes(expectedOutputs)];
        return new IdempotencyKey(Prefix + Sha256Digest.Of(text).Hex);
    }

    /// <summary>Parses a key.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The key.</returns>
    /// <exception cref="FormatException">The text is no key.</exception>
    public static IdempotencyKey Parse(string text) =>
        TryParse(text, out var key) ? key : throw new FormatException($"'{text}' is not {Expected}.");

    /// <inheritdoc/>
    public static bool TryParse(string? text, out IdempotencyKey value)
    {
        var valid = text is not null
            && text.StartsWith(Prefix, StringComparison.Ordinal)
            && AllowedCharacters.IsLowerHex(text.AsSpan(Prefix.Length), DigitCount);
        value = valid ? new IdempotencyKey(text!) : default;
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => _text ?? throw new InvalidOperationException("A key was used before it was set.");
}
