using System.Text.Json;
using Lorch.Core.Protocol;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs;

/// <summary>What an agent's <c>error</c> event means: <c>payload.code</c>, <c>payload.message</c> and <c>payload.retriable</c>, all optional.</summary>
internal static class ErrorRules
{
    public static AttemptFailed ToFailure(Event error, int attempt)
    {
        var payload = error.Payload ?? default;
        return new AttemptFailed
        {
            Attempt = attempt,
            Code = Text(payload, "code") ?? FailureReason.AgentError,
            Message = $"the {error.From.AgentType.WireName} reports an error: "
                + (Text(payload, "message") ?? Text(payload, "summary") ?? Text(payload, "code") ?? "it says no more"),
            Retriable = payload.ValueKind is not JsonValueKind.Object
                || !payload.TryGetProperty("retriable", out var retriable)
                || retriable.ValueKind is not JsonValueKind.False,
        };
    }

    private static string? Text(JsonElement payload, string name) => OutcomeRules.Text(payload, name) is { Length: > 0 } text ? text : null;
}
