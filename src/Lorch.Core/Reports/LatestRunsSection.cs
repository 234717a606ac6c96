namespace Lorch.Core.Reports;

/// <summary>The latest runs as a picture: when each was worked, those at the same time above each other.</summary>
internal static class LatestRunsSection
{
    private const int MaxRuns = 30;
    private const int MaxLanes = 12;

    public static Markup Render(Overview overview)
    {
        var runs = overview.Runs.Where(run => run.Sessions.Count > 0).TakeLast(MaxRuns).ToList();
        if (runs.Count == 0)
        {
            return Markup.None;
        }

        var axis = new TimeAxis(runs.SelectMany(run => run.Sessions).Select(session => (session.StartedAt, session.EndedAt)));
        var start = runs.Min(run => run.StartedAt);
        return HtmlText.Of(html =>
        {
            html.Add(
                $"<section aria-labelledby=\"h-latest\"><h2 id=\"h-latest\">The "
                    + $"latest {(runs.Count == 1 ? "run" : ReportWords.Count(runs.Count, "run"))}</h2><div class=\"time thin\">");
            foreach (var (name, lane) in Lanes(runs))
            {
                html.Add($"<div class=\"lane\"><span>{name}</span><div class=\"track\">");
                foreach (var run in lane)
                {
                    Bars(html, run, axis);
                }

                html.Add($"</div></div>");
            }

            html.Add($"<div class=\"over\" aria-hidden=\"true\">");
            var isFirst = true;
            foreach (var (place, since) in axis.Ticks(start))
            {
                html.Add(
                    $"<span class=\"tick{(isFirst ? " first" : "")}\" style=\"left:{place}%\">"
                        + $"{(isFirst ? RunPage.Time(start) : new Markup($"+{ReportWords.Duration(since)}"))}</span>");
                isFirst = false;
            }

            foreach (var (from, to, idle) in axis.Breaks)
            {
                html.Add(
                    $"<i class=\"gap\" style=\"left:{from}%;width:{to - from}%\" title=\"nothing was worked "
                        + $"for {ReportWords.Duration(idle)}\"></i>");
            }

            return html.Add($"</div></div></section>");
        });
    }

    /// <summary>A lane for each task while there are few; else as few lanes as hold what was worked at once.</summary>
    private static IEnumerable<(string Name, IReadOnlyList<OverviewRun> Runs)> Lanes(IReadOnlyList<OverviewRun> runs)
    {
        var byTask = runs.GroupBy(run => run.TaskId).ToList();
        if (byTask.Count <= MaxLanes)
        {
            return byTask.SelectMany(
                task => Pack([.. task]).Select((lane, i) => (i == 0 ? task.Key.ToString() : "", (IReadOnlyList<OverviewRun>)lane)));
        }

        return Pack(runs).Select((lane, i) => (i == 0 ? ReportWords.Count(byTask.Count, "task") : "", (IReadOnlyList<OverviewRun>)lane));
    }

    /// <summary>Puts runs into lanes so that none overlap: each into the first that is free.</summary>
    private static List<List<OverviewRun>> Pack(IReadOnlyList<OverviewRun> runs)
    {
        var lanes = new List<List<OverviewRun>>();
        foreach (var run in runs.OrderBy(run => run.StartedAt).ThenBy(run => run.RunId))
        {
            if (lanes.FirstOrDefault(lane => lane.All(other => !Overlap(other, run))) is { } free)
            {
                free.Add(run);
            }
            else
            {
                lanes.Add([run]);
            }
        }

        return lanes;
    }

    private static bool Overlap(OverviewRun one, OverviewRun other) =>
        one.Sessions.Any(a => other.Sessions.Any(b => a.StartedAt < b.EndedAt && b.StartedAt < a.EndedAt));

    private static void Bars(HtmlText html, OverviewRun run, TimeAxis axis)
    {
        for (var i = 0; i < run.Sessions.Count; i++)
        {
            var (session, isLast) = (run.Sessions[i], i == run.Sessions.Count - 1);
            var (from, to) = (axis.PlaceOf(session.StartedAt), axis.PlaceOf(session.EndedAt));
            var ending = !isLast ? "Interrupted" : run.Ending is { } known ? ReportWords.Ending(known) : "Damaged";
            var words = $"{run.TaskId} {run.RunId}: {ending} after {ReportWords.Duration(session.EndedAt - session.StartedAt)}";
            var place = HtmlText.Of(
                style => style.Add(
                    $"class=\"bar {(isLast ? IndexPage.KindOf(run.Ending) : "cut")}\" style=\"left:{from}%;width:"
                        + $"{Math.Max(0, to - from)}%\" title=\"{words}\""));
            html.Add($"{(run.HasPage
                ? HtmlText.Of(bar => bar.Add($"<a {place} href=\"{run.RunId}.html\" aria-label=\"{words}\"></a>"))
                : HtmlText.Of(bar => bar.Add($"<a {place} href=\"#task-{run.TaskId}\" aria-label=\"{words}\"></a>")))}");
        }
    }
}
