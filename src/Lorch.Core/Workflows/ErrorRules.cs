using System.Text.Json;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;

namespace Lorch.Core.Workflows;

/// <summary>
/// What an agent's <c>error</c> event means: <c>payload.code</c>, <c>payload.message</c>, <c>payload.retriable</c> and
/// <c>payload.not_before</c>, all optional.
/// </summary>
internal static class ErrorRules
{
    /// <summary>Makes the failure of the attempt.</summary>
    /// <param name="error">The event.</param>
    /// <param name="command">The command that it answers. Nobody waits for another attempt longer than its deadline allowed this
    /// one.</param>
    public static AttemptFailed ToFailure(Event error, Command command)
    {
        var payload = error.Payload ?? default;
        var notBefore = Rfc3339.TryParse(Text(payload, "not_before"), out var time) ? time : default(DateTimeOffset?);
        var isTooLate = notBefore >= command.Deadline;
        return new AttemptFailed
        {
            Attempt = command.Retry.Attempt,
            Code = Text(payload, "code") ?? FailureReason.AgentError,
            Message = $"the {error.From.AgentType.WireName} reports an error: "
                + (Text(payload, "message") ?? Text(payload, "summary") ?? Text(payload, "code") ?? "it says no more")
                + (isTooLate
                    ? $". It may be asked again at {Rfc3339.Format(time)}, which is after this command's deadline: run the same command "
                        + $"again then"
                    : ""),
            NotBefore = notBefore,
            Retriable = !isTooLate && (payload.ValueKind is not JsonValueKind.Object
                || !payload.TryGetProperty("retriable", out var retriable)
                || retriable.ValueKind is not JsonValueKind.False),
        };
    }

    private static string? Text(JsonElement payload, string name) => OutcomeRules.Text(payload, name) is { Length: > 0 } text ? text : null;
}
