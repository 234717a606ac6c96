using System.Text.Json;
using Lorch.Core;
using Lorch.Core.Protocol;

namespace Lorch.Agent.Mock;

/// <summary>What a mock answers. Looked up by the command alone, so that a mock that was started again answers the same.</summary>
/// <param name="responses">For each action a list over iterations of lists over attempts; none is empty, the last entry of each
/// repeats.</param>
internal sealed class MockScript(IReadOnlyDictionary<AgentAction, IReadOnlyList<IReadOnlyList<MockResponse>>> responses)
{
    /// <summary>Gets the actions that are answered.</summary>
    public IEnumerable<AgentAction> Actions => responses.Keys;

    /// <summary>Finds the response to a command.</summary>
    /// <param name="command">The command.</param>
    /// <returns>The response, or null if the script has none for the action.</returns>
    public MockResponse? Find(Command command)
    {
        if (!responses.TryGetValue(command.Action, out var iterations))
        {
            return null;
        }

        var attempts = iterations[Math.Clamp(Iteration(command), 0, iterations.Count - 1)];
        return attempts[Math.Clamp(command.Retry.Attempt, 0, attempts.Count - 1)];
    }

    private static int Iteration(Command command) =>
        command.Inputs.ValueKind == JsonValueKind.Object
            && command.Inputs.TryGetProperty("iteration", out var iteration)
            && iteration.ValueKind == JsonValueKind.Number
            && iteration.TryGetInt32(out var number)
            ? number
            : 0;
}

/// <summary>What a mock does with one command: waits, writes raw text, says events, and ends.</summary>
internal sealed record MockResponse
{
    /// <summary>Gets how long it waits first.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Gets a text that is written as it is, before the events.</summary>
    public string? Raw { get; init; }

    /// <summary>Gets the events.</summary>
    public IReadOnlyList<MockEvent> Events { get; init; } = [];

    /// <summary>Gets what happens after the events.</summary>
    public MockEnding Ending { get; init; } = new MockEnding.GoesOn();
}

/// <summary>What a mock does after the events of a response.</summary>
internal abstract record MockEnding
{
    private MockEnding()
    {
    }

    /// <summary>It waits for the next command.</summary>
    internal sealed record GoesOn : MockEnding;

    /// <summary>It answers with an error event.</summary>
    /// <param name="Payload">The event's payload.</param>
    internal sealed record Fails(JsonElement Payload) : MockEnding;

    /// <summary>Its process ends.</summary>
    /// <param name="Code">The exit code.</param>
    internal sealed record Exits(int Code) : MockEnding;

    /// <summary>It goes silent, heartbeats included.</summary>
    internal sealed record Hangs : MockEnding;
}

/// <summary>An event that a mock says.</summary>
internal sealed record MockEvent
{
    /// <summary>Gets the event's name.</summary>
    public required EventName Name { get; init; }

    /// <summary>Gets its status.</summary>
    public string? Status { get; init; }

    /// <summary>Gets its payload.</summary>
    public JsonElement? Payload { get; init; }

    /// <summary>Gets its artifacts; null: the member is left out.</summary>
    public IReadOnlyList<MockArtifact>? Artifacts { get; init; }

    /// <summary>Gets the files that are deleted and reported so; null: the member is left out.</summary>
    public IReadOnlyList<RelativePath>? Removed { get; init; }
}

/// <summary>An artifact that a mock reports: a file that it writes, or one that it claims.</summary>
internal abstract record MockArtifact
{
    private MockArtifact()
    {
    }

    /// <summary>The file is written, and its true size and digest are reported.</summary>
    /// <param name="Path">The path.</param>
    /// <param name="Content">The text.</param>
    internal sealed record Written(RelativePath Path, string Content) : MockArtifact;

    /// <summary>Nothing is written: size and digest are what the script says.</summary>
    /// <param name="Artifact">What is reported.</param>
    internal sealed record Claimed(Artifact Artifact) : MockArtifact;
}
