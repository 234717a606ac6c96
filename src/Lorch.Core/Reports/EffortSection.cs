using Lorch.Core.Protocol;

namespace Lorch.Core.Reports;

/// <summary>What work took, by agent and by task, and why runs failed: bars that can be compared.</summary>
internal static class EffortSection
{
    private const int MaxBars = 12;

    public static Markup Render(Overview overview)
    {
        var runs = overview.Runs.ToList();
        return runs.Count == 0 ? Markup.None : HtmlText.Of(html =>
        {
            html.Add($"<section aria-labelledby=\"h-effort\"><h2 id=\"h-effort\">What it took</h2><div class=\"pair\">");
            Bars(html, "By agent", [.. Agents(runs)]);
            Bars(html, "By task", [.. Tasks(overview)]);
            Bars(html, "Why runs failed", [.. Failures(runs)]);
            return html.Add($"</div></section>");
        });
    }

    private static IEnumerable<(string Name, double Size, string Words)> Agents(IReadOnlyList<OverviewRun> runs) =>
        from agent in runs.SelectMany(run => run.Agents).GroupBy(agent => agent.Key).OrderBy(entries => entries.Key)
        let worked = agent.Aggregate(TimeSpan.Zero, (sum, entry) => sum + entry.Value.Worked)
        let usage = agent.Aggregate(Usage.None, (sum, entry) => sum.Add(entry.Value.Usage))
        select (ReportWords.Agent(agent.Key), Size(worked, usage, runs), Words(worked, usage));

    private static IEnumerable<(string Name, double Size, string Words)> Tasks(Overview overview)
    {
        var runs = overview.Runs.ToList();
        return
            from task in overview.Tasks
            where task.Runs.Count > 0
            let worked = task.Runs.Aggregate(TimeSpan.Zero, (sum, run) => sum + run.Worked)
            let usage = task.Runs.Aggregate(Usage.None, (sum, run) => sum.Add(run.Usage))
            let size = Size(worked, usage, runs)
            orderby size descending, task.TaskId
            select (task.TaskId.ToString(), size, Words(worked, usage));
    }

    private static IEnumerable<(string Name, double Size, string Words)> Failures(IReadOnlyList<OverviewRun> runs) =>
        from run in runs
        where run.Ending is StoryEnding.Failed or null
        group run by run.FailureCode ?? "damaged ledger" into code
        orderby code.Count() descending, code.Key
        select (code.Key, (double)code.Count(), ReportWords.Count(code.Count(), "run"));

    /// <summary>By money where anybody named a price, else by time.</summary>
    private static double Size(TimeSpan worked, Usage usage, IReadOnlyList<OverviewRun> runs) =>
        runs.Any(run => run.Usage.CostUsd > 0) ? (double)(usage.CostUsd ?? 0) : worked.TotalSeconds;

    private static string Words(TimeSpan worked, Usage usage) =>
        $"{(usage.CostUsd is { } dollars ? $"{ReportWords.Money(dollars)} · " : "")}{ReportWords.Duration(worked)}"
            + $"{(usage.Tokens > 0 ? $" · {ReportWords.Tokens(usage.Tokens)} tokens" : "")}";

    private static void Bars(HtmlText html, string title, IReadOnlyList<(string Name, double Size, string Words)> bars)
    {
        if (bars.Count == 0)
        {
            return;
        }

        var most = Math.Max(bars.Max(bar => bar.Size), double.Epsilon);
        html.Add($"<div><h3>{title}</h3><ul class=\"effort\">");
        foreach (var (name, size, words) in bars.Take(MaxBars))
        {
            html.Add(
                $"<li><span class=\"name\">{name}</span><span class=\"meta\">{words}</span><i "
                    + $"style=\"width:{100 * size / most}%\"></i></li>");
        }

        html.Add($"</ul>{StepsSection.More(bars.Count - MaxBars, "row")}</div>");
    }
}
