using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Lorch.Testing;

/// <summary>A collector of traces on this machine that answers each request as the test says.</summary>
internal sealed class CollectorUnderTest : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly List<CollectedRequest> _requests = [];
    private readonly Task _serving;

    public CollectorUnderTest()
    {
        _listener.Start();
        Address = $"http://{_listener.LocalEndpoint}";
        _serving = ServeAsync();
    }

    /// <summary>Gets where it is reached.</summary>
    public string Address { get; }

    /// <summary>Gets or sets the status line and the body of the next answers; null: it never answers.</summary>
    public (string Status, string Body)? Answer { get; set; } = ("200 OK", "{}");

    /// <summary>Gets what it was sent.</summary>
    public IReadOnlyList<CollectedRequest> Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>Gets all spans that it was sent, in their order.</summary>
    public IReadOnlyList<CollectedSpan> Spans => [.. Requests.SelectMany(request => request.Spans)];

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _serving;
        _listener.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_ended.Token);
                await AnswerAsync(client.GetStream());
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        if (await ReadAsync(stream) is not { } request)
        {
            return;
        }

        lock (_requests)
        {
            _requests.Add(request);
        }

        if (Answer is not var (status, body))
        {
            return;
        }

        var head = $"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n"
            + "Location: http://127.0.0.1:1/\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.UTF8.GetBytes(head + body), _ended.Token);
    }

    private async Task<CollectedRequest?> ReadAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        var buffer = new byte[1];
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(buffer, _ended.Token) == 0)
            {
                return null;
            }

            text.Append((char)buffer[0]);
        }

        var lines = text.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2))
            .ToDictionary(header => header[0], header => header[1], StringComparer.OrdinalIgnoreCase);
        var content = new byte[int.Parse(headers["Content-Length"], System.Globalization.CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(content, _ended.Token);
        return new CollectedRequest(lines[0].Split(' ')[1], headers, content);
    }
}

/// <summary>What a collector was sent.</summary>
internal sealed record CollectedRequest(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Content)
{
    public JsonElement Resource => Spanned.GetProperty("resource");

    public IEnumerable<CollectedSpan> Spans => Headers.ContainsKey("Content-Encoding")
        ? []
        : Spanned.GetProperty("scopeSpans")[0].GetProperty("spans").EnumerateArray().Select(span => new CollectedSpan(span));

    private JsonElement Spanned => JsonElement.Parse(Content).GetProperty("resourceSpans")[0];
}

/// <summary>A span as it was sent.</summary>
internal sealed record CollectedSpan(JsonElement Json)
{
    public string TraceId => Json.GetProperty("traceId").GetString()!;

    public string SpanId => Json.GetProperty("spanId").GetString()!;

    public string? ParentId => Json.TryGetProperty("parentSpanId", out var parent) ? parent.GetString() : null;

    public string Name => Json.GetProperty("name").GetString()!;

    public long Start => long.Parse(Json.GetProperty("startTimeUnixNano").GetString()!, System.Globalization.CultureInfo.InvariantCulture);

    public long End => long.Parse(Json.GetProperty("endTimeUnixNano").GetString()!, System.Globalization.CultureInfo.InvariantCulture);

    public string Text => Json.GetRawText();

    /// <summary>Gets the text of an attribute, whatever its type.</summary>
    public string? this[string name] => Json.GetProperty("attributes").EnumerateArray()
        .Where(attribute => attribute.GetProperty("key").ValueEquals(name))
        .Select(attribute => attribute.GetProperty("value").EnumerateObject().Single().Value.ToString())
        .FirstOrDefault();
}
