using System.Text.Json;
using Lorch.Core.Json;
using Lorch.Core.Protocol;

namespace Lorch.Core.Workflows;

/// <summary>What the outcomes of steps mean: who asks for changes, whose tests fail.</summary>
internal static class OutcomeRules
{
    public const string Approved = "approved";
    public const string ChangesRequested = "changes_requested";

    // Receipts and the ledger hold an answer's payload up to three levels deeper than the answer.
    private const int MaxPayloadDepth = JsonScan.MaxDepth - 4;

    /// <summary>Says why a terminal event's own members can't be understood.</summary>
    public static string? RefusalOf(Event message) => message.Name switch
    {
        EventName.ReviewCompleted when message.Status is not (Approved or ChangesRequested) =>
            $"the status of review.completed is '{Approved}' or '{ChangesRequested}', not '{message.Status}'",
        _ when message is { Name.IsTerminal: true, Payload: { } payload } && IsDeeper(payload, MaxPayloadDepth) =>
            $"the payload of an answer is nested at most {MaxPayloadDepth} levels deep",
        EventName.BuilderCompleted when Tests(message.Payload) is { } tests && Text(tests, "status") is not ("pass" or "fail") =>
            "payload.tests.status of builder.completed is 'pass' or 'fail'",
        _ => null,
    };

    /// <summary>Whether somebody asks the builder for changes.</summary>
    public static bool AsksForChanges(Outcome outcome) =>
        outcome is { Event: EventName.ReviewCompleted, Status: ChangesRequested } or { Event: EventName.SpecChangesRequested };

    /// <summary>
    /// Whether a builder says that its tests fail and that this isn't allowed for. One that says nothing of tests has none.
    /// </summary>
    public static bool HasFailingTests(Outcome outcome) =>
        outcome.Event is EventName.BuilderCompleted
        && Tests(outcome.Payload) is { } tests
        && Text(tests, "status") == "fail"
        && !(tests.TryGetProperty("allowed_failures", out var allowed) && allowed.ValueKind is JsonValueKind.True);

    /// <summary>What an outcome says in one line.</summary>
    public static string? Summary(JsonElement? payload) => payload is { } value ? Text(value, "summary") : null;

    /// <summary>A member's text.</summary>
    public static string? Text(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
            ? value.GetString()
            : null;

    private static bool IsDeeper(JsonElement value, int levels) => value.ValueKind switch
    {
        JsonValueKind.Object => levels == 0 || value.EnumerateObject().Any(member => IsDeeper(member.Value, levels - 1)),
        JsonValueKind.Array => levels == 0 || value.EnumerateArray().Any(entry => IsDeeper(entry, levels - 1)),
        _ => false,
    };

    private static JsonElement? Tests(JsonElement? payload) =>
        payload is { ValueKind: JsonValueKind.Object } value && value.TryGetProperty("tests", out var tests) ? tests : null;
}
