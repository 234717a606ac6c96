namespace Lorch.Core.Reports;

/// <summary>
/// Puts moments on a line from 0 to 100. Times in which nothing is worked are made short: a night between two sessions mustn't hide a
/// minute's work.
/// </summary>
internal sealed class TimeAxis
{
    private const double LongestIdleShare = 0.06;
    private const double LeastIdleShare = 0.015;

    private readonly List<Segment> _segments = [];
    private readonly double _length;

    /// <summary>Initializes a new instance of the <see cref="TimeAxis"/> class.</summary>
    /// <param name="work">The times in which something is worked, in any order; they may overlap.</param>
    public TimeAxis(IEnumerable<(DateTimeOffset From, DateTimeOffset To)> work)
    {
        var merged = Merge(work);
        var worked = Math.Max(1, merged.Sum(span => (span.To - span.From).TotalMilliseconds));
        var at = 0.0;
        for (var i = 0; i < merged.Count; i++)
        {
            if (i > 0)
            {
                var idle = (merged[i].From - merged[i - 1].To).TotalMilliseconds;
                var shown = idle <= worked * LongestIdleShare ? idle : Math.Max(worked * LongestIdleShare, worked * LeastIdleShare);
                _segments.Add(new Segment(merged[i - 1].To, merged[i].From, at, at + shown, shown < idle));
                at += shown;
            }

            var length = Math.Max((merged[i].To - merged[i].From).TotalMilliseconds, worked / 1000);
            _segments.Add(new Segment(merged[i].From, merged[i].To, at, at + length, false));
            at += length;
        }

        _length = Math.Max(1, at);
    }

    /// <summary>Gets the idle times that are shown shorter than they were, with their places.</summary>
    public IEnumerable<(double From, double To, TimeSpan Idle)> Breaks =>
        _segments.Where(segment => segment.IsBreak)
            .Select(segment => (100 * segment.Start / _length, 100 * segment.End / _length, segment.To - segment.From));

    /// <summary>Gives the place of a moment.</summary>
    public double PlaceOf(DateTimeOffset time)
    {
        foreach (var segment in _segments)
        {
            if (time <= segment.To)
            {
                var length = (segment.To - segment.From).TotalMilliseconds;
                var share = length <= 0 ? 0 : Math.Clamp((time - segment.From).TotalMilliseconds / length, 0, 1);
                return 100 * (segment.Start + (share * (segment.End - segment.Start))) / _length;
            }
        }

        return 100;
    }

    /// <summary>Gives some round moments of the time that was worked, counted from the beginning of the segment that they lie in.</summary>
    public IEnumerable<(double Place, TimeSpan Since)> Ticks(DateTimeOffset start)
    {
        var work = _segments.Where(segment => !segment.IsBreak).ToList();
        if (work.Count == 0)
        {
            yield break;
        }

        var span = work[^1].To - start;
        var step = StepFor(work.Sum(segment => (segment.To - segment.From).TotalSeconds) / 5);
        var last = -10.0;
        for (var since = TimeSpan.Zero; since <= span; since += step)
        {
            var time = start + since;
            if (work.FirstOrDefault(segment => time <= segment.To) is { } segment && time < segment.From)
            {
                // Through an idle time in one step.
                since = TimeSpan.FromTicks((segment.From - start).Ticks / step.Ticks * step.Ticks);
                continue;
            }

            var place = PlaceOf(time);
            if (place - last >= 8)
            {
                last = place;
                yield return (place, since);
            }
        }
    }

    private static TimeSpan StepFor(double seconds)
    {
        double[] steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400];
        return TimeSpan.FromSeconds(steps.FirstOrDefault(step => step >= seconds, 7 * 86_400));
    }

    private static List<(DateTimeOffset From, DateTimeOffset To)> Merge(IEnumerable<(DateTimeOffset From, DateTimeOffset To)> work)
    {
        var merged = new List<(DateTimeOffset From, DateTimeOffset To)>();
        foreach (var span in work.OrderBy(span => span.From).ThenBy(span => span.To))
        {
            if (merged.Count > 0 && span.From <= merged[^1].To)
            {
                merged[^1] = (merged[^1].From, span.To > merged[^1].To ? span.To : merged[^1].To);
            }
            else
            {
                merged.Add(span);
            }
        }

        return merged;
    }

    private sealed record Segment(DateTimeOffset From, DateTimeOffset To, double Start, double End, bool IsBreak);
}
