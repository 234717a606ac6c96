using System.Globalization;
using System.Text;
using System.Xml;

namespace Lorch.Core.Reports;

/// <summary>Where tasks stand as JUnit XML, which every CI system shows: a task is a suite, an attempt of its latest run a case.</summary>
internal static class JUnitXml
{
    /// <summary>Writes the file.</summary>
    public static byte[] GetBytes(IReadOnlyList<TaskStory> tasks)
    {
        using var stream = new MemoryStream();
        using (var xml = XmlWriter.Create(
            stream,
            new XmlWriterSettings { Indent = true, NewLineChars = "\n", Encoding = new UTF8Encoding(false) }))
        {
            xml.WriteStartElement("testsuites");
            xml.WriteAttributeString("name", "Lorch");
            foreach (var task in tasks)
            {
                WriteSuite(xml, task);
            }

            xml.WriteEndElement();
        }

        return [.. stream.ToArray(), (byte)'\n'];
    }

    private static void WriteSuite(XmlWriter xml, TaskStory task)
    {
        var attempts = task.Latest?.Attempts ?? [];
        var isFailed = task.Latest?.Ending is StoryEnding.Failed;
        var lastFailed = isFailed ? attempts.LastOrDefault(attempt => attempt.Result is StoryResult.Failed) : null;
        var isExtra = isFailed && lastFailed is null;
        xml.WriteStartElement("testsuite");
        xml.WriteAttributeString("name", task.Task.TaskId.ToString());
        xml.WriteAttributeString("tests", Number(Math.Max(1, attempts.Count + (isExtra ? 1 : 0))));
        xml.WriteAttributeString("failures", isFailed ? "1" : "0");
        xml.WriteAttributeString("errors", "0");
        xml.WriteAttributeString("skipped", Number(attempts.Count == 0 ? 1 : attempts.Count(attempt => IsSkipped(attempt, lastFailed))));
        xml.WriteAttributeString("time", Seconds(task.Latest?.Worked ?? TimeSpan.Zero));
        if (task.Latest is { } story)
        {
            xml.WriteAttributeString(
                "timestamp",
                story.StartedAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture));
        }

        foreach (var attempt in attempts)
        {
            WriteCase(xml, task, attempt, lastFailed);
        }

        if (attempts.Count == 0 && !isExtra)
        {
            WriteStart(xml, task, Plain(task.Task.Title ?? "the task"), TimeSpan.Zero);
            xml.WriteStartElement("skipped");
            xml.WriteAttributeString("message", "it was never run");
            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        if (isExtra)
        {
            WriteStart(xml, task, "the run", TimeSpan.Zero);
            WriteFailure(xml, task.Latest!.FailureCode, task.Latest.FailureMessage);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    /// <summary>An attempt that failed and was tried again isn't the task's failure.</summary>
    private static bool IsSkipped(StoryAttempt attempt, StoryAttempt? lastFailed) => attempt.Step is null && attempt != lastFailed;

    private static void WriteCase(XmlWriter xml, TaskStory task, StoryAttempt attempt, StoryAttempt? lastFailed)
    {
        var name = attempt.Step is { } step
            ? $"step {Number(step)}: {ReportWords.Deed(attempt)}"
            : $"line {Number((int)attempt.Position)}: {ReportWords.Deed(attempt)}";
        WriteStart(xml, task, name, attempt.Duration);
        if (attempt == lastFailed)
        {
            WriteFailure(xml, attempt.FailureCode, attempt.FailureMessage);
        }
        else if (IsSkipped(attempt, lastFailed))
        {
            xml.WriteStartElement("skipped");
            xml.WriteAttributeString("message", Plain(attempt.FailureMessage ?? "it was interrupted"));
            xml.WriteEndElement();
        }

        if (!string.IsNullOrWhiteSpace(attempt.Summary))
        {
            xml.WriteElementString("system-out", Plain(attempt.Summary));
        }

        xml.WriteEndElement();
    }

    private static void WriteStart(XmlWriter xml, TaskStory task, string name, TimeSpan time)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("classname", task.Task.TaskId.ToString());
        xml.WriteAttributeString("name", name);
        xml.WriteAttributeString("time", Seconds(time));
    }

    private static void WriteFailure(XmlWriter xml, string? code, string? message)
    {
        xml.WriteStartElement("failure");
        xml.WriteAttributeString("type", Plain(code ?? "failed"));
        xml.WriteAttributeString("message", Plain(message ?? "it failed"));
        xml.WriteString(Plain(message ?? "it failed"));
        xml.WriteEndElement();
    }

    /// <summary>What XML can hold, and what nothing that shows it obeys.</summary>
    private static string Plain(string text) =>
        string.Concat(
            PlainText.Of(PageBudget.Cut(Tools.ToolText.Plain(text)))
                .Select(character => character is '\ufffe' or '\uffff' ? '\ufffd' : character));

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);
}
