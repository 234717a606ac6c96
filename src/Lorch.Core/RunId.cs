using System.Globalization;
using System.Text.Json.Serialization;

namespace Lorch.Core;

/// <summary>Names a run: <c>run-YYYYMMDD-HHMMSS-&lt;8 hex&gt;</c>, UTC. Ordinal order is the order in which runs began.</summary>
[JsonConverter(typeof(TextValueConverter<RunId>))]
public readonly record struct RunId : ITextValue<RunId>, IComparable<RunId>
{
    private const string Prefix = "run-";
    private const string TimeFormat = "yyyyMMdd-HHmmss";
    private const int SuffixLength = 8;
    private const int TimeLength = 15;

    private readonly string? _text;

    private RunId(string text) => _text = text;

    /// <inheritdoc/>
    public static string Expected => "a run id like run-20260131-090500-0a1b2c3d";

    /// <summary>Gets the time in the id, to the second.</summary>
    public DateTimeOffset Time => ParseTime(ToString().AsSpan(Prefix.Length, TimeLength), out var time)
        ? time
        : throw new InvalidOperationException();

    /// <summary>Makes an id that is greater than all that are there: the clock's time, moved forward where needed.</summary>
    /// <param name="now">The time, any offset.</param>
    /// <param name="greatest">The greatest id that exists, if any.</param>
    /// <param name="random">32 random bits, the id's suffix.</param>
    /// <returns>The id.</returns>
    public static RunId Create(DateTimeOffset now, RunId? greatest, uint random)
    {
        var time = now.ToUniversalTime();
        if (greatest is { } last && last.Time is var lastTime && time < lastTime.AddSeconds(1))
        {
            time = lastTime.AddSeconds(1);
        }

        return new RunId(
            string.Create(CultureInfo.InvariantCulture, $"{Prefix}{time.ToString(TimeFormat, CultureInfo.InvariantCulture)}-{random:x8}"));
    }

    /// <summary>Parses a run id.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The id.</returns>
    /// <exception cref="FormatException">The text is no run id.</exception>
    public static RunId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not {Expected}.");

    /// <inheritdoc/>
    public static bool TryParse(string? text, out RunId value)
    {
        var valid = text is { Length: 4 + TimeLength + 1 + SuffixLength }
            && text.StartsWith(Prefix, StringComparison.Ordinal)
            && ParseTime(text.AsSpan(Prefix.Length, TimeLength), out _)
            && text[Prefix.Length + TimeLength] == '-'
            && AllowedCharacters.IsLowerHex(text.AsSpan(^SuffixLength..), SuffixLength);
        value = valid ? new RunId(text!) : default;
        return valid;
    }

    /// <inheritdoc/>
    public int CompareTo(RunId other) => string.CompareOrdinal(ToString(), other.ToString());

    /// <inheritdoc/>
    public override string ToString() => _text ?? throw new InvalidOperationException("A run id was used before it was set.");

    private static bool ParseTime(ReadOnlySpan<char> text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(
            text,
            TimeFormat,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out time);
}
