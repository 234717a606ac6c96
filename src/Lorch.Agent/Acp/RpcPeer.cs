using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lorch.Agent.Working;
using Lorch.Core.Protocol;

namespace Lorch.Agent.Acp;

/// <summary>One side of a JSON-RPC 2.0 conversation, one message a line.</summary>
/// <remarks>
/// What isn't a message is left out and said to the partner, up to <see cref="MaxNonsense"/> lines; then the conversation ends.
/// Notifications are handed on in order, before what follows them; requests are answered beside each other, up to
/// <see cref="RpcRequests.MaxAtOnce"/>.
/// </remarks>
internal sealed class RpcPeer : IAsyncDisposable
{
    /// <summary>The most bytes of a line: a whole file may stand in it.</summary>
    public const int MaxLineBytes = 16 * 1024 * 1024;

    /// <summary>How many lines may be no message.</summary>
    public const int MaxNonsense = 100;

    private const int ShownBytes = 200;

#pragma warning disable CA2213 // The stream is the process', and ends with it
    private readonly Stream _output;
#pragma warning restore CA2213
    private readonly IRpcPartner _partner;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _stopped = new();
    private readonly ConcurrentDictionary<long, TaskCompletionSource<JsonElement>> _calls = [];
    private readonly RpcRequests _requests;
    private readonly Task _reading;
    private long _lastId;
    private int _nonsense;

    /// <summary>Initializes a new instance of the <see cref="RpcPeer"/> class and begins to listen.</summary>
    /// <param name="input">Where the other side's messages come from.</param>
    /// <param name="output">Where messages to it go.</param>
    /// <param name="partner">Answers what the other side asks.</param>
    public RpcPeer(Stream input, Stream output, IRpcPartner partner)
    {
        _output = output;
        _partner = partner;
        _requests = new RpcRequests(partner, SendAsync, _stopped.Token);
        _reading = ReadAsync(input);
    }

    /// <summary>Gets a task that completes when the other side says nothing any more. It doesn't fail.</summary>
    public Task Ended => _reading;

    /// <summary>Asks the other side.</summary>
    /// <param name="method">What is asked for.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="cancellationToken">Stops the wait; the other side isn't told.</param>
    /// <returns>The result.</returns>
    /// <exception cref="RpcError">The other side answers with an error.</exception>
    /// <exception cref="RpcEnded">The other side is gone.</exception>
    public async Task<JsonElement> CallAsync(string method, JsonObject parameters, CancellationToken cancellationToken)
    {
        var id = Interlocked.Increment(ref _lastId);
        var call = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls[id] = call;
        try
        {
            if (_reading.IsCompleted)
            {
                throw Gone();
            }

            await SendAsync(
                new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id, ["method"] = method, ["params"] = parameters },
                cancellationToken);
            return await call.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            _calls.TryRemove(id, out _);
        }
    }

    /// <summary>Tells the other side something that it doesn't answer.</summary>
    /// <param name="method">What is told.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="cancellationToken">Stops before it is told.</param>
    /// <returns>A task that completes when it was sent.</returns>
    /// <exception cref="RpcEnded">The other side is gone.</exception>
    public Task NotifyAsync(string method, JsonObject parameters, CancellationToken cancellationToken) =>
        SendAsync(new JsonObject { ["jsonrpc"] = "2.0", ["method"] = method, ["params"] = parameters }, cancellationToken);

    /// <summary>Stops listening.</summary>
    /// <returns>A task that completes when nothing goes on any more.</returns>
    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        await _reading;
        await _requests.WaitAsync();
        _stopped.Dispose();
        _turn.Dispose();
    }

    private static RpcEnded Gone() => new("it ended its output", hasHungUp: true);

    private async Task ReadAsync(Stream input)
    {
        // The caller goes on at once, whatever there is to read already.
        await Task.Yield();
        Exception end = Gone();
        try
        {
            var lines = new NdjsonReader(input, MaxLineBytes);
            while (await lines.ReadAsync(_stopped.Token).AsTask().WaitAsync(_stopped.Token) is { } line)
            {
                Take(line);
            }
        }
        catch (RpcEnded exception)
        {
            end = exception;
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The output went with the process, or nobody listens any more.
        }
        finally
        {
            // Whatever stopped the reading: who waits for an answer learns that none will come.
            foreach (var id in _calls.Keys)
            {
                if (_calls.TryRemove(id, out var call))
                {
                    call.TrySetException(end);
                }
            }
        }
    }

    private void Take(NdjsonLine line)
    {
        if (line.IsTooLong)
        {
            Refuse(line, string.Create(CultureInfo.InvariantCulture, $"it has {line.Size} bytes, more than {MaxLineBytes}"));
            return;
        }

        if (!ToolJson.TryParse(line.Bytes.Span, out var message, out var oddity))
        {
            Refuse(line, "it is no JSON");
        }
        else if (Understand(message) is { } problem)
        {
            Refuse(line, problem);
        }
        else if (oddity is not null)
        {
            _partner.Complain($"A line of the tool isn't read as it is: {oddity}: {Show(line)}");
        }
    }

    /// <summary>Takes a message.</summary>
    /// <returns>Why it is none, or null.</returns>
    private string? Understand(JsonElement message)
    {
        if (message.ValueKind is not JsonValueKind.Object || message.FindText("jsonrpc") != "2.0")
        {
            return "it is no JSON-RPC 2.0";
        }

        var hasId = message.TryGetProperty("id", out var id) && id.ValueKind is JsonValueKind.Number or JsonValueKind.String;
        var parameters = message.TryGetProperty("params", out var given) ? given : default;
        switch (message.FindText("method"))
        {
            case { } method when hasId:
                _requests.Take(id, method, parameters);
                return null;
            case { } method:
                _partner.Hear(method, parameters);
                return null;
            case null when hasId:
                return Settle(id, message);
            default:
                return "it has neither 'method' nor 'id'";
        }
    }

    private string? Settle(JsonElement id, JsonElement message)
    {
        if (id.ValueKind is not JsonValueKind.Number || !id.TryGetInt64(out var number) || !_calls.TryRemove(number, out var call))
        {
            return "it answers what nobody asked";
        }

        if (message.TryGetProperty("result", out var result))
        {
            call.TrySetResult(result);
            return null;
        }

        var error = message.Find("error");
        var code = error?.Find("code") is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var given)
            ? given
            : RpcError.InternalError;
        call.TrySetException(new RpcError(code, error?.FindText("message") ?? "it gives no reason"));
        return null;
    }

    private static string Show(NdjsonLine line) =>
        new UTF8Encoding(false).GetString(line.Bytes.Span[..Math.Min(line.Bytes.Length, ShownBytes)]);

    private void Refuse(NdjsonLine line, string problem)
    {
        _partner.Complain($"A line of the tool was left out, because {problem}: {Show(line)}");
        if (++_nonsense > MaxNonsense)
        {
            throw new RpcEnded(
                string.Create(CultureInfo.InvariantCulture, $"more than {MaxNonsense} of its lines are no JSON-RPC messages"),
                hasHungUp: false);
        }
    }

    private async Task SendAsync(JsonObject message, CancellationToken cancellationToken)
    {
        var bytes = new UTF8Encoding(false).GetBytes(message.ToJsonString() + "\n");
        await _turn.WaitAsync(cancellationToken);
        try
        {
            // A pipe that nobody empties blocks: the wait ends all the same, and the other side is ended then.
            await _output.WriteAsync(bytes, CancellationToken.None).AsTask().WaitAsync(cancellationToken);
            await _output.FlushAsync(CancellationToken.None).WaitAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            throw new RpcEnded("it no longer reads its input", hasHungUp: true);
        }
        finally
        {
            _turn.Release();
        }
    }
}
