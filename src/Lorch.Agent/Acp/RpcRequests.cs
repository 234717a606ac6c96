using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lorch.Agent.Working;

namespace Lorch.Agent.Acp;

/// <summary>The requests of the other side of a conversation, each answered when its answer is there.</summary>
/// <param name="partner">Knows the answers.</param>
/// <param name="send">Sends a message.</param>
/// <param name="stopped">Nobody waits for answers any more.</param>
internal sealed class RpcRequests(IRpcPartner partner, Func<JsonObject, CancellationToken, Task> send, CancellationToken stopped)
{
    /// <summary>How many are worked at once; what is asked beyond that is refused.</summary>
    public const int MaxAtOnce = 16;

    private readonly ConcurrentDictionary<Task, bool> _answers = [];

    /// <summary>Begins to work a request.</summary>
    /// <param name="id">What the other side calls it.</param>
    /// <param name="method">What is asked for.</param>
    /// <param name="parameters">Its parameters; undefined if there are none.</param>
    public void Take(JsonElement id, string method, JsonElement parameters)
    {
        var answer = _answers.Count < MaxAtOnce
            ? AnswerAsync(id, method, parameters)
            : SayAsync(id, null, new RpcError(RpcError.InternalError, "Too many requests at once."));
        _answers[answer] = true;
        answer.ContinueWith(
            done => _answers.TryRemove(done, out _),
            CancellationToken.None,
            TaskContinuationOptions.None,
            TaskScheduler.Default);
    }

    /// <summary>Waits for what is under way.</summary>
    /// <returns>A task that completes when nothing goes on any more, if nothing is taken meanwhile.</returns>
    public Task WaitAsync() => Task.WhenAll(_answers.Keys);

    private async Task AnswerAsync(JsonElement id, string method, JsonElement parameters)
    {
        await Task.Yield();
        try
        {
            await SayAsync(id, await partner.AnswerAsync(method, parameters, stopped), null);
        }
        catch (RpcError error)
        {
            await SayAsync(id, null, error);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            await SayAsync(id, null, new RpcError(RpcError.InternalError, exception.Message));
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            // Nobody waits for the answer.
        }
    }

    private async Task SayAsync(JsonElement id, JsonNode? result, RpcError? error)
    {
        var message = new JsonObject
        {
            ["jsonrpc"] = "2.0",
            ["id"] = id.ValueKind is JsonValueKind.String ? ToolJson.Text(id) : JsonNode.Parse(id.GetRawText())
        };
        if (error is null)
        {
            message["result"] = result;
        }
        else
        {
            message["error"] = new JsonObject { ["code"] = error.Code, ["message"] = error.Message };
        }

        try
        {
            await send(message, stopped);
        }
        catch (Exception exception) when (exception is RpcEnded or OperationCanceledException)
        {
            // The one who asked is gone.
        }
    }
}
