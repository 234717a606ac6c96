using System.Text.Json;
using System.Text.Json.Nodes;
using Lorch.Core;
using Lorch.Core.Protocol;
using Lorch.Core.Tools;

namespace Lorch.Agent.Working;

/// <summary>Makes the events of an agent that runs a tool.</summary>
/// <param name="command">The command they answer.</param>
/// <param name="self">The agent.</param>
/// <param name="clock">The clock.</param>
internal sealed class ToolSpeech(Command command, AgentAddress self, TimeProvider clock)
{
    /// <summary>Something goes on.</summary>
    public Event Progress(JsonElement payload) =>
        Say(command.To.AgentType is AgentType.Builder ? EventName.BuilderProgress : EventName.Log, payload);

    /// <summary>Something is worth recording.</summary>
    public Event Note(JsonElement payload) => Say(EventName.Log, payload);

    /// <summary>The work is done.</summary>
    public Event End(EventName name, string? status, JsonObject payload, WorkspaceChanges changes) => Say(name, Element(payload)) with
    {
        Status = status,
        Artifacts = changes.Artifacts,
        Removed = changes.Removed.Count == 0 ? null : changes.Removed,
    };

    /// <summary>The work failed.</summary>
    public Event Fail(ToolProblem problem, Usage usage)
    {
        var payload = new JsonObject
        {
            ["code"] = problem.Code,
            ["message"] = ToolText.Plain(problem.Message),
            ["retriable"] = problem.IsRetriable
        };
        if (problem.NotBefore is { } time)
        {
            payload["not_before"] = Rfc3339.Format(time);
        }

        Add(payload, usage);
        return Say(EventName.Error, Element(payload));
    }

    /// <summary>Adds what the work cost, if that is known.</summary>
    public static void Add(JsonObject payload, Usage usage)
    {
        if (usage.IsEmpty)
        {
            return;
        }

        var costs = new JsonObject { ["input_tokens"] = usage.InputTokens, ["output_tokens"] = usage.OutputTokens };
        if (usage.CostUsd is { } dollars)
        {
            costs["cost_usd"] = dollars;
        }

        payload["usage"] = costs;
    }

    /// <summary>Adds which program did the work, if that is known.</summary>
    public static void Add(JsonObject payload, ProgramUsed? program) => program?.WriteTo(payload);

    private static JsonElement Element(JsonObject payload) => JsonElement.Parse(payload.ToJsonString());

    private Event Say(EventName name, JsonElement payload) => new()
    {
        MessageId = MessageId.Create(clock.GetUtcNow()),
        CorrelationId = command.CorrelationId,
        TaskId = command.TaskId,
        From = self,
        Name = name,
        Payload = payload,
        ObservedVersion = new ObservedVersion { SnapshotId = command.Version.SnapshotId },
        OccurredAt = clock.GetUtcNow(),
    };
}
