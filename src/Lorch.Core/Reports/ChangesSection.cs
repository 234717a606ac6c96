using Lorch.Core.Storage;

namespace Lorch.Core.Reports;

/// <summary>What changed from the beginning of a run to its last step.</summary>
internal static class ChangesSection
{
    private const int MaxFiles = 200;

    /// <summary>So many lines are shown at once; more are opened by who wants to see them.</summary>
    private const int MaxOpenLines = 150;

    public static Markup Render(RunStory story, PageBudget budget)
    {
        var changes = FileChanges.InAll(story);
        return changes.Count == 0 && story.Drifted.Count == 0 ? Markup.None : HtmlText.Of(html =>
        {
            html.Add($"<section aria-labelledby=\"h-changes\"><h2 id=\"h-changes\">What changed in all</h2>");
            var isSmall = changes.Sum(change => change.Lines?.Count(line => line.Kind is not DiffKind.Same) ?? 0) <= MaxOpenLines;
            Files(html, [.. changes.OrderBy(IsNote)], budget, MaxFiles, isSmall);
            if (story.Drifted.Count > 0)
            {
                html.Add(
                    $"<details><summary>Meanwhile somebody else, or an agent that was interrupted, "
                        + $"changed {ReportWords.Count(story.Drifted.Count, "file")}</summary><pre "
                        + $"class=\"wrap\">{PageBudget.Cut(string.Join('\n', story.Drifted))}</pre></details>");
            }

            return html.Add($"</section>");
        });
    }

    public static void Files(
        HtmlText html,
        IReadOnlyList<FileChange> changes,
        PageBudget budget,
        int most = PageBudget.MaxFilesOfStep,
        bool isOpen = false)
    {
        if (changes.Count == 0)
        {
            return;
        }

        html.Add($"<div class=\"files\">");
        foreach (var change in changes.Take(most))
        {
            File(html, change, budget, isOpen && !IsNote(change));
        }

        html.Add($"{StepsSection.More(changes.Count - most, "file")}</div>");
    }

    /// <summary>What agents note for each other, which is read last.</summary>
    private static bool IsNote(FileChange change) =>
        WorkspaceLayout.FoldersForAgents.Any(folder => change.Path.ToString().StartsWith($"{folder}/", StringComparison.Ordinal));

    private static void File(HtmlText html, FileChange change, PageBudget budget, bool isOpen)
    {
        var name = HtmlText.Of(text => text.Add($"<code>{change.Path}</code> {change.Word}"));
        if (change.Lines is not { Count: > 0 } lines)
        {
            html.Add($"<div class=\"plain\">{name}{(change.Why is { } why ? $", {why}" : ", empty")}</div>");
            return;
        }

        var counts = change.Added + change.Removed == 0
            ? Markup.None
            : HtmlText.Of(text => text.Add($" <span class=\"plus\">+{change.Added}</span> <span class=\"minus\">−{change.Removed}</span>"));
        var diff = Diff(lines, budget);
        html.Add($"{(budget.TryTake(diff.Value.Length)
            ? HtmlText.Of(text => text.Add($"<details{(isOpen ? new Markup(" open") : Markup.None)}><summary>{name}{counts}</summary>{diff}</details>"))
            : HtmlText.Of(text => text.Add($"<div class=\"plain\">{name}{counts}, left out, because the page would be too long</div>")))}");
    }

    private static Markup Diff(IReadOnlyList<DiffLine> lines, PageBudget budget)
    {
        var parts = PageBudget.Parts(lines, out var leftOut);
        return HtmlText.Of(html =>
        {
            html.Add($"<pre class=\"diff\">");
            for (var i = 0; i < parts.Count; i++)
            {
                _ = parts[i] switch
                {
                    null => html.Add($"<b>… line {LineOf(parts[i + 1]!.Value)}</b>"),
                    { Kind: DiffKind.Added } line => html.Add($"<ins>{line.Text}</ins>"),
                    { Kind: DiffKind.Removed } line => html.Add($"<del>{line.Text}</del>"),
                    { } line => html.Add($"<span>{line.Text}</span>"),
                };
            }

            return html.Add(
                $"{(leftOut > 0 ? HtmlText.Of(more => more.Add($"<b>… {ReportWords.Count(leftOut, "more line")}</b>")) : Markup.None)}</pre>");
        });
    }

    private static int LineOf(DiffLine line) => line.LineAfter > 0 ? line.LineAfter : line.LineBefore;
}
