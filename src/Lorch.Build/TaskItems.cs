using System.Globalization;
using System.Text;
using Lorch.Core;
using Lorch.Core.Receipts;
using Lorch.Core.Runs;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Workflows;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Lorch.Build;

/// <summary>
/// What the tasks hand on, as items. Target results travel between projects as one list, in which <c>Kind</c> tells the kinds apart.
/// </summary>
internal static class TaskItems
{
    public const string Kind = "Kind";
    public const string TaskKind = "Task";
    public const string ArtifactKind = "Artifact";
    public const string FindingKind = "Finding";
    public const string SaidKind = "Said";
    public const string LastKind = "Last";

    public const string TaskId = "TaskId";
    public const string Outcome = "Outcome";
    public const string SnapshotId = "SnapshotId";
    public const string RunId = "RunId";
    public const string Transcript = "Transcript";
    public const string KeyFile = "KeyFile";
    public const string CompletionFile = "CompletionFile";
    public const string Waits = "Waits";
    public const string Work = "Work";
    public const string Held = "Held";
    public const string Text = "Text";
    public const string Although = "Although";

    /// <summary>
    /// The tasks that may have to be worked, in order: those that aren't up to date, and those that would follow one of them.
    /// </summary>
    public static IEnumerable<ITaskItem> Pending(
        IReadOnlyList<TaskVerdict> verdicts, LorchWorkspace workspace, Func<TaskId, bool> isForced, bool treatFindingsAsErrors)
    {
        var bad = verdicts
            .Where(verdict => SaidOf(verdict, treatFindingsAsErrors).Any(said => said.Severity is DiagnosticSeverity.Error))
            .Select(verdict => verdict.TaskId)
            .ToHashSet();
        var works = new Dictionary<TaskId, string>();
        foreach (var verdict in verdicts)
        {
            var needed = workspace.Select([verdict.TaskId.ToString()]);
            var waits = needed.Where(works.ContainsKey).Select(id => works[id]).ToList();
            if (verdict.IsUpToDate && waits.Count == 0 && !(verdict.FollowsOthers && works.Count > 0))
            {
                continue;
            }

            // Where a task was written down doesn't make it another one.
            var added = AddedTasks.Encode(workspace.AddedTasksOf(verdict.TaskId).Select(task => task with { File = null }));
            var work = new TaskWork(verdict.TaskId.ToString(), added, isForced(verdict.TaskId)).ToString();
            works.Add(verdict.TaskId, work);
            yield return Item(
                verdict.TaskId.ToString(),
                (KeyFile, verdict.KeyFile),
                (CompletionFile, verdict.CompletionFile),
                (Work, work),
                (Waits, string.Join('|', waits)),
                (Held, string.Join(';', needed.Where(bad.Contains))));
        }
    }

    public static IEnumerable<ITaskItem> OfVerdict(TaskVerdict verdict, string workspaceRoot, bool treatFindingsAsErrors)
    {
        var upToDate = verdict.IsUpToDate;
        yield return Item(
            verdict.TaskId.ToString(),
            (Kind, TaskKind),
            (Outcome, upToDate ? nameof(RunOutcome.UpToDate) : ""),
            (SnapshotId, (verdict.Completion?.SnapshotId ?? verdict.Inputs).ToString()),
            (RunId, verdict.Completion?.RunId.ToString() ?? ""),
            (Although, string.Concat(verdict.Although.Select(word => $", {word}"))),
            (KeyFile, verdict.KeyFile),
            (CompletionFile, verdict.CompletionFile));

        // People may delete what a task made; whoever compiles or packs it needs files that are there.
        var made = upToDate && verdict.Completion is { } completion ? completion.Artifacts : [];
        foreach (var artifact in made.Where(artifact => File.Exists(Path.GetFullPath(artifact.Path.ToString(), workspaceRoot))))
        {
            yield return OfArtifact(artifact, verdict.TaskId, workspaceRoot);
        }

        foreach (var finding in upToDate && verdict.Completion is { } done ? done.Findings : [])
        {
            yield return OfFinding(finding, workspaceRoot);
        }

        foreach (var said in OfSaid(verdict.TaskId, SaidOf(verdict, treatFindingsAsErrors), workspaceRoot))
        {
            yield return said;
        }
    }

    /// <summary>What is said of a task that is up to date.</summary>
    private static IEnumerable<Diagnostic> SaidOf(TaskVerdict verdict, bool treatFindingsAsErrors) =>
        verdict.Diagnostics.Select(diagnostic => diagnostic.Treated(treatFindingsAsErrors));

    /// <summary>What is left for the projects that ask to say; nothing if there is nothing.</summary>
    private static IEnumerable<ITaskItem> OfSaid(TaskId task, IEnumerable<Diagnostic> diagnostics, string workspaceRoot)
    {
        var text = SaidText.Encode(diagnostics.Select(diagnostic =>
            diagnostic with { File = diagnostic.File is { } file ? Path.GetFullPath(file, workspaceRoot) : null }));
        return text.Length == 0 ? [] : [Said(task.ToString(), text)];
    }

    public static ITaskItem Said(string taskId, string text) => Item(taskId, (Kind, SaidKind), (TaskId, taskId), (Text, text));

    public static IEnumerable<ITaskItem> OfResult(RunResult result, IEnumerable<Diagnostic> said, string workspaceRoot) =>
    [
        Item(
            result.TaskId.ToString(),
            (Kind, TaskKind),
            (Outcome, result.Outcome.ToString()),
            (SnapshotId, result.SnapshotId?.ToString() ?? ""),
            (RunId, result.RunId?.ToString() ?? ""),
            (Transcript, result.TranscriptPath ?? "")),
        .. result.Artifacts.Select(artifact => OfArtifact(artifact, result.TaskId, workspaceRoot)),
        .. result.Findings.Select(finding => OfFinding(finding, workspaceRoot)),
        .. OfSaid(result.TaskId, said, workspaceRoot),
    ];

    /// <summary>What is handed on of a task that got no result.</summary>
    public static ITaskItem Unfinished(string taskId) => Item(taskId, (Kind, TaskKind), (Outcome, nameof(RunOutcome.Failed)));

    private static TaskItem OfArtifact(CompletionArtifact artifact, TaskId taskId, string workspaceRoot) => Item(
        Path.GetFullPath(artifact.Path.ToString(), workspaceRoot),
        (Kind, ArtifactKind),
        (TaskId, taskId.ToString()),
        ("Sha256", artifact.Sha256.ToString()),
        ("Size", artifact.Size.ToString(CultureInfo.InvariantCulture)),
        ("ProducedBy", artifact.Step is { } step ? string.Create(CultureInfo.InvariantCulture, $"step-{step}") : "accept"));

    private static TaskItem OfFinding(Finding finding, string workspaceRoot) => Item(
        finding.TaskId.ToString(),
        (Kind, FindingKind),
        (TaskId, finding.TaskId.ToString()),
        ("File", RelativePath.TryParse(finding.File, out var path) ? Path.GetFullPath(path.ToString(), workspaceRoot) : ""),
        ("Line", finding.Line.ToString(CultureInfo.InvariantCulture)),
        ("Code", DiagnosticCode.ReviewFinding),
        ("Severity", finding.Severity),
        ("Message", finding.Message));

    public static TaskItem Item(string identity, params ReadOnlySpan<(string Name, string Value)> metadata)
    {
        var item = new TaskItem(Escape(identity));
        foreach (var (name, value) in metadata)
        {
            ((ITaskItem2)item).SetMetadataValueLiteral(name, value);
        }

        return item;
    }

    // An item takes its identity escaped: a path may hold any of these.
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            _ = "%*?@$();'".Contains(character, StringComparison.Ordinal)
                ? escaped.Append(CultureInfo.InvariantCulture, $"%{(int)character:x2}")
                : escaped.Append(character);
        }

        return escaped.ToString();
    }
}
