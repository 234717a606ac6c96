using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lorch.Agent.Talking;
using Lorch.Core;
using Lorch.Core.Protocol;

namespace Lorch.Agent.Mock;

/// <summary>Answers commands as a script says.</summary>
/// <param name="script">The script.</param>
/// <param name="files">The workspace.</param>
/// <param name="self">The name under which it speaks.</param>
/// <param name="clock">The clock.</param>
internal sealed class MockAgent(MockScript script, MockFiles files, AgentAddress self, TimeProvider clock) : ICommandWorker
{
    /// <inheritdoc/>
    public async Task<int?> WorkAsync(Command command, IConversation conversation, CancellationToken cancellationToken)
    {
        if (script.Find(command) is not { } response)
        {
            await conversation.SayAsync(Error(command, NoResponse(command)), cancellationToken);
            return null;
        }

        await Task.Delay(response.Delay, clock, cancellationToken);
        if (response.Raw is { } raw)
        {
            await conversation.WriteRawAsync(raw, cancellationToken);
        }

        foreach (var spoken in response.Events)
        {
            await conversation.SayAsync(await MakeAsync(command, spoken, cancellationToken), cancellationToken);
        }

        return await EndAsync(command, response.Ending, conversation, cancellationToken);
    }

    private async Task<int?> EndAsync(Command command, MockEnding ending, IConversation conversation, CancellationToken cancellationToken)
    {
        switch (ending)
        {
            case MockEnding.GoesOn:
                return null;
            case MockEnding.Fails(var payload):
                await conversation.SayAsync(Error(command, payload), cancellationToken);
                return null;
            case MockEnding.Exits(var code):
                return code;
            case MockEnding.Hangs:
                conversation.FallSilent();
                await Task.Delay(Timeout.InfiniteTimeSpan, clock, cancellationToken);
                return null;
            default:
                throw new UnreachableException();
        }
    }

    private async Task<Event> MakeAsync(Command command, MockEvent spoken, CancellationToken cancellationToken)
    {
        var artifacts = new List<Artifact>();
        foreach (var artifact in spoken.Artifacts ?? [])
        {
            artifacts.Add(artifact switch
            {
                MockArtifact.Written(var path, var content) => await files.WriteAsync(path, content, cancellationToken),
                MockArtifact.Claimed(var claimed) => claimed,
                _ => throw new UnreachableException(),
            });
        }

        foreach (var path in spoken.Removed ?? [])
        {
            files.Delete(path);
        }

        return Say(command, spoken.Name) with
        {
            Status = spoken.Status,
            Payload = spoken.Payload,
            Artifacts = spoken.Artifacts is null ? null : artifacts,
            Removed = spoken.Removed,
        };
    }

    private Event Error(Command command, JsonElement payload) => Say(command, EventName.Error) with { Payload = payload };

    private Event Say(Command command, EventName name) => new()
    {
        MessageId = MessageId.Create(clock.GetUtcNow()),
        CorrelationId = command.CorrelationId,
        TaskId = command.TaskId,
        From = self,
        Name = name,
        ObservedVersion = new ObservedVersion { SnapshotId = command.Version.SnapshotId },
        OccurredAt = clock.GetUtcNow(),
    };

    private JsonElement NoResponse(Command command) => JsonElement.Parse(new JsonObject
    {
        ["code"] = "no_response",
        ["message"] =
            $"The script has no response to "
                + $"'{command.Action.WireName}', only to {string.Join(", ", script.Actions.Select(action => action.WireName))}.",
        ["retriable"] = false,
    }.ToJsonString());
}
