using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lorch.Agent.Working;
using Lorch.Core;
using Lorch.Core.Protocol;
using Lorch.Core.Storage;

namespace Lorch.Agent.Acp;

/// <summary>
/// Remembers which session a tool had for a task, so that an agent that is started again can go on with it. May be deleted at any time.
/// </summary>
/// <param name="layout">Where Lorch's folders are.</param>
/// <param name="type">The agent's type.</param>
/// <param name="runId">The run; a session of another one is of no use.</param>
/// <param name="command">What starts the tool; a session of another one is of no use.</param>
internal sealed class AcpSessionFile(WorkspaceLayout layout, AgentType type, RunId? runId, IReadOnlyList<string> command)
{
    /// <summary>Finds the session of a task.</summary>
    /// <param name="task">The task.</param>
    /// <returns>Its id, or null.</returns>
    public string? Find(TaskId task)
    {
        try
        {
            if (runId is null || Projection.TryRead(layout.ToolSession(task, type.WireName)) is not { } bytes)
            {
                return null;
            }

            using var document = JsonDocument.Parse(bytes);
            var session = document.RootElement;
            return session.FindText("run_id") == runId.ToString() && session.FindText("task_id") == task.ToString()
                && session.Items("command")
                    .Select(word => word.ValueKind is JsonValueKind.String ? ToolJson.Text(word) : null)
                    .SequenceEqual(command)
                    ? session.FindText("session_id")
                    : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // It is a convenience: the next session is a new one.
            return null;
        }
    }

    /// <summary>Remembers the session of a task in the place of any other.</summary>
    public async Task KeepAsync(TaskId task, string session, CancellationToken cancellationToken)
    {
        if (runId is null)
        {
            return;
        }

        var content = new JsonObject
        {
            ["format"] = 1,
            ["run_id"] = runId.ToString(),
            ["task_id"] = task.ToString(),
            ["session_id"] = session,
            ["command"] = new JsonArray([.. command.Select(word => (JsonNode?)word)]),
        };
        try
        {
            await Projection.ReplaceAsync(
                new DurableFiles(),
                layout.ToolSession(task, type.WireName),
                new UTF8Encoding(false).GetBytes(content.ToJsonString()),
                cancellationToken);
        }
        catch (LorchException)
        {
            // As above.
        }
    }
}
