using System.Globalization;
using System.Text.Json.Nodes;
using Lorch.Agent.Talking;
using Lorch.Core.Agents.Verifying;
using Lorch.Core.Json;
using Lorch.Core.Protocol;
using Lorch.Core.Reports.Recording;
using Lorch.Core.Runs.Working;
using Lorch.Core.Storage;
using Lorch.Core.Tools;
using Lorch.Core.Workflows;

namespace Lorch.Agent.Working;

/// <summary>
/// Has commands worked by a coding tool, and says what came of it: what changed is observed, what the tool says of it isn't believed.
/// </summary>
/// <param name="tool">The tool.</param>
/// <param name="workspace">The workspace.</param>
/// <param name="prompts">Writes what the tool is asked.</param>
/// <param name="ignored">The globs of what the tool drops.</param>
/// <param name="self">The agent.</param>
/// <param name="log">Takes the tool's own lines.</param>
/// <param name="clock">The clock.</param>
internal sealed class ToolWorker(
    ITool tool,
    ToolWorkspace workspace,
    PromptWriter prompts,
    IReadOnlyList<string> ignored,
    AgentAddress self,
    TextWriter log,
    TimeProvider clock) : ICommandWorker
{
    private const int MaxSummary = 1000;
    private const int ShownPaths = 10;
    private const int MaxTurns = 2;

    private readonly WorkspaceObserver _observer = new(workspace);
    private readonly DurableFiles _files = new();

    /// <inheritdoc/>
    public async Task<int?> WorkAsync(Command command, IConversation conversation, CancellationToken cancellationToken)
    {
        var speech = new ToolSpeech(command, self, clock);
        var progress = new ToolProgress(conversation, speech, log, workspace.Redactor, clock);
        await conversation.SayAsync(await WorkAsync(command, speech, progress, cancellationToken), cancellationToken);
        return null;
    }

    private async Task<Event> WorkAsync(Command command, ToolSpeech speech, ToolProgress progress, CancellationToken cancellationToken)
    {
        var handover = workspace.ReadHandover(command);
        var produces = handover?.Definition is { } definition ? DefinitionTerms.Produces(definition) : null;
        var work = new Work
        {
            Command = command,
            Handover = handover,
            Writable = new WritableFiles(command, produces, workspace.Settings.Produces, ignored),
            Speech = speech,
            Progress = progress,
            Before = await _observer.LookAsync(handover, cancellationToken),
        };
        var prompt = prompts.Write(command, handover, work.Writable);
        PromptFile.Leave(workspace.Layout, command.MessageId, workspace.Redactor.Redact(prompt));
        var isBuilder = command.To.AgentType is AgentType.Builder;
        var problem = "";
        for (var turn = 0; turn < MaxTurns; turn++)
        {
            var answer = await tool.AskAsync(
                new ToolRequest { Command = command, Prompt = prompt, Turn = turn, Writable = work.Writable, Progress = progress },
                cancellationToken);
            work.Usage = work.Usage.Add(answer.Usage);
            work.Program = answer.Program ?? work.Program;
            if (answer.Problem is { } failure)
            {
                return speech.Fail(failure, work.Usage);
            }

            answer = answer with { Text = progress.Plain("the answer", answer.Text) };
            if (isBuilder)
            {
                return await EndAsBuilderAsync(work, answer, cancellationToken);
            }

            var unreadable = VerdictReader.Read(answer.Text, command.Action, out var verdict, out var oddity);
            progress.LogOddity("the verdict", oddity);
            if (unreadable is null)
            {
                return await EndWithVerdictAsync(work, verdict!, cancellationToken);
            }

            if (string.IsNullOrWhiteSpace(answer.Text))
            {
                return speech.Fail(Empty(answer), work.Usage);
            }

            problem = unreadable;
            prompt = ResultFormat.Again(command.Action, problem, answer.Text);
        }

        return speech.Fail(
            new ToolProblem(
                ToolFailure.VerdictUnreadable,
                $"its verdict can't be read, asked twice: {problem}; the agent's log has the answer"),
            work.Usage);
    }

    private async Task<Event> EndAsBuilderAsync(Work work, ToolAnswer answer, CancellationToken cancellationToken)
    {
        var changes = await CompareAsync(work, cancellationToken);
        if (ProblemOf(changes, work) is { } problem)
        {
            return work.Speech.Fail(problem, work.Usage);
        }

        if (changes.IsEmpty && string.IsNullOrWhiteSpace(answer.Text))
        {
            return work.Speech.Fail(Empty(answer), work.Usage);
        }

        var payload = new JsonObject();
        var commands = VerifyCommand.Read(work.Handover?.Definition);
        var summary = Shorten(workspace.Redactor.Redact(answer.Text));
        if (commands.Count > 0)
        {
            var failure = await new Verification(workspace.PlaceToVerify(self.AgentType, work.Command), clock).FindFailureAsync(
                commands,
                text => work.Progress.SayAsync(text, cancellationToken),
                work.Progress.Log,
                cancellationToken);
            payload["tests"] = new JsonObject { ["status"] = failure is null ? "pass" : "fail" };
            summary = failure ?? summary;

            // What the commands wrote counts where it may be written, and is nobody's fault elsewhere.
            changes = await CompareAsync(work, cancellationToken);
        }

        payload["summary"] = summary;
        ToolSpeech.Add(payload, work.Usage);
        ToolSpeech.Add(payload, work.Program);
        return work.Speech.End(EventName.BuilderCompleted, null, payload, changes);
    }

    private async Task<Event> EndWithVerdictAsync(Work work, Verdict verdict, CancellationToken cancellationToken)
    {
        var found = await CompareAsync(work, cancellationToken);
        if (ProblemOf(found, work) is { } problem)
        {
            return work.Speech.Fail(problem, work.Usage);
        }

        var file = Path.Join(workspace.Layout.WorkspaceRoot, work.Command.ExpectedOutputs[0].Path.ToString());
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await _files.ReplaceAsync(file, VerdictJson.GetFileBytes(verdict), cancellationToken);

        var changes = await CompareAsync(work, cancellationToken);
        var payload = new JsonObject { ["summary"] = verdict.Summary ?? SummaryOf(verdict) };
        if (verdict.Findings.Count > 0)
        {
            payload["findings"] = JsonNode.Parse(VerdictJson.ToElement(verdict.Findings).GetRawText());
        }

        ToolSpeech.Add(payload, work.Usage);
        ToolSpeech.Add(payload, work.Program);
        var changedSpecs = found.Artifacts.Any(artifact => artifact.Path != work.Command.ExpectedOutputs[0].Path)
            || found.Removed.Count > 0;
        return verdict.Word switch
        {
            _ when work.Command.Action is AgentAction.Review =>
                work.Speech.End(EventName.ReviewCompleted, VerdictWordNames.All[verdict.Word], payload, changes),
            VerdictWord.ChangesRequested => work.Speech.End(EventName.SpecChangesRequested, null, payload, changes),
            _ => work.Speech.End(changedSpecs ? EventName.SpecUpdated : EventName.SpecNoChangesNeeded, null, payload, changes),
        };
    }

    private Task<WorkspaceChanges> CompareAsync(Work work, CancellationToken cancellationToken) =>
        _observer.CompareAsync(work.Before, work.Handover, work.Command, work.Writable, cancellationToken);

    private static ToolProblem? ProblemOf(WorkspaceChanges changes, Work work)
    {
        if (changes.Outside.Count > 0)
        {
            var more = changes.Outside.Count > ShownPaths
                ? string.Create(CultureInfo.InvariantCulture, $" and {changes.Outside.Count - ShownPaths} more")
                : "";
            var allowed = work.Writable.Globs.Count == 0 ? "no file" : string.Join(", ", work.Writable.Globs);
            return new ToolProblem(
                ToolFailure.ChangedOutside,
                $"it, or somebody else meanwhile, "
                    + $"changed {string.Join(", ", changes.Outside.Take(ShownPaths))}{more}, and a "
                    + $"{work.Command.To.AgentType.WireName} may change "
                + $"{allowed} beside its expected outputs. Undo what isn't wanted; what is, allow with 'produces', or leave out of sight "
                + $"with 'ignore'");
        }

        return changes.Problems.Count == 0
            ? null
            : new ToolProblem(ToolFailure.ChangedOutside, $"what it wrote can't be recorded: {changes.Problems[0]}");
    }

    private static ToolProblem Empty(ToolAnswer answer) => new(ToolFailure.EmptyAnswer, answer.LastWords.Length == 0
        ? "it ended well, but said nothing and changed nothing"
        : $"it ended well, but gave no answer and changed nothing{answer.LastWords}");

    private static string SummaryOf(Verdict verdict) =>
        verdict.Findings.Count == 0
            ? VerdictWordNames.All[verdict.Word].Replace('_', ' ')
            : Shorten(string.Join("; ", verdict.Findings.Select(finding => finding.Message)));

    private static string Shorten(string text) => ShortText.Of(text.Trim(), MaxSummary);

    /// <summary>One command on its way.</summary>
    private sealed class Work
    {
        public required Command Command { get; init; }

        public required Handover? Handover { get; init; }

        public required WritableFiles Writable { get; init; }

        public required ToolSpeech Speech { get; init; }

        public required ToolProgress Progress { get; init; }

        public required WorkspaceView Before { get; init; }

        public Usage Usage { get; set; } = Usage.None;

        public ProgramUsed? Program { get; set; }
    }
}
