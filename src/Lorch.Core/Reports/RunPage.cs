using Lorch.Core.Protocol;

namespace Lorch.Core.Reports;

/// <summary>The page of one run.</summary>
internal static class RunPage
{
    private const int MaxReasons = 12;
    private const int MaxTitle = 120;

    /// <summary>Renders a run.</summary>
    /// <returns>The page: a function of the story and of the renderer's version.</returns>
    public static byte[] Render(RunStory story)
    {
        var budget = new PageBudget();
        var title = TitleOf(story.Goal);
        var body = HtmlText.Of(html => html
            .Add($"""
                <header>
                <div class="crumb"><span><a href="index.html">All runs</a> · {story.TaskId}</span><span>{Time(story.StartedAt)} <span class="zone">UTC</span></span></div>
                <h1>{title}</h1>
                <p class="lead">{Lead(story)}</p>
                {Figures(story)}
                {Notes(story, title)}
                </header>
                <main id="content">
                {TimelineSection.Render(story, budget)}
                {StepsSection.Render(story, budget)}
                {ChangesSection.Render(story, budget)}
                {ProofSection.Render(story, budget)}
                </main>
                <footer><p>{story.RunId} of {story.TaskId}, on {story.SnapshotId} · {ReportWords.Count(story.Lines, "line")} in <code>events/{story.RunId}.ndjson</code>{(story.HasData ? "" : " · what was recorded for reports is gone, so the texts are those of the ledger, and no differences can be shown")}</p>
                <p class="js keys"><kbd>j</kbd> <kbd>k</kbd> next and previous step · <kbd>o</kbd> open it · <kbd>a</kbd> open everything · <kbd>t</kbd> local time</p></footer>
                """));
        return HtmlPage.Render($"{story.TaskId} {ReportWords.Ending(story.Ending).ToLowerInvariant()}: {title}", body);
    }

    public static string TitleOf(string goal)
    {
        // A title needs no marks of code, and ends without a full stop.
        var line = goal.Split('\n')
            .Select(text => text.Trim().TrimStart('#').Replace("`", "", StringComparison.Ordinal).Trim().TrimEnd('.'))
            .FirstOrDefault(text => text.Length > 0)
            ?? "A task without words";
        if (line.Length <= MaxTitle)
        {
            return line;
        }

        var end = line.LastIndexOf(' ', MaxTitle);
        return $"{Tools.ToolText.Beginning(line, end > MaxTitle / 2 ? end : MaxTitle)}…";
    }

    public static Markup State(StoryEnding ending)
    {
        var kind = ending switch
        {
            StoryEnding.Completed => "",
            StoryEnding.Failed => " wrong",
            _ => " idle",
        };
        return HtmlText.Of(html => html.Add($"<span class=\"state{kind}\">{ReportWords.Ending(ending)}</span>"));
    }

    public static Markup Time(DateTimeOffset time) =>
        HtmlText.Of(html => html.Add($"<time datetime=\"{Rfc3339.Format(time)}\">{ReportWords.Moment(time)}</time>"));

    private static Markup Lead(RunStory story)
    {
        var steps = story.Steps.Count();
        var turns = story.Turns switch
        {
            0 => "",
            1 => ", with one round of changes",
            var count => $", with {count} rounds of changes",
        };
        var failed = story.Attempts.Count(attempt => attempt.Result is StoryResult.Failed) is var failures and > 0
            ? $" and {ReportWords.Count(failures, "failed attempt")}"
            : "";
        var preposition = story.Ending is StoryEnding.Completed ? "in" : "after";
        return HtmlText.Of(
            html => html.Add(
                $"{State(story.Ending)} {preposition} {ReportWords.Duration(story.Worked)}: {ReportWords.Count(steps, "step")}{failed}"
                    + $"{turns}."));
    }

    private static Markup Figures(RunStory story)
    {
        var changes = FileChanges.InAll(story);
        var usage = story.Usage;
        return HtmlText.Of(html =>
        {
            html.Add($"<ul class=\"figures\">");
            Figure(html, ReportWords.Duration(story.Worked), "worked");
            Figure(html, ReportWords.Invariant($"{story.Steps.Count():#,0}"), "steps");
            Figure(html, ReportWords.Invariant($"{story.Turns:#,0}"), story.Turns == 1 ? "round of changes" : "rounds of changes");
            Figure(html, ReportWords.Invariant($"{FilesOf(story):#,0}"), FilesOf(story) == 1 ? "file" : "files");
            if (changes.Sum(change => change.Added + change.Removed) > 0)
            {
                html.Add(
                    $"<li><b><span class=\"plus\">+{changes.Sum(change => change.Added)}</span> <span "
                        + $"class=\"minus\">−{changes.Sum(change => change.Removed)}</span></b><span>lines</span></li>");
            }

            if (usage.Tokens > 0)
            {
                Figure(html, ReportWords.Tokens(usage.Tokens), "tokens");
            }

            Figure(
                html,
                usage.CostUsd is { } dollars ? ReportWords.Money(dollars) : "–",
                usage.CostUsd is null ? "cost: nobody named a price" : "cost");
            return html.Add($"</ul>");
        });
    }

    private static void Figure(HtmlText html, string figure, string what) => html.Add($"<li><b>{figure}</b><span>{what}</span></li>");

    private static int FilesOf(RunStory story) =>
        story.Steps.SelectMany(step => step.Artifacts.Select(artifact => artifact.Path).Concat(step.Removed)).Distinct().Count();

    private static Markup Notes(RunStory story, string title)
    {
        var reasons = story.Reasons;
        return HtmlText.Of(html =>
        {
            html.Add($"<div class=\"notes\">");
            if (story.Goal.Trim() != title)
            {
                html.Add(
                    $"<div><h2>What was asked for</h2><details><summary>The whole goal</summary><pre class=\"wrap\" "
                        + $"dir=\"auto\">{PageBudget.Cut(story.Goal)}</pre></details></div>");
            }

            html.Add($"<div><h2>Why it was worked</h2>");
            if (reasons.Count <= 1)
            {
                html.Add($"<p>{(reasons.Count == 1 ? Sentence(reasons[0]) : "Nothing was recorded of that.")}</p>");
            }
            else
            {
                html.Add($"<ul>");
                foreach (var reason in reasons.Take(MaxReasons))
                {
                    html.Add($"<li>{Sentence(reason)}</li>");
                }

                html.Add(
                    $"{(reasons.Count > MaxReasons ? HtmlText.Of(more => more.Add($"<li>and {reasons.Count - MaxReasons} more reasons</li>")) : Markup.None)}</ul>");
            }

            html.Add($"</div><div><h2>How it ended</h2>{EndOf(story)}</div><div><h2>What to do next</h2>{NextOf(story)}</div></div>");
            return html;
        });
    }

    private static Markup EndOf(RunStory story) => HtmlText.Of(html => story.Ending switch
    {
        StoryEnding.Completed when story.Findings.Count > 0 =>
            html.Add($"<p>The last review approved it, with {ReportWords.Count(story.Findings.Count, "finding")}.</p>"),
        StoryEnding.Completed when !story.Steps.Any(step => step.Action is AgentAction.Review) =>
            html.Add($"<p>It was completed without a review.</p>"),
        StoryEnding.Completed => html.Add($"<p>The last review approved it and found nothing.</p>"),
        StoryEnding.Failed => html.Add(
            $"<p class=\"wrong\" dir=\"auto\">{Sentence(story.FailureMessage ?? "it failed")}</p><p><code>{story.FailureCode}</code></p>"),
        StoryEnding.Interrupted => html.Add($"<p>It was interrupted {Time(story.EndedAt)} <span class=\"zone\">UTC</span>.</p>"),
        StoryEnding.Aborted => html.Add($"<p>{Sentence(story.FailureMessage ?? "it was given up")}</p>"),
        _ => html.Add($"<p>Its ledger tells of no end: it is at work, or the build was killed.</p>"),
    });

    private static Markup NextOf(RunStory story) => HtmlText.Of(html => story.Ending switch
    {
        StoryEnding.Completed => html.Add(
            $"<p>Read the changes and commit them. The same command again is skipped until something that the task depends on changes.</p>"),
        StoryEnding.Failed => html.Add(
            $"<p>Fix the cause and run the same command again: it goes on "
                + $"after {ReportWords.Count(story.Steps.Count(), "proven step")}.</p>"
                + $"{Command($"dotnet build -t:LorchRun -p:Task={story.TaskId}")}"),
        StoryEnding.Interrupted
            or StoryEnding.Open => html.Add(
                $"<p>The same command goes on "
                    + $"after {ReportWords.Count(story.Steps.Count(), "proven step")}.</p>"
                    + $"{Command($"dotnet build -t:LorchRun -p:Task={story.TaskId}")}"),
        _ => html.Add($"<p>Nothing: another run took its place, or it isn't wanted any more.</p>"),
    });

    private static Markup Command(string line) => HtmlText.Of(html => html.Add($"<pre>{line}</pre>"));

    private static string Sentence(string text)
    {
        var trimmed = PageBudget.Cut(text.Trim());
        var first = trimmed.Split(' ', 2)[0];

        // A path begins as it is spelled.
        var sentence = trimmed.Length == 0 || first.AsSpan().IndexOfAny("./\\_") >= 0
            ? trimmed
            : char.ToUpperInvariant(trimmed[0]) + trimmed[1..];
        return sentence.EndsWith('.') || sentence.Length == 0 ? sentence : $"{sentence}.";
    }
}
