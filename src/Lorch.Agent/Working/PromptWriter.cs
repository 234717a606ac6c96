using System.Globalization;
using System.Text;
using System.Text.Json;
using Lorch.Core;
using Lorch.Core.Agents.Verifying;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Runs.Working;
using Lorch.Core.Tools;
using Lorch.Core.Workflows;

namespace Lorch.Agent.Working;

/// <summary>Turns a command into the words that a tool gets.</summary>
/// <param name="workspace">The workspace.</param>
/// <param name="named">The prompt that the agent's command names; null: the one for the action.</param>
internal sealed class PromptWriter(ToolWorkspace workspace, string? named)
{
    private const int MaxShownFiles = 500;

    /// <summary>Writes the prompt.</summary>
    public string Write(Command command, Handover? handover, WritableFiles writable) =>
        new PromptTemplate(named ?? workspace.Prompts.Read(command.Action)).Fill(new Dictionary<string, string>
        {
            ["action"] = command.Action.WireName,
            ["expected_outputs"] = ExpectedOutputs(command),
            ["findings"] = Findings(command, handover),
            ["goal"] = ReadFile(command.Inputs, CommandFileReferences.Goal) is { } whole
                ? new UTF8Encoding(false).GetString(whole)
                : OutcomeRules.Text(command.Inputs, "goal") ?? "",
            ["inputs"] = Inputs(handover),
            ["iteration"] = command.Inputs.TryGetProperty("iteration", out var iteration) ? iteration.GetRawText() : "0",
            ["parameters"] = Parameters(handover),
            ["produces"] = string.Join(
                ", ",
                writable.Globs.Concat(command.ExpectedOutputs.Select(output => output.Path.ToString()))
                    .Distinct()
                    .Select(glob => $"`{glob}`")),
            ["result_format"] = ResultFormat.For(command.Action),
            ["snapshot_id"] = command.Version.SnapshotId.ToString(),
            ["task_id"] = command.TaskId.ToString(),
            ["verify"] = Verify(handover),
            ["work"] = Work(command),
        });

    private static string ExpectedOutputs(Command command) => command.ExpectedOutputs.Count == 0
        ? "Whatever the goal asks for; no file is named."
        : string.Join('\n', command.ExpectedOutputs.Select(output =>
            $"- `{output.Path}`{(output.Required ? "" : " (may be left out)")}{(output.Description is { } text ? $": {text}" : "")}"));

    private static string Inputs(Handover? handover) =>
        handover?.Definition is { } definition && definition.TryGetProperty("inputs", out var inputs)
            ? string.Join(", ", inputs.EnumerateArray().Select(glob => $"`{glob.GetString()}`"))
            : "all that the repository tracks";

    private static string Parameters(Handover? handover) =>
        handover?.Definition is { } definition && definition.TryGetProperty("parameters", out var parameters)
            ? $"\nParameters:\n\n```json\n{parameters.GetRawText()}\n```\n"
            : "";

    private static string Verify(Handover? handover)
    {
        var commands = VerifyCommand.Read(handover?.Definition);
        return commands.Count == 0
            ? ""
            : $"\nWhat you built is checked "
                + $"with {string.Join(" and ", commands.Select(command => $"`{string.Join(' ', command.Words)}`"))}: it has to pass.\n";
    }

    private string Findings(Command command, Handover? handover)
    {
        var text = new StringBuilder();
        var cause = command.Inputs.TryGetProperty("cause", out var written) ? written : default;
        var whole = ReadFile(cause, CommandFileReferences.Summary) is { } read ? new UTF8Encoding(false).GetString(read) : null;
        if ((whole
            ?? OutcomeRules.Text(cause, "summary")
            ?? (handover?.Cause is { } outcome ? OutcomeRules.Summary(outcome.Payload) : null)) is { } summary)
        {
            text.Append(summary).Append('\n');
        }

        foreach (var finding in handover?.Cause is { } last ? Finding.Of(command.TaskId, last) : [])
        {
            var line = finding.Line > 0 ? string.Create(CultureInfo.InvariantCulture, $":{finding.Line}") : "";
            text.Append(
                CultureInfo.InvariantCulture,
                $"- {finding.Severity}: {(finding.File is { } file ? $"`{file}{line}`: " : "")}{finding.Message}\n");
        }

        if (OutcomeRules.Text(cause, "path") is { } path)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nThe whole of it is in `{path}`.\n");
        }

        return text.Length == 0 ? "Nothing was said in particular." : text.ToString().TrimEnd();
    }

    private string Work(Command command)
    {
        var work = command.Inputs.TryGetProperty("work", out var written) ? written
            : ReadFile(command.Inputs, CommandFileReferences.Work) is { } list ? JsonElement.Parse(list)
            : default;
        if (work.ValueKind is not JsonValueKind.Array || work.GetArrayLength() == 0)
        {
            return "No file was named.";
        }

        var files = work.EnumerateArray().Select(file => $"- `{file.GetProperty("path").GetString()}`").ToList();
        return string.Join('\n', files.Take(MaxShownFiles))
            + (files.Count > MaxShownFiles
                ? string.Create(CultureInfo.InvariantCulture, $"\n- and {files.Count - MaxShownFiles} more")
                : "");
    }

    /// <summary>Reads a file that stands for a part of the command.</summary>
    /// <returns>Its content; null if the command names none.</returns>
    /// <exception cref="LorchException">The file isn't there, or isn't what the command names.</exception>
    private byte[]? ReadFile(JsonElement holder, string name)
    {
        if (CommandFileReferences.Find(holder, name) is not { } file || OutcomeRules.Text(file, "path") is not { } path)
        {
            return null;
        }

        var place = Path.Join(workspace.Layout.StateRoot, path);
        try
        {
            var bytes = File.ReadAllBytes(place);
            return Sha256Digest.Of(bytes).ToString() == OutcomeRules.Text(file, "sha256")
                ? bytes
                : throw Unusable(place, "it isn't what the command names");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unusable(place, exception.Message);
        }
    }

    private static LorchException Unusable(string place, string reason) => new(new Diagnostic
    {
        Code = DiagnosticCode.FileUnreadable,
        Message =
            $"A part of the command can't be read: {reason.TrimEnd('.')}. Remove the file and run the same command again: Lorch writes it "
                + $"again.",
        File = place,
    });
}
