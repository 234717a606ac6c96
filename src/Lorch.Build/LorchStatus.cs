using System.Text;
using Lorch.Core;
using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Microsoft.Build.Framework;

namespace Lorch.Build;

/// <summary>Says where every task and the last run stand, in lines for people or as JSON for scripts. Changes nothing.</summary>
[MSBuildMultiThreadableTask]
public sealed class LorchStatus : WorkspaceTask
{
    /// <summary>Gets or sets the form: <c>text</c>, the default, or <c>json</c>.</summary>
    public string? Format { get; set; }

    /// <summary>Gets or sets a file to write the JSON to, for scripts that don't want to read a build's output.</summary>
    public string? OutputFile { get; set; }

    private protected override async Task WorkAsync(BuildLog log, CancellationToken cancellationToken)
    {
        var asJson = Format switch
        {
            null or "" or "text" => false,
            "json" => true,
            _ => throw new LorchException(new Diagnostic
            {
                Code = DiagnosticCode.InvalidProperty,
                Message = $"LorchStatusFormat is '{Format}'; expected is 'text' or 'json'.",
            }),
        };
        var report = await Open().StatusAsync(cancellationToken);
        if (Rooted(OutputFile) is { } file)
        {
            await WriteAsync(file, report.ToJson(), cancellationToken);
        }

        if (asJson)
        {
            // As it is, for what reads a build's output.
            log.Say(MessageImportance.High, PlainText.OfJson(Encoding.ASCII.GetString(report.ToJson()).TrimEnd()));
            return;
        }

        foreach (var line in Lines(report))
        {
            log.Answer(line);
        }
    }

    private static IEnumerable<string> Lines(StatusReport report) =>
    [
        .. report.Tasks.SelectMany(task => Lines(task).Concat(Damage(report, task.TaskId))),
        .. (report.Damage ?? []).Where(damage => report.Tasks.All(task => task.TaskId != damage.TaskId)).Select(Line),
        .. report.Orphans.Select(run => $"{run.TaskId} is no longer in lorch.json, but {run.RunId} of it is open; give it up with "
            + $"dotnet build -t:LorchAbort -p:Run={run.RunId}"),
        .. (report.Elsewhere
            ?? []).Select(run => $"{run.RunId} of {run.TaskId} is open in another workspace, '{run.Workspace}'; resume or abort it there"),
        report.LastRun is { } last ? Line(last) : "no run yet",
        .. (report.Tools ?? []).Select(Line),
        .. report.Lock is { } held
            ? [$"the workspace is held by process {held.Pid} since {Rfc3339.Format(held.StartedAt)}"]
            : Array.Empty<string>(),
    ];

    private static IEnumerable<string> Damage(StatusReport report, TaskId task) =>
        (report.Damage ?? []).Where(damage => damage.TaskId == task).Select(damage => $"  {Line(damage)}");

    private static string Line(DamageStatusLine damage) => $"{damage.File}: {damage.Code}: {damage.Message}";

    private static string Line(ToolStatusLine tool)
    {
        var version = tool.Version is { Length: > 0 } told ? $", version {told}" : "";
        return tool.Problem ?? $"{tool.AgentType.WireName}{(tool.Name is { } name ? $" {name}" : "")} uses {tool.Title}{version}";
    }

    private static IEnumerable<string> Lines(TaskStatusLine task)
    {
        var run = task.Run is { } open
            ? $" at {open.At}, after {Count(open.Steps, "step")}, {open.RunId} since {Rfc3339.Format(open.LastMessageAt)}"
            : "";
        yield return task.State switch
        {
            "up_to_date" => $"{task.TaskId} up to date ({string.Join(", ", [task.Inputs.ToString(), .. Words(task)])})",
            "never_run" => $"{task.TaskId} never run",
            var state => $"{task.TaskId} {state}{run}",
        };
        foreach (var detail in Details(task))
        {
            yield return $"  {detail}";
        }
    }

    private static IEnumerable<string> Words(TaskStatusLine task) =>
        [.. task.Accepted is null ? [] : new[] { "accepted" }, .. (task.Although ?? []).Select(although => although.Word).Distinct()];

    private static IEnumerable<string> Details(TaskStatusLine task) =>
    [
        .. task.Accepted is { } word
            ? [$"accepted by {word.By} at {Rfc3339.Format(word.At)}{(word.Reason is { } why ? $": {why}" : "")}"]
            : Array.Empty<string>(),
        .. (task.Although ?? []).Select(although => although.Text),
        .. task.Run?.Failure is { } failure ? [failure] : Array.Empty<string>(),
        .. task.State is "never_run" ? [] : task.Reasons,
        .. task.SameWords is { } other
            ? [$"{other.TaskId}, which is gone, was completed with the same words by {other.RunId}"]
            : Array.Empty<string>(),
        .. task.Next is { } next ? [$"next: {next}"] : Array.Empty<string>(),
        .. task.Accept is { } accept ? [$"or, if it is done as it is: {accept}"] : Array.Empty<string>(),
    ];

    private static string Line(RunStatusLine last) =>
        $"last run: {last.RunId} of {last.TaskId}, {last.Status}, {Count(last.Steps, "step")}"
            + $"{(last.Usage is { IsEmpty: false } usage ? $", {usage.ToText()}" : "")}";

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    private static Task WriteAsync(string file, byte[] content, CancellationToken cancellationToken) =>
        new Core.Storage.DurableFiles().ReplaceAsync(file, content, cancellationToken);
}
