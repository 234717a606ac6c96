using Lorch.Core.Protocol;

namespace Lorch.Core.Reports;

/// <summary>A run as a picture: agents as lanes, attempts as bars, idle times made short, and what it cost along it.</summary>
internal static class TimelineSection
{
    private const int MaxBars = 400;

    public static Markup Render(RunStory story, PageBudget budget)
    {
        _ = budget;
        var axis = new TimeAxis(story.Sessions.Select(session => (session.StartedAt, session.EndedAt)));
        return HtmlText.Of(html =>
        {
            html.Add($"<section aria-labelledby=\"h-time\"><h2 id=\"h-time\">Who worked when</h2><div class=\"time\">");
            foreach (var lane in story.Attempts.Take(MaxBars).ToLookup(attempt => (attempt.Action.Agent, attempt.AgentName))
                .OrderBy(lane => lane.Key.Agent))
            {
                Lane(html, lane.Key, lane, axis);
            }

            Cost(html, story, axis);
            html.Add($"<div class=\"over\" aria-hidden=\"true\">");
            var isFirst = true;
            foreach (var (place, since) in axis.Ticks(story.StartedAt))
            {
                html.Add(
                    $"<span class=\"tick{(isFirst ? " first" : "")}\" style=\"left:{place}%\">{(isFirst ? "0 s" : Short(since))}</span>");
                isFirst = false;
            }

            foreach (var (from, to, idle) in axis.Breaks)
            {
                html.Add(
                    $"<i class=\"gap\" style=\"left:{from}%;width:{to - from}%\" title=\"stood still "
                        + $"for {ReportWords.Duration(idle)}\"><span>{ReportWords.Duration(idle)} later</span></i>");
            }

            html.Add($"</div></div>{Legend(story)}");
            var hidden = story.Attempts.Count - MaxBars;
            html.Add(
                $"{(hidden > 0 ? HtmlText.Of(more => more.Add($"<p class=\"more\">The first {MaxBars} attempts are "
                    + $"shown; {hidden} more are left out.</p>")) : Markup.None)}</section>");
            return html;
        });
    }

    /// <summary>The class by which a bar and a step show what came of an attempt.</summary>
    public static string KindOf(StoryAttempt attempt) => attempt switch
    {
        { ReusedFrom: not null } => "reuse",
        { Result: StoryResult.ChangesRequested } => "ask",
        { Result: StoryResult.Failed } => "fail",
        { Result: StoryResult.Cut or StoryResult.Open } => "cut",
        { HasFailingTests: true } => "ask",
        _ => "done",
    };

    public static string IdOf(StoryAttempt attempt) =>
        attempt.Step is { } step ? ReportWords.Invariant($"step-{step}") : ReportWords.Invariant($"line-{attempt.Position}");

    private static void Lane(HtmlText html, (AgentType Type, string? Name) agent, IEnumerable<StoryAttempt> attempts, TimeAxis axis)
    {
        html.Add($"<div class=\"lane\"><span>{ReportWords.Agent(agent.Type)}{(agent.Name is null ? "" : $" {agent.Name}")}</span>");
        html.Add($"<div class=\"track\">");
        foreach (var attempt in attempts)
        {
            var (from, to) = (axis.PlaceOf(attempt.StartedAt), axis.PlaceOf(attempt.EndedAt));
            var label =
                $"{ReportWords.Deed(attempt)}, {ReportWords.Duration(attempt.Duration)}"
                    + $"{(attempt.Number > 1 ? $", attempt {attempt.Number}" : "")}";
            html.Add(
                $"<a class=\"bar {KindOf(attempt)}\" href=\"#{IdOf(attempt)}\" style=\"left:{from}%;width:"
                    + $"{Math.Max(0, to - from)}%\" title=\"{label}\" aria-label=\"{(attempt.Step is { } step ? $"step {step}: " : "")}"
                    + $"{label}\">{(attempt.Step is { } number && (to - from > 2 || attempt.ReusedFrom is not null) ? HtmlText.Of(no => no.Add($"{number}")) : Markup.None)}</a>");
        }

        html.Add($"</div></div>");
    }

    private static void Cost(HtmlText html, RunStory story, TimeAxis axis)
    {
        var usage = story.Usage;
        if (usage.IsEmpty)
        {
            return;
        }

        var isMoney = usage.CostUsd > 0;
        var total = isMoney ? (double)usage.CostUsd! : Math.Max(1, usage.Tokens);
        var (path, sum) = (new HtmlText(), 0.0);
        path.Add($"M0 100");
        foreach (var attempt in story.Attempts.Where(attempt => !attempt.Usage.IsEmpty))
        {
            path.Add($"L{axis.PlaceOf(attempt.StartedAt)} {100 - (90 * sum / total)}");
            sum += isMoney ? (double)(attempt.Usage.CostUsd ?? 0) : attempt.Usage.Tokens;
            path.Add($"L{axis.PlaceOf(attempt.EndedAt)} {100 - (90 * sum / total)}");
        }

        path.Add($"L100 {100 - (90 * sum / total)}L100 100Z");
        var words = isMoney
            ? $"{ReportWords.Money(usage.CostUsd!.Value)}, {ReportWords.Tokens(usage.Tokens)} tokens"
            : $"{ReportWords.Tokens(usage.Tokens)} tokens";
        html.Add(
            $"<div class=\"lane\"><span>{(isMoney ? "cost so far" : "tokens so far")}</span><div class=\"cost\" role=\"img\" "
                + $"aria-label=\"{words} in all\"><svg viewBox=\"0 0 100 100\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><path "
                + $"d=\"{path.ToMarkup()}\"/></svg><em>{words}</em></div></div>");
    }

    private static Markup Legend(RunStory story)
    {
        var kinds = story.Attempts.Select(KindOf).ToHashSet(StringComparer.Ordinal);
        (string Kind, string Words)[] all =
        [
            (
                "done", "done"), (
                    "ask", "asks for changes"), ("fail", "failed attempt"), ("cut", "interrupted"), ("reuse", "answered by an earlier run"),
        ];
        return HtmlText.Of(html =>
        {
            html.Add($"<ul class=\"legend\">");
            foreach (var (kind, words) in all.Where(entry => kinds.Contains(entry.Kind)))
            {
                html.Add($"<li><i class=\"bar {kind}\"></i>{words}</li>");
            }

            return html.Add($"</ul>");
        });
    }

    private static string Short(TimeSpan time) => time switch
    {
        { TotalSeconds: < 60 } => ReportWords.Invariant($"{time.TotalSeconds:0.#} s"),
        { TotalHours: < 1 } when time.Seconds == 0 => ReportWords.Invariant($"{time.TotalMinutes:0} min"),
        { TotalHours: < 1 } => ReportWords.Invariant($"{(int)time.TotalMinutes}:{time.Seconds:00}"),
        { TotalDays: < 2 } => ReportWords.Invariant($"{(int)time.TotalHours} h{(time.Minutes == 0 ? "" : $" {time.Minutes}")}"),
        _ => ReportWords.Invariant($"{time.TotalDays:0.#} d"),
    };
}
