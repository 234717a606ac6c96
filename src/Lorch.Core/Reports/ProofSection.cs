namespace Lorch.Core.Reports;

/// <summary>What can be checked: the receipts with their digests.</summary>
internal static class ProofSection
{
    private const int ShownDigits = 16;

    public static Markup Render(RunStory story, PageBudget budget)
    {
        _ = budget;
        var steps = story.Steps.Where(step => step.Receipt is not null).ToList();
        return steps.Count == 0 ? Markup.None : HtmlText.Of(html =>
        {
            html.Add(
                $"<section aria-labelledby=\"h-proof\"><h2 id=\"h-proof\">What proves it</h2><p class=\"more\">Each step has a receipt "
                    + $"that names every file with its SHA-256. <code>dotnet build -t:LorchVerify</code> checks them against the "
                    + $"disk.</p><ul class=\"proof\">");
            foreach (var step in steps.Take(PageBudget.MaxProofs))
            {
                var digest = step.Receipt!.Sha256.Hex;
                html.Add(
                    $"<li><code>{step.Receipt.Path}</code><code class=\"dig\" "
                        + $"title=\"sha256:{digest}\">{digest[..ShownDigits]}…</code></li>");
            }

            return html.Add($"</ul>{StepsSection.More(steps.Count - PageBudget.MaxProofs, "receipt")}</section>");
        });
    }
}
