using System.Text.RegularExpressions;

namespace Lorch.Agent.Complaints;

/// <summary>Finds in a complaint about a limit the time from which on the tool may be asked again.</summary>
/// <remarks>
/// A form that isn't known tells no time: too early an attempt is paid for in vain. Where several times are told, the last one is believed.
/// </remarks>
/// <param name="clock">The clock, with the time zone in which tools on this machine write.</param>
internal sealed partial class LimitEnd(TimeProvider clock)
{
    private const int MaxText = 20_000;
    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    /// <summary>Finds it.</summary>
    /// <param name="complaint">What the tool says is wrong.</param>
    /// <returns>The time; null if none is told that is still to come.</returns>
    public DateTimeOffset? Find(string complaint)
    {
        var now = clock.GetUtcNow();
        var text = complaint.Length > MaxText ? complaint[^MaxText..] : complaint;
        var moments = new MomentReader(text, now, clock.LocalTimeZone);
        var ends = Field().Matches(text).Select(field => OfField(field, moments, now))
            .Concat(
                Sentence().Matches(text)
                    .Select(sentence => moments.Read(sentence.Index + sentence.Length, isSpan: sentence.Groups["span"].Success)))
            .Concat(Appended().Matches(text).Select(number => MomentReader.OfEpoch(number.Groups[1].Value)));
        return ends.Where(end => end > now).Max();
    }

    /// <summary>RFC 9110 §10.2.3: a number in <c>Retry-After</c> is seconds. Of other fields it is what their names say.</summary>
    private static DateTimeOffset? OfField(Match field, MomentReader moments, DateTimeOffset now)
    {
        var number = field.Groups["number"];
        if (!number.Success)
        {
            return moments.Read(field.Index + field.Length, isSpan: false);
        }

        var unit = field.Groups["unit"].Value;
        return MomentReader.OfEpoch(number.Value) is { } moment && unit.Length == 0 ? moment
            : unit.Length > 0 ? MomentReader.After(now, number.Value, unit)
            : field.Groups["after"].Success ? MomentReader.After(now, number.Value, "s")
            : null;
    }

    [GeneratedRegex(
        """(?<![a-z])(?:(?<after>retry[-_]?after)|retry[-_]?delay|resets?[-_]?(?:in|at|after|time)?)(?:[-_](?:requests|tokens))?[-_]?(?<unit>ms|milliseconds|s|sec|seconds?|minutes?|hours?)?["']?\s*[:=]\s*["']?"""
        + """(?:(?<number>\d+(?:\.\d+)?)(?=["'\s,;})\]]|\.?$|\.\s)(?!\s+[a-z]+(?![\w-]*:)))?""",
        Options)]
    private static partial Regex Field();

    [GeneratedRegex(
        """\b(?:retry|retrying|try again|tried again|asked again|wait|available|until|resets?|renews?|refresh(?:es)?|continue|back)\b(?:[\s"'·∙•—=~:,(-]|\b(?:again|after|at|on|until|be|is|about|approximately|around|another|the|next|your|limit|it|will)\b|(?<span>\b(?:in|for)\b))*(?<![\w])""",
        Options)]
    private static partial Regex Sentence();

    [GeneratedRegex(@"\|\s*(\d{10}|\d{13})(?!\d)", Options)]
    private static partial Regex Appended();
}
