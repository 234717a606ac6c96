using System.Globalization;
using System.Text.RegularExpressions;

namespace Lorch.Agent.Complaints;

/// <summary>Reads a moment at a place of a text: a span of time from now, a date, a time of the day, or the seconds since 1970.</summary>
/// <param name="text">The text.</param>
/// <param name="now">The time.</param>
/// <param name="local">The zone of a time that names none.</param>
internal sealed partial class MomentReader(string text, DateTimeOffset now, TimeZoneInfo local)
{
    private const string MonthNames =
        "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?";
    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] Weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_525);

    // A time of the day that has just passed is rounded, not tomorrow's.
    private static readonly TimeSpan JustPassed = TimeSpan.FromMinutes(5);

    /// <summary>Reads a number of seconds, or milliseconds, since 1970.</summary>
    /// <returns>The moment; null if the number isn't one of these.</returns>
    public static DateTimeOffset? OfEpoch(string number) =>
        !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? null
            : number.Length == 10 ? DateTimeOffset.FromUnixTimeSeconds(value)
            : number.Length == 13 ? DateTimeOffset.FromUnixTimeMilliseconds(value)
            : null;

    /// <summary>Adds a span.</summary>
    /// <returns>The moment; null if the number or the unit isn't known.</returns>
    public static DateTimeOffset? After(DateTimeOffset now, string number, string unit) =>
        SpanOf(number, unit) is { } span ? now + span : null;

    /// <summary>Reads what stands at a place.</summary>
    /// <param name="place">The place.</param>
    /// <param name="isSpan">Whether the words before it speak of a span, as <c>in</c> does.</param>
    /// <returns>The moment; null if no known form stands there.</returns>
    public DateTimeOffset? Read(int place, bool isSpan)
    {
        if (IsoSpan().Match(text, place) is { Success: true } iso)
        {
            return AddParts(iso);
        }

        if (!isSpan && Date().Match(text, place) is { Success: true } date)
        {
            return OfDate(date, Time().Match(text, place + date.Length));
        }

        if (Span().Match(text, place) is { Success: true } span)
        {
            return AddParts(span);
        }

        if (isSpan)
        {
            return ClockSpan().Match(text, place) is { Success: true } clock ? now + TimeOfClock(clock) : null;
        }

        return Epoch().Match(text, place) is { Success: true } epoch ? OfEpoch(epoch.Value)
            : Time().Match(text, place) is { Success: true } time ? OfTime(time)
            : null;
    }

    private static TimeSpan? SpanOf(string number, string unit)
    {
        if (number.ToLowerInvariant() is "a" or "an" or "one")
        {
            number = "1";
        }

        var seconds = unit.ToLowerInvariant() switch
        {
            "ms" or "millisecond" or "milliseconds" => 0.001,
            "s" or "sec" or "secs" or "second" or "seconds" => 1,
            "m" or "min" or "mins" or "minute" or "minutes" => 60,
            "h" or "hr" or "hrs" or "hour" or "hours" => 3600,
            "d" or "day" or "days" => 86_400,
            "w" or "week" or "weeks" => 604_800,
            _ => double.NaN,
        };
        return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            && count * seconds < Longest.TotalSeconds
            ? TimeSpan.FromSeconds(count * seconds)
            : null;
    }

    private static TimeSpan TimeOfClock(Match clock) => new(Number(clock, "h"), Number(clock, "m"), Number(clock, "s"));

    private static int Number(Match match, string group) =>
        match.Groups[group] is { Success: true, Value: var digits } ? int.Parse(digits, CultureInfo.InvariantCulture) : 0;

    /// <summary>Adds up numbers and their units; one that isn't known makes the whole unknown.</summary>
    private DateTimeOffset? AddParts(Match match)
    {
        var numbers = match.Groups["number"].Captures;
        var units = match.Groups["unit"].Captures;
        var parts = numbers.Select((number, index) => SpanOf(number.Value, units[index].Value));
        return now + parts.Aggregate((sum, part) => sum + part is { } both && both < Longest ? both : null);
    }

    /// <summary>The next time that the clock shows this.</summary>
    private DateTimeOffset? OfTime(Match time)
    {
        if (TimeOfDay(time) is not { } timeOfDay || ZoneOf(time) is not { } zone)
        {
            return null;
        }

        var today = TimeZoneInfo.ConvertTime(now, zone).Date;
        var moment = InZone(today + timeOfDay, zone);
        return moment > now - JustPassed ? moment : InZone(today.AddDays(1) + timeOfDay, zone);
    }

    private DateTimeOffset? OfDate(Match date, Match time)
    {
        if ((time.Success ? TimeOfDay(time) : TimeSpan.Zero) is not { } timeOfDay || (time.Success ? ZoneOf(time) : local) is not { } zone)
        {
            return null;
        }

        var today = TimeZoneInfo.ConvertTime(now, zone).Date;
        if (date.Groups["word"] is { Success: true, Value: var word })
        {
            var moment = InZone(today.AddDays(DaysUntil(word, today.DayOfWeek)) + timeOfDay, zone);
            return moment > now || word.EndsWith("today", StringComparison.OrdinalIgnoreCase) ? moment : moment.AddDays(7);
        }

        var month = date.Groups["mm"].Success
            ? Number(date, "mm")
            : Array.IndexOf(Months, date.Groups["month"].Value[..3].ToLowerInvariant()) + 1;
        var year = date.Groups["year"].Success ? Number(date, "year") : today.Year;
        if (OfParts(year, month, Number(date, "day")) is not { } day)
        {
            return null;
        }

        // A date without a year that lies behind is next year's.
        return InZone((!date.Groups["year"].Success && day < today ? OfParts(year + 1, month, day.Day) ?? day : day) + timeOfDay, zone);
    }

    private static int DaysUntil(string word, DayOfWeek today) => word.ToLowerInvariant() switch
    {
        "today" => 0,
        "tomorrow" => 1,
        var name => (Array.IndexOf(Weekdays, name[..3]) - (int)today + 7) % 7,
    };

    private static DateTime? OfParts(int year, int month, int day) =>
        year is > 0 and < 9999 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            ? new DateTime(year, month, day)
            : null;

    private static TimeSpan? TimeOfDay(Match time)
    {
        if (time.Groups["word"] is { Success: true, Value: var word })
        {
            return TimeSpan.FromHours(word.StartsWith('n') || word.StartsWith('N') ? 12 : 0);
        }

        var half = time.Groups["half"].Value;
        var hour = Number(time, "h");
        var isValid = half.Length > 0 ? hour is >= 1 and <= 12 : time.Groups["m"].Success && hour < 24;
        hour = half.Length == 0 ? hour : (hour % 12) + (half[0] is 'p' or 'P' ? 12 : 0);
        return isValid && Number(time, "m") < 60 && Number(time, "s") < 61
            ? new TimeSpan(hour, Number(time, "m"), Number(time, "s"))
            : null;
    }

    private TimeZoneInfo? ZoneOf(Match time)
    {
        var name = time.Groups["zone"].Value;
        if (name.Length == 0)
        {
            return local;
        }

        if (Offset().Match(name) is { Success: true } offset)
        {
            var minutes = (60 * Number(offset, "h")) + Number(offset, "m");
            return minutes > 14 * 60
                ? null
                : TimeZoneInfo.CreateCustomTimeZone(
                    name,
                    TimeSpan.FromMinutes(offset.Groups["sign"].Value == "-" ? -minutes : minutes),
                    name,
                    name);
        }

        return name.ToUpperInvariant() switch
        {
            "Z" or "UTC" or "GMT" => TimeZoneInfo.Utc,
            "LOCAL" => local,
            "PT" or "PST" or "PDT" => Named("America/Los_Angeles"),
            "MT" or "MST" or "MDT" => Named("America/Denver"),
            "CT" or "CDT" => Named("America/Chicago"),
            "ET" or "EST" or "EDT" => Named("America/New_York"),
            "CET" or "CEST" => Named("Europe/Berlin"),
            _ => name.Contains('/', StringComparison.Ordinal) ? Named(name) : null,
        };
    }

    /// <summary>The system may not have this zone, or none at all.</summary>
    private static TimeZoneInfo? Named(string name) => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;

    private static DateTimeOffset InZone(DateTime time, TimeZoneInfo zone) => new(time, zone.GetUtcOffset(time));

    [GeneratedRegex(
        @"\GP(?:(?<number>\d+)(?<unit>W|D)){0,2}(?:T(?:(?<number>\d+(?:\.\d+)?)(?<unit>H|M|S)){1,3})?(?<=\d[WDHMS])\b",
        RegexOptions.CultureInvariant)]
    private static partial Regex IsoSpan();

    [GeneratedRegex(
        @"\G(?:~\s*)?(?:less than )?(?<number>\d+(?:\.\d+)?|an?|one)(?:(?<=[\d])\s*"
            + @"|\s+)(?<unit>(?![ap]\.?m\b)[a-z]+(?![a-z]))(?:(?:\s*,\s*"
            + @"|\s+)?(?:and\s+)?(?<number>\d+(?:\.\d+)?)\s*(?<unit>[a-z]+(?![a-z])))*",
        Options)]
    private static partial Regex Span();

    [GeneratedRegex(@"\G(?<h>\d{1,3}):(?<m>[0-5]\d):(?<s>[0-5]\d)(?![\d:])", Options)]
    private static partial Regex ClockSpan();

    [GeneratedRegex(@"\G(?:\d{13}|\d{10})(?!\w|\.\d)", Options)]
    private static partial Regex Epoch();

    [GeneratedRegex(
        @"\G(?:(?<year>\d{4})-(?<mm>\d{2})-(?<day>\d{2})(?=[T\s.,;""')]|$)"
        + @"|(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[,.]?\s+)?(?:(?<month>" + MonthNames + @")\.?\s+(?<day>\d{1,2})(?:st|nd|rd"
        + @"|th)?(?!\d|:|\s*[ap]\.?m)|(?<day>\d{1,2})(?:st|nd|rd|th)?\s+(?<month>" + MonthNames + @")\b\.?)(?:,?\s+(?<year>\d{4})(?!\d|:))?"
        + @"|(?<word>today|tomorrow|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)\b)"
        + @"(?:(?<=\d)T(?=\d)|[\s,]*(?:at\s+)?)",
        Options)]
    private static partial Regex Date();

    [GeneratedRegex(
        @"\G(?:(?<word>noon|midnight)\b|(?<h>\d{1,2})(?::(?<m>\d{2})(?::(?<s>\d{2})(?:\.\d+)?)?)?(?!\d)(?:\s*(?<half>[ap])\.?m\b\.?)?)"
        + @"(?:\s*\((?<zone>[a-z][\w+-]*(?:/[\w+-]+)*|[+-]\d{2}:?\d{2})(?:\s+time)?\)|\s*(?<zone>(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?\b"
        + @"|[a-z]+/[\w+-]+(?:/[\w+-]+)?|(?-i:[A-Z]{2,5}|Z)\b|local(?=\s+time)))?",
        Options)]
    private static partial Regex Time();

    [GeneratedRegex(@"^(?:UTC|GMT)?(?<sign>[+-])(?<h>\d{1,2})(?::?(?<m>\d{2}))?$", Options)]
    private static partial Regex Offset();
}
