using Lorch.Core.Protocol;

namespace Lorch.Core.Reports;

/// <summary>The page of all tasks and runs.</summary>
internal static class IndexPage
{
    private const int MaxTasks = 1000;
    private const int MaxReasons = 3;
    private const int FewTasks = 8;

    /// <summary>Renders it.</summary>
    public static byte[] Render(Overview overview)
    {
        var title = TitleOf(overview);
        var body = HtmlText.Of(html => html.Add($"""
            <header>
            <div class="crumb"><span>{overview.Name}</span><span class="js"><button data-do="clock">show local time</button></span></div>
            <h1>{title}</h1>
            <p class="lead">{Lead(overview)}</p>
            {Figures(overview)}
            </header>
            <main id="content">
            {LatestRunsSection.Render(overview)}
            {Tasks(overview)}
            {EffortSection.Render(overview)}
            </main>
            <footer><p>By the ledgers in <code>events/</code>. <code>dotnet build -t:LorchReport</code> writes this page again; <code>-p:Run=…</code> and <code>-p:Task=…</code> write the pages of older runs.</p>
            <p class="js keys"><kbd>j</kbd> <kbd>k</kbd> next and previous task · <kbd>/</kbd> search · <kbd>t</kbd> local time</p></footer>
            """));
        return HtmlPage.Render($"{overview.Name}: {title}", body);
    }

    /// <summary>The class by which a run is shown.</summary>
    public static string KindOf(StoryEnding? ending) => ending switch
    {
        StoryEnding.Completed => "done",
        StoryEnding.Failed or null => "fail",
        _ => "cut",
    };

    private static string TitleOf(Overview overview)
    {
        var tasks = overview.Tasks.Where(task => task.State is not ("proposed" or "gone")).ToList();
        var done = tasks.Count(IsDone);
        return tasks.Count == 0 ? "No task yet"
            : done == tasks.Count ? (tasks.Count == 1 ? "The task is done" : $"All {tasks.Count} tasks are done")
            : $"{done} of {ReportWords.Count(tasks.Count, "task")} {(done == 1 ? "is" : "are")} done";
    }

    private static Markup Lead(Overview overview)
    {
        var words = overview.Tasks.Where(task => !IsDone(task) && task.State is not "gone")
            .GroupBy(task => task.State)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"{group.Count()} {Word(group.Key).ToLowerInvariant()}")
            .ToList();
        return HtmlText.Of(
            html => html.Add($"{(words.Count == 0 ? "Everything is up to date." : $"Not done: {string.Join(", ", words)}.")}"));
    }

    private static Markup Figures(Overview overview)
    {
        var runs = overview.Runs.ToList();
        var usage = runs.Aggregate(Usage.None, (sum, run) => sum.Add(run.Usage));
        var count = runs.Count + overview.Tasks.Sum(task => task.OlderRuns);
        return HtmlText.Of(html =>
        {
            html.Add(
                $"<ul class=\"figures\"><li><b>{overview.Tasks.Count}</b><span>"
                    + $"{(overview.Tasks.Count == 1 ? "task" : "tasks")}</span></li><li><b>{count}</b><span>"
                    + $"{(count == 1 ? "run" : "runs")}</span></li>");
            html.Add(
                $"<li><b>{ReportWords.Duration(runs.Aggregate(TimeSpan.Zero, (sum, run) => sum + run.Worked))}</b><span>worked</span></li>");
            if (usage.Tokens > 0)
            {
                html.Add($"<li><b>{ReportWords.Tokens(usage.Tokens)}</b><span>tokens</span></li>");
            }

            return html.Add(
                $"<li><b>{(usage.CostUsd is { } dollars ? ReportWords.Money(dollars) : "–")}</b><span>"
                    + $"{(usage.CostUsd is null ? "cost: nobody named a price" : "cost")}</span></li></ul>");
        });
    }

    private static Markup Tasks(Overview overview) => HtmlText.Of(html =>
    {
        html.Add($"<section aria-labelledby=\"h-tasks\"><div class=\"head\"><h2 id=\"h-tasks\">Where each task stands</h2>");
        if (overview.Tasks.Count > FewTasks)
        {
            html.Add(
                $"<label class=\"js find\"><input type=\"search\" placeholder=\"find a task\" aria-label=\"find a task\"> <span "
                    + $"class=\"hits meta\" role=\"status\"></span></label>");
        }

        html.Add($"</div>");
        Mosaic(html, overview);
        foreach (var task in overview.Tasks.Take(MaxTasks).OrderBy(task => RankOf(task.State)))
        {
            Task(html, task);
        }

        return html.Add($"{StepsSection.More(overview.Tasks.Count - MaxTasks, "task")}</section>");
    });

    /// <summary>Many tasks in one look: a tile each.</summary>
    private static void Mosaic(HtmlText html, Overview overview)
    {
        if (overview.Tasks.Count <= FewTasks)
        {
            return;
        }

        html.Add($"<div class=\"mosaic\">");
        foreach (var task in overview.Tasks.Take(MaxTasks))
        {
            html.Add(
                $"<a class=\"{KindOf(task.State)}\" href=\"#task-{task.TaskId}\" title=\"{task.TaskId}: "
                    + $"{Word(task.State)}\" aria-label=\"{task.TaskId}: {Word(task.State)}\"></a>");
        }

        html.Add($"</div>");
    }

    private static void Task(HtmlText html, OverviewTask task)
    {
        html.Add(
            $"<article class=\"task\" id=\"task-{task.TaskId}\"><div class=\"what\"><h3><code>{task.TaskId}</code> <span "
                + $"dir=\"auto\">{task.Title ?? ""}</span></h3><p class=\"state {StateClass(task.State)}\">{Word(task.State)}</p>");
        if (task.Reasons.Count > 0)
        {
            html.Add(
                $"<p class=\"why\" "
                    + $"dir=\"auto\">{PageBudget.Cut(string.Join("; ", task.Reasons.Take(MaxReasons)))}"
                    + $"{(task.Reasons.Count > MaxReasons ? $"; and {task.Reasons.Count - MaxReasons} more" : "")}</p>");
        }

        if (task.Next is { } next)
        {
            html.Add($"<p class=\"next\"><code>{next}</code></p>");
        }

        html.Add($"</div><div class=\"runs\"><div class=\"cells\">");
        foreach (var run in task.Runs)
        {
            Cell(html, run);
        }

        var usage = task.Runs.Aggregate(Usage.None, (sum, run) => sum.Add(run.Usage));
        var worked = task.Runs.Aggregate(TimeSpan.Zero, (sum, run) => sum + run.Worked);
        html.Add(
            $"</div><p class=\"meta\">"
                + $"{(task.Runs.Count == 0 ? "no run yet" : $"{ReportWords.Count(task.Runs.Count + task.OlderRuns, "run")} · "
                + $"{ReportWords.Duration(worked)}")}{(usage.IsEmpty ? "" : $" · {ReportWords.Tokens(usage.Tokens)} tokens")}{(usage.CostUsd is { } dollars ? $" · {ReportWords.Money(dollars)}" : "")}{(task.OlderRuns > 0 ? $" · the last {task.Runs.Count} are shown" : "")}</p></div></article>\n");
    }

    private static void Cell(HtmlText html, OverviewRun run)
    {
        var ending = run.Ending is { } known ? ReportWords.Ending(known) : "Its ledger is damaged";
        var words =
            $"{run.RunId}: {ending}{(run.FailureCode is { } code && run.Ending is StoryEnding.Failed ? $" ({code})" : "")}, "
                + $"{ReportWords.Duration(run.Worked)}, {ReportWords.Count(run.Steps, "step")}";
        html.Add($"{(run.HasPage
            ? HtmlText.Of(cell => cell.Add($"<a class=\"{KindOf(run.Ending)}\" href=\"{run.RunId}.html\" title=\"{words}\" aria-label=\"{words}\"></a>"))
            : HtmlText.Of(cell => cell.Add($"<i class=\"{KindOf(run.Ending)} dim\" title=\"{words}; no page yet\"></i>")))}");
    }

    private static bool IsDone(OverviewTask task) => task.State is "up_to_date";

    private static string StateClass(string state) => KindOf(state) switch
    {
        "done" => "",
        "fail" => "wrong",
        _ => "idle",
    };

    private static string KindOf(string state) => state switch
    {
        "up_to_date" => "done",
        "failed" or "damaged" => "fail",
        "stale" => "ask",
        _ => "cut",
    };

    private static int RankOf(string state) => state switch
    {
        "failed" or "damaged" => 0,
        "running" => 1,
        "interrupted" or "held" => 2,
        "stale" => 3,
        "never_run" => 4,
        "proposed" => 5,
        "gone" => 7,
        _ => 6,
    };

    private static string Word(string state) => state switch
    {
        "up_to_date" => "Up to date",
        "never_run" => "Never run",
        "gone" => "No longer in lorch.json",
        _ => char.ToUpperInvariant(state[0]) + state[1..].Replace('_', ' '),
    };
}
