using Lorch.Core.Hashing;
using Lorch.Core.Json;
using Lorch.Core.Protocol;
using Lorch.Core.Storage;
using Lorch.Core.Workflows;

namespace Lorch.Core.Reports.Recording;

/// <summary>
/// Keeps, while a run lasts, what reports show of it beyond its ledger, without secrets and within bounds. It never stops a run.
/// </summary>
/// <remarks>
/// It is told of each message once that is durable, and writes its file when a step or an attempt has ended: what a crash takes, the ledger
/// tells in its own words.
/// </remarks>
internal sealed class ReportRecorder
{
    private const int LongestText = 16 * 1024;
    private const int LongestPrompt = 64 * 1024;
    private const int LongestNote = 300;
    private const int MaxNotes = 20;
    private const int MaxFindings = 500;
    private const int MaxChanges = 5000;
    private const int MaxContentLength = 4 * 1024 * 1024;
    private const int MaxMessageLength = 4 * 1024 * 1024;

    private readonly WorkspaceLayout _layout;
    private readonly Func<string, string> _redact;
    private readonly KnownContents _files;
    private readonly OrderedDictionary<MessageId, ReportMessage> _messages = [];
    private readonly OrderedDictionary<Sha256Digest, ReportContent> _contents = [];
    private readonly List<ReportChange> _changes;
    private ReportData _data;
    private MessageId? _command;
    private int _contentLength;
    private int _messageLength;

    private ReportRecorder(WorkspaceLayout layout, Func<string, string> redact, KnownContents files, ReportData data)
    {
        (_layout, _redact, _files, _data, _changes) = (layout, redact, files, data, [.. data.Changes]);
        foreach (var message in data.Messages)
        {
            Keep(message);
        }

        foreach (var content in data.Contents)
        {
            Keep(content);
        }
    }

    /// <summary>Begins with a run, or goes on with one.</summary>
    /// <param name="layout">Where the data lie.</param>
    /// <param name="redact">Takes the secrets out of a text.</param>
    /// <param name="run">The run.</param>
    /// <param name="history">What it has proven so far.</param>
    /// <param name="files">What agents may change, as it is found.</param>
    /// <param name="isListed">Whether a path would be among these files, if anything were there.</param>
    /// <param name="reasons">Why it is worked.</param>
    public static ReportRecorder Begin(
        WorkspaceLayout layout,
        Func<string, string> redact,
        RunId run,
        History history,
        IEnumerable<Artifact> files,
        Func<RelativePath, bool> isListed,
        IReadOnlyList<string> reasons)
    {
        var contents = new KnownContents(layout.WorkspaceRoot, isListed);
        contents.ReadBefore(files);
        contents.LookAt(
        [
            .. DefinitionTerms.ExpectedOutputs(history.Started!.Definition).Select(output => output.Path),
            DefinitionTerms.Review(history.TaskId),
            DefinitionTerms.SpecNotes(history.TaskId),
        ]);
        var data = ReportData.TryRead(layout, run) ?? new ReportData
        {
            Format = ReportData.CurrentFormat,
            RunId = run,
            TaskId = history.TaskId,
            Goal = ShortText.Of(redact(DefinitionTerms.Goal(history.Started.Definition)), LongestText),
            Reasons = [.. reasons.Select(redact)],
            Messages = [],
            Contents = [],
            Changes = [],
            Diagnostics = [],
        };
        return new ReportRecorder(layout, redact, contents, data);
    }

    /// <summary>Takes a message that the ledger holds.</summary>
    /// <param name="message">The message.</param>
    /// <param name="history">The history with it.</param>
    public void Take(Message message, History history)
    {
        switch (message)
        {
            case Command command:
                _command = command.MessageId;
                Keep(Describe(command));
                break;
            case Event { IsChatter: true } said:
                TakeNote(said);
                break;
            case Event { Name: EventName.StepRecorded }:
                TakeContents(history.Steps[^1]);
                Save();
                break;
            case Event { Name: EventName.AttemptFailed or EventName.StepReused }:
                Save();
                break;
            case Event { Name.IsSystem: false } said:
                Keep(Describe(said, history.TaskId));
                break;
            default:
                break;
        }
    }

    /// <summary>Takes what came of the run, for now or for good.</summary>
    /// <param name="diagnostics">What the build says of it.</param>
    public void End(IEnumerable<Diagnostic> diagnostics)
    {
        _data = _data with
        {
            Diagnostics =
            [
                .. diagnostics.Where(
                    diagnostic => diagnostic.Code != DiagnosticCode.ReviewFinding).Take(
                        MaxFindings).Select(diagnostic => new ReportDiagnostic
                {
                    Code = diagnostic.Code,
                    Severity = diagnostic.Severity.ToString().ToLowerInvariant(),
                    Message = Text(diagnostic.Message),
                }),
            ],
        };
        Save();
    }

    private ReportMessage Describe(Command command) => new()
    {
        MessageId = command.MessageId,
        Summary = command.Inputs.TryGetProperty("cause", out var cause) && OutcomeRules.Text(cause, "summary") is { } summary
            ? Text(summary)
            : null,
        Prompt = TakePrompt(command.MessageId),
    };

    private ReportMessage Describe(Event said, TaskId task)
    {
        var findings = said.Name is EventName.ReviewCompleted
            ? Finding.Of(task, new Outcome { Event = said.Name, Status = said.Status, Payload = said.Payload })
            : [];
        return new ReportMessage
        {
            MessageId = said.MessageId,
            Summary = OutcomeRules.Summary(said.Payload) is { } summary ? Text(summary) : null,
            Findings = findings.Count == 0 ? null :
            [
                .. findings.Take(MaxFindings).Select(finding => new ReportFinding
                {
                    File = finding.File is { } file ? Text(file) : null,
                    Line = finding.Line,
                    Severity = ShortText.Of(_redact(finding.Severity), LongestNote),
                    Message = Text(finding.Message),
                }),
            ],
        };
    }

    private void TakeNote(Event said)
    {
        if (_command is not { } id || _messages.GetValueOrDefault(id) is not { } command)
        {
            return;
        }

        var note = OutcomeRules.Summary(said.Payload)
            ?? (said.Payload is { } payload ? OutcomeRules.Text(payload, "message") ?? OutcomeRules.Text(payload, "text") : null);
        var notes = command.Notes ?? [];
        _messages[id] = note is null || notes.Count == MaxNotes
            ? command with { MoreNotes = command.MoreNotes + 1 }
            : command with { Notes = [.. notes, ShortText.Of(_redact(note), LongestNote)] };
    }

    private void TakeContents(ProvenStep step)
    {
        if (_command is { } id && _messages.GetValueOrDefault(id) is { Prompt: null } command && TakePrompt(id) is { } prompt)
        {
            _messages[id] = command with { Prompt = prompt };
        }

        foreach (var artifact in step.Artifacts)
        {
            Take(step.Step, artifact.Path, artifact);
        }

        foreach (var path in step.Removed)
        {
            Take(step.Step, path, null);
        }
    }

    private void Take(int step, RelativePath path, Artifact? now)
    {
        var (before, isNew) = _files.Follow(path, now);
        if (before?.Sha256 != now?.Sha256 && _changes.Count < MaxChanges)
        {
            Take(before);
            Take(now);
            _changes.Add(new ReportChange { Step = step, Path = path, Before = before?.Sha256, After = now?.Sha256, IsNew = isNew });
        }
    }

    private void Take(Artifact? file)
    {
        if (file is not null && !_contents.ContainsKey(file.Sha256) && _files.Describe(file) is { } content)
        {
            Keep(content.Text is { } text ? content with { Text = _redact(text) } : content);
        }
    }

    private void Keep(ReportContent content)
    {
        var length = content.Text?.Length ?? 0;
        var fits = _contentLength + length <= MaxContentLength;
        _contents[content.Sha256] = fits ? content : new ReportContent { Sha256 = content.Sha256, LeftOut = "many" };
        _contentLength += fits ? length : 0;
    }

    private void Keep(ReportMessage message)
    {
        var length = (message.Summary?.Length
            ?? 0) + (message.Prompt?.Length ?? 0) + (message.Findings?.Sum(finding => finding.Message.Length) ?? 0);
        if (_messageLength + length <= MaxMessageLength)
        {
            _messages[message.MessageId] = message;
            _messageLength += length;
        }
    }

    private string? TakePrompt(MessageId command) =>
        PromptFile.Take(_layout, command) is { } prompt ? ShortText.Of(_redact(prompt), LongestPrompt) : null;

    private string Text(string text) => ShortText.Of(_redact(text), LongestText);

    private void Save()
    {
        _data = _data with { Messages = [.. _messages.Values], Contents = [.. _contents.Values], Changes = [.. _changes] };
        try
        {
            DurableFolders.Make(_layout.ReportsFolder);
            var path = _layout.ReportData(_data.RunId);
            using var file = TemporaryFile.WriteUnsynced(path, _data.ToBytes());
            file.ReplaceTarget(path);
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            // A report without it tells what the ledger tells; a run that ends for it would cost what it did.
        }
    }
}
