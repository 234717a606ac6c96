using System.Globalization;
using System.Text;
using Lorch.Core.Reports.Recording;

namespace Lorch.Core.Reports;

/// <summary>What a build did, in Markdown for the page that a CI system shows of a job.</summary>
internal static class MarkdownSummary
{
    private const int MaxTasks = 200;
    private const int MaxFindings = 20;
    private const int MaxText = 500;

    /// <summary>GitHub takes 1 MiB of a step.</summary>
    private const int MaxLength = 900_000;

    /// <summary>Writes the summary.</summary>
    /// <param name="tasks">The tasks.</param>
    public static string Of(IReadOnlyList<TaskStory> tasks)
    {
        var done = tasks.Count(task => task.Task.State is "up_to_date");
        var text = new StringBuilder();
        text = text.Append(
            CultureInfo.InvariantCulture,
            $"### Lorch: {(done == tasks.Count ? "everything is done" : $"{done} of {ReportWords.Count(tasks.Count, "task")} done")}\n\n");
        foreach (var task in tasks.Take(MaxTasks).TakeWhile(_ => text.Length < MaxLength))
        {
            text = text.Append(Line(task));
        }

        return text.Append(tasks.Count > MaxTasks ? $"\nand {ReportWords.Count(tasks.Count - MaxTasks, "more task")}\n" : "")
            .Append('\n')
            .ToString();
    }

    /// <summary>Makes a text harmless in Markdown: it marks nothing up, names nobody, and stays on its line.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder();
        foreach (var character in PlainText.OneLine(
            Tools.ToolText.Plain(Lorch.Core.Json.ShortText.Of(text, MaxText)).ReplaceLineEndings(" ")))
        {
            _ = character switch
            {
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '&' => escaped.Append("&amp;"),
                '@' => escaped.Append("&#64;"),
                '#' => escaped.Append("&#35;"),
                ':' => escaped.Append("&#58;"),
                '\\'
                    or '`'
                    or '*'
                    or '_'
                    or '{'
                    or '}'
                    or '['
                    or ']'
                    or '('
                    or ')'
                    or '+'
                    or '-'
                    or '!'
                    or '|'
                    or '~' => escaped.Append('\\').Append(character),
                _ => escaped.Append(character),
            };
        }

        return escaped.ToString();
    }

    private static string Line(TaskStory task)
    {
        var sign = task.Task.State switch
        {
            "up_to_date" => "✅",
            "failed" => "❌",
            _ => "⏸",
        };
        var usage = task.Latest?.Usage;
        var facts = task.Latest is not { } story ? "never run" : string.Join(", ", (string[])
        [
            ReportWords.Ending(story.Ending).ToLowerInvariant(),
            ReportWords.Duration(story.Worked),
            ReportWords.Count(story.Steps.Count(), "step"),
            .. story.Turns > 0 ? [ReportWords.Count(story.Turns, "round") + " of changes"] : Array.Empty<string>(),
            .. usage!.Tokens > 0 ? [$"{ReportWords.Tokens(usage.Tokens)} tokens"] : Array.Empty<string>(),
            .. usage.CostUsd is { } dollars ? [ReportWords.Money(dollars)] : Array.Empty<string>(),
        ]);
        var text = new StringBuilder();
        text = text.Append(
            CultureInfo.InvariantCulture,
            $"- {sign} **{Escape(task.Task.TaskId.ToString())}** {Escape(task.Task.Title ?? "")} — {Escape(facts)}\n");
        if (task.Task.State is "failed" && task.Latest?.FailureMessage is { } failure)
        {
            text = text.Append(CultureInfo.InvariantCulture, $"  - {Escape(failure)}\n");
        }
        else if (task.Task.State is not ("up_to_date" or "never_run") && task.Task.Reasons.Count > 0)
        {
            text = text.Append(CultureInfo.InvariantCulture, $"  - {Escape(task.Task.Reasons[0])}\n");
        }

        foreach (var finding in task.Findings.Take(MaxFindings))
        {
            text = text.Append(
                CultureInfo.InvariantCulture,
                $"  - {Escape(finding.Severity)}: {Place(finding)}{Escape(finding.Message)}\n");
        }

        return text.Append(
            task.Findings.Count > MaxFindings ? $"  - and {ReportWords.Count(task.Findings.Count - MaxFindings, "more finding")}\n" : "")
            .ToString();
    }

    private static string Place(ReportFinding finding) =>
        finding.File is { } file ? $"{Escape(file)}{(finding.Line > 0 ? ReportWords.Invariant($"&#58;{finding.Line}") : "")} — " : "";
}
