using System.Globalization;
using Lorch.Agent.Complaints;
using Lorch.Agent.Working;
using Lorch.Core.Agents.Processes;
using Lorch.Core.Json;
using Lorch.Core.Tools;

namespace Lorch.Agent.Acp;

/// <summary>Says in Lorch's words why a tool didn't answer.</summary>
internal static class AcpProblems
{
    private const int MaxQuoted = 300;

    /// <summary>Says why a prompt's end is no answer.</summary>
    /// <param name="stopReason">The member <c>stopReason</c> of the result.</param>
    /// <param name="text">What the tool said.</param>
    /// <returns>The problem, or null.</returns>
    public static ToolProblem? Of(string? stopReason, string text) => stopReason switch
    {
        "end_turn" => text.Length > 0 ? null : new ToolProblem(ToolFailure.EmptyAnswer, "the tool ended its turn without a word"),
        "refusal" => new ToolProblem(ToolFailure.Refused, $"the tool refuses to continue{Quote(text)}; reword the goal"),
        "max_tokens" => new ToolProblem(
            ToolFailure.ContextTooLong,
            $"the tool stopped at the model's limit of tokens{Quote(text)}; give the task fewer 'inputs', or cut it into several"),
        "max_turn_requests" => Crash(
            $"the tool stopped at its own limit of requests in a turn{Quote(text)}; raise it in the tool's settings, or cut the task into "
                + $"several"),
        "cancelled" => Crash($"the tool says that its turn was cancelled, which Lorch didn't ask for{Quote(text)}"),
        var other => Crash($"the tool ended its turn for a reason that the protocol doesn't have: '{other ?? "none"}'{Quote(text)}"),
    };

    /// <summary>Says what an error of the tool means.</summary>
    /// <param name="error">The error.</param>
    /// <param name="message">Its text, without secrets.</param>
    /// <param name="greeting">What the tool said of itself, if it did.</param>
    /// <param name="settings">How it is started.</param>
    /// <param name="clock">The clock.</param>
    public static ToolProblem Of(RpcError error, string message, AcpGreeting? greeting, AcpSettings settings, TimeProvider clock)
    {
        var how = string.Create(CultureInfo.InvariantCulture, $"answered with the error {error.Code}");
        if (error.Code != RpcError.AuthenticationRequired)
        {
            return ComplaintReader.Read(settings.Preset, new ToolWords { Complaint = ToolText.Plain(message).Trim() }, how, clock);
        }

        var methods = greeting is { SignInMethods: { Count: > 0 } known } ? $" It knows these ways: {string.Join(", ", known)}." : "";
        return new ToolProblem(
            ToolFailure.NotSignedIn,
            $"{settings.Preset.Title} {how}; it said: {ShortText.Of(message, MaxQuoted)}. Sign in with the tool itself, or give it its key "
                + $"in 'env' of lorch.json.{methods}");
    }

    /// <summary>Says how a tool ended that wasn't to end.</summary>
    /// <param name="reason">What was seen of it.</param>
    /// <param name="exit">How it ended.</param>
    /// <param name="settings">How it was started.</param>
    public static ToolProblem Crash(string reason, AgentExit exit, AcpSettings settings)
    {
        var end = exit switch
        {
            { EndedBy: EndedBy.Lorch } => "ended by Lorch",
            { Signal: { } signal } => $"ended by {signal}",
            _ => string.Create(CultureInfo.InvariantCulture, $"ended with exit code {exit.ExitCode}"),
        };
        var words = exit.StderrTail.Count == 0 ? "" : $"; last output: {string.Join(" | ", exit.StderrTail.TakeLast(5))}";
        return Crash($"{settings.Preset.Title} can't be talked to any more: {reason} ({end}){words}");
    }

    private static ToolProblem Crash(string message) => new(ToolFailure.Crashed, message);

    private static string Quote(string text) => text.Length == 0 ? "" : $" ({ShortText.EndOf(text, MaxQuoted)})";
}
