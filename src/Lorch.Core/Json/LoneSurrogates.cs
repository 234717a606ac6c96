using System.Buffers.Text;

namespace Lorch.Core.Json;

/// <summary>
/// Finds the escapes of a JSON text that are half a character: <c>\ud800</c> to <c>\udfff</c> without the other half beside it.
/// </summary>
internal static class LoneSurrogates
{
    /// <summary>How many bytes an escape has.</summary>
    public const int EscapeLength = 6;

    /// <summary>Finds the next one.</summary>
    /// <param name="json">UTF-8, a JSON text or a part of one.</param>
    /// <param name="from">Where to begin: not within an escape.</param>
    /// <returns>Where it begins; -1 if there is none.</returns>
    public static int Find(ReadOnlySpan<byte> json, int from)
    {
        for (var at = from; at < json.Length && json[at..].IndexOf((byte)'\\') is >= 0 and var next;)
        {
            at += next;
            var unit = UnitAt(json, at);
            if (char.IsLowSurrogate(unit) || (char.IsHighSurrogate(unit) && !char.IsLowSurrogate(UnitAt(json, at + EscapeLength))))
            {
                return at;
            }

            at += char.IsHighSurrogate(unit) ? 2 * EscapeLength : 2;
        }

        return -1;
    }

    /// <summary>Gives the UTF-16 unit of the escape <c>\uXXXX</c> at a place; otherwise <c>\0</c>.</summary>
    public static char UnitAt(ReadOnlySpan<byte> json, int at) =>
        json.Length - at >= EscapeLength && json[at..].StartsWith("\\u"u8)
        && Utf8Parser.TryParse(json.Slice(at + 2, 4), out ushort unit, out var used, 'x') && used == 4
            ? (char)unit
            : '\0';
}
