using Lorch.Core.Reports.Recording;

namespace Lorch.Core.Reports;

/// <summary>What was asked and answered, attempt by attempt.</summary>
internal static class StepsSection
{
    public static Markup Render(RunStory story, PageBudget budget) => HtmlText.Of(html =>
    {
        html.Add(
            $"<section aria-labelledby=\"h-steps\"><div class=\"head\"><h2 id=\"h-steps\">What was asked and answered</h2><span "
                + $"class=\"js\"><button data-do=\"all\">open everything</button></span></div>");
        if (story.Attempts.Count == 0)
        {
            html.Add($"<p class=\"more\">No agent was asked for anything.</p>");
        }

        foreach (var attempt in story.Attempts.Take(PageBudget.MaxSteps))
        {
            Attempt(html, story, attempt, budget);
        }

        var more = story.Attempts.Count - PageBudget.MaxSteps;
        if (more > 0)
        {
            html.Add(
                $"<p class=\"more\">The first {PageBudget.MaxSteps} attempts are shown; {more} more are left out. The ledger has all of "
                    + $"them.</p>");
        }

        return html.Add($"</section>");
    });

    private static void Attempt(HtmlText html, RunStory story, StoryAttempt attempt, PageBudget budget)
    {
        var id = TimelineSection.IdOf(attempt);
        html.Add(
            $"<article class=\"step {TimelineSection.KindOf(attempt)}\" id=\"{id}\" aria-labelledby=\"{id}-h\"><span class=\"no\" "
                + $"aria-hidden=\"true\">{NumberOf(attempt)}</span><div>");
        html.Add(
            $"<div class=\"head\"><h3 id=\"{id}-h\">{ReportWords.Deed(attempt)}</h3><span class=\"meta\">{Meta(attempt)}</span></div>");
        if (attempt.FailureMessage is { } failure)
        {
            html.Add($"<p class=\"said wrong\" dir=\"auto\">{PageBudget.Cut(failure)} <code>{attempt.FailureCode}</code></p>");
        }

        if (!string.IsNullOrWhiteSpace(attempt.Summary) && attempt.Summary != attempt.FailureMessage)
        {
            html.Add($"<p class=\"said\" dir=\"auto\">{PageBudget.Cut(attempt.Summary.Trim())}</p>");
        }

        Findings(html, attempt.Findings, budget);
        if (attempt.ReusedFrom is { } run)
        {
            html.Add($"<p class=\"more\">Its receipt is of <a href=\"{run}.html\">{run}</a>.</p>");
        }

        Asked(html, attempt, budget);
        var changes = attempt is { Step: { } step, ReusedFrom: null } ? FileChanges.OfStep(story, step) : [];
        FilesOf(html, story, attempt, changes, budget);
        html.Add($"</div></article>\n");
    }

    private static void FilesOf(HtmlText html, RunStory story, StoryAttempt attempt, IReadOnlyList<FileChange> changes, PageBudget budget)
    {
        if (story.HasData && attempt.ReusedFrom is null)
        {
            ChangesSection.Files(html, changes, budget);
        }
        else if (attempt.Artifacts.Count + attempt.Removed.Count > 0)
        {
            html.Add($"<div class=\"files\">");
            foreach (var artifact in attempt.Artifacts.Take(PageBudget.MaxFilesOfStep))
            {
                html.Add($"<div class=\"plain\"><code>{artifact.Path}</code> {ReportWords.Size(artifact.Size)}</div>");
            }

            foreach (var path in attempt.Removed.Take(PageBudget.MaxFilesOfStep))
            {
                html.Add($"<div class=\"plain\"><code>{path}</code> removed</div>");
            }

            html.Add(
                $"{More(attempt.Artifacts.Count + attempt.Removed.Count - Math.Min(attempt.Artifacts.Count, PageBudget.MaxFilesOfStep) - Math.Min(attempt.Removed.Count, PageBudget.MaxFilesOfStep), "file")}</div>");
        }
    }

    public static void Findings(HtmlText html, IReadOnlyList<ReportFinding> findings, PageBudget budget)
    {
        if (findings.Count == 0)
        {
            return;
        }

        html.Add($"<ul class=\"found\">");
        foreach (var finding in findings.Take(PageBudget.MaxFindings))
        {
            var line = finding.Line > 0 ? ReportWords.Invariant($":{finding.Line}") : "";
            var place = finding.File is { } file ? HtmlText.Of(at => at.Add($"<code>{file}{line}</code> · ")) : Markup.None;
            html.Add(
                $"<li{(finding.Severity is "error" ? new Markup(" class=\"bad\"") : Markup.None)}><span class=\"at\">{place}"
                    + $"{finding.Severity}</span><p dir=\"auto\">{PageBudget.Cut(finding.Message)}</p></li>");
        }

        html.Add($"</ul>{More(findings.Count - PageBudget.MaxFindings, "finding")}");
    }

    public static Markup More(int count, string what) =>
        count > 0 ? HtmlText.Of(html => html.Add($"<p class=\"more\">and {ReportWords.Count(count, $"more {what}")}</p>")) : Markup.None;

    private static void Asked(HtmlText html, StoryAttempt attempt, PageBudget budget)
    {
        if (!string.IsNullOrWhiteSpace(attempt.Asked) && budget.TryTake(attempt.Asked.Length))
        {
            html.Add(
                $"<details><summary>Which changes it was asked for</summary><pre class=\"wrap\" "
                    + $"dir=\"auto\">{PageBudget.Cut(attempt.Asked)}</pre></details>");
        }

        if (attempt.Prompt is { } prompt && budget.TryTake(prompt.Length))
        {
            html.Add(
                $"<details><summary>The prompt, {ReportWords.Size(prompt.Length)}</summary><pre class=\"wrap\" "
                    + $"dir=\"auto\">{prompt}</pre></details>");
        }

        if (attempt.Notes.Count > 0)
        {
            html.Add(
                $"<details><summary>On the way: {ReportWords.Count(attempt.Notes.Count + attempt.MoreNotes, "note")}</summary><pre "
                    + $"class=\"wrap\" dir=\"auto\">");
            foreach (var note in attempt.Notes)
            {
                html.Add($"{note}\n");
            }

            html.Add($"</pre>{More(attempt.MoreNotes, "note")}</details>");
        }

        if (attempt.Refusals > 0)
        {
            html.Add($"<p class=\"more\">{ReportWords.Count(attempt.Refusals, "message")} of it didn't count; the ledger says why.</p>");
        }
    }

    private static string NumberOf(StoryAttempt attempt) => attempt switch
    {
        { Step: { } step } => ReportWords.Invariant($"{step}"),
        { Result: StoryResult.Failed } => "×",
        _ => "…",
    };

    private static Markup Meta(StoryAttempt attempt) => HtmlText.Of(html =>
    {
        html.Add($"{ReportWords.Action(attempt.Action)}{(attempt.Number > 1 ? $", attempt {attempt.Number}" : "")}");
        if (attempt.ReusedFrom is null)
        {
            html.Add($" · {ReportWords.Duration(attempt.Duration)}");
        }

        if (!attempt.Usage.IsEmpty)
        {
            html.Add(
                $" · {ReportWords.Tokens(attempt.Usage.Tokens)} tokens"
                    + $"{(attempt.Usage.CostUsd is { } dollars ? $" · {ReportWords.Money(dollars)}" : "")}");
        }

        return attempt.Program is { } program ? html.Add($" · {program.Name} {program.Version}") : html;
    });
}
