using System.Text;
using System.Text.Json;
using Lorch.Core;
using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Microsoft.Build.Framework;

namespace Lorch.Build;

/// <summary>Says why tasks are stale or done, in lines for people or as JSON for scripts. Changes nothing.</summary>
[MSBuildMultiThreadableTask]
public sealed class LorchWhy : WorkspaceTask
{
    private const int LongestValue = 60;
    private const int Context = 20;

    /// <summary>Gets or sets the task ids, joined by <c>+</c>; empty for all.</summary>
    public string? Selection { get; set; }

    /// <summary>Gets or sets the form: <c>text</c>, the default, or <c>json</c>.</summary>
    public string? Format { get; set; }

    /// <summary>Gets or sets a file to write the JSON to, for scripts that don't want to read a build's output.</summary>
    public string? OutputFile { get; set; }

    private protected override async Task WorkAsync(BuildLog log, CancellationToken cancellationToken)
    {
        var workspace = Open();
        var report = await workspace.WhyAsync(LorchSelectTasks.Split(Selection), cancellationToken);
        if (Rooted(OutputFile) is { } file)
        {
            await new Core.Storage.DurableFiles().ReplaceAsync(file, report.ToJson(), cancellationToken);
        }

        if (Format is "json")
        {
            // As it is, for what reads a build's output.
            log.Say(MessageImportance.High, PlainText.OfJson(workspace.Redact(Encoding.ASCII.GetString(report.ToJson()).TrimEnd())));
            return;
        }

        foreach (var line in report.Tasks.SelectMany(Lines))
        {
            log.Answer(workspace.Redact(line));
        }
    }

    private static IEnumerable<string> Lines(TaskWhy task)
    {
        yield return $"{task.TaskId} {Verdict(task)}";
        foreach (var line in Details(task))
        {
            yield return $"  {line}";
        }
    }

    private static string Verdict(TaskWhy task) => task.State switch
    {
        "up_to_date" => "is done",
        "proposed" => "is only proposed",
        "never_done" => $"was never done: {string.Join("; ", task.Reasons)}",
        _ => $"is stale: {string.Join("; ", task.Reasons)}",
    };

    private static IEnumerable<string> Details(TaskWhy task) =>
    [
        .. task.ComparedWith is { } with ? [Compared(task, with)] : Array.Empty<string>(),
        .. task.Members.Select(Line),
        .. task.Agents.Select(
            agent =>
                $"the {agent.AgentType.WireName} is another one than then, came or "
                    + $"went{Weight(agent.MakesStale, "counts from its next run on")}"),
        .. task.Dependencies.Select(Line),
        .. task.Paths.Select(Line),
        .. task.ComparedWith is null
            ? []
            : new[] { $"as they were: {Count(task.UnchangedInputs, "input")}, {Count(task.UnchangedOutputs, "output")}" },
        .. task.Next is { } next ? [$"have it worked: {next}"] : Array.Empty<string>(),
        .. task.Accept is { } accept ? [$"or say that it is done as it is: {accept}"] : Array.Empty<string>(),
    ];

    private static string Compared(TaskWhy task, ComparedCompletion with) =>
        $"compared with {with.RunId}{(with.TaskId == task.TaskId ? "" : $" of {with.TaskId}, which had the same words")}, "
        + $"{(with.AcceptedBy is { } person ? $"accepted by {person}" : "worked")} at {Rfc3339.Format(with.CompletedAt)}";

    /// <summary>Both values from shortly before they part: a goal may be pages.</summary>
    private static string Line(MemberWhy member)
    {
        var (before, now) = (Text(member.Before), Text(member.Now));
        var start = Math.Max(0, before.AsSpan().CommonPrefixLength(now.AsSpan()) - Context);
        return $"{member.Name}: {Part(before, start)} -> {Part(now, start)}{Weight(member.MakesStale, "counts from its next run on")}";
    }

    private static string Line(DependencyWhy other) => (other.Before, other.Now) switch
    {
        (null, _) => $"{other.TaskId}, which it depends on now{Weight(other.MakesStale, "counts from its next run on")}",
        (_, null) when !other.MakesStale => $"{other.TaskId}, which it no longer depends on",
        (_, null) => $"{other.TaskId}, which it depends on, isn't up to date{Weight(true, "")}",
        _ => $"{other.TaskId}, which it depends on, made something else{Weight(other.MakesStale, "")}",
    };

    private static string Line(PathWhy path) =>
        $"{path.Path} {(path.Role == "output" ? "(its work) " : "")}{path.Change} by "
            + $"{(path.By is { } task ? $"{task.TaskId}, {task.RunId}" : "a person")}"
        + Weight(path.MakesStale, "makes nothing stale");

    private static string Weight(bool makesStale, string otherwise) =>
        makesStale ? ": makes it stale" : otherwise.Length == 0 ? "" : $": {otherwise}";

    private static string Text(JsonElement? value) =>
        value is not { } element
            ? "nothing"
            : element.ValueKind is JsonValueKind.String ? $"'{element.GetString()}'" : element.GetRawText();

    private static string Part(string text, int start)
    {
        var rest = text.Length - start <= LongestValue ? text[start..] : $"{text[start..(start + LongestValue)]}…";
        return (start == 0 ? rest : $"…{rest}").ReplaceLineEndings(" ");
    }

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
