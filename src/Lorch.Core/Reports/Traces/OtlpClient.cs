using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Lorch.Core.Reports.Recording;

namespace Lorch.Core.Reports.Traces;

/// <summary>What became of a request.</summary>
/// <param name="IsSettled">Whether it mustn't be sent again: taken, or refused for good.</param>
/// <param name="Problem">What is wrong, if anything.</param>
internal sealed record OtlpAnswer(bool IsSettled, string? Problem);

/// <summary>Sends to a collector over OTLP/HTTP, for no longer than a build has time for that.</summary>
internal sealed class OtlpClient : IDisposable
{
    private const int LongestAnswer = 64 * 1024;

    /// <summary>
    /// How long a connection may take, unless somebody said how long to wait: nobody shall notice by their builds that a collector is away.
    /// </summary>
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromMilliseconds(80);

    private readonly TraceSettings _settings;
    private readonly TimeProvider _clock;
    private readonly HttpClient _client;

    public OtlpClient(TraceSettings settings, TimeProvider clock)
    {
        (_settings, _clock) = (settings, clock);
        _client = new HttpClient(new SocketsHttpHandler
        {
            // Headers are secrets, and not for wherever else it leads.
            AllowAutoRedirect = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            ConnectCallback = ConnectAsync,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = LongestAnswer,
        };
    }

    /// <summary>Sends a request.</summary>
    /// <param name="content">An <c>ExportTraceServiceRequest</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<OtlpAnswer> SendAsync(byte[] content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _settings.Endpoint) { Content = ContentOf(content) };
        foreach (var (name, value) in _settings.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            using var response = await _client.SendAsync(request, cancellationToken);
            return Judge(response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or FormatException)
        {
            return new OtlpAnswer(IsSettled: false, (exception.InnerException ?? exception).Message);
        }
    }

    public void Dispose() => _client.Dispose();

    private static OtlpAnswer Judge(HttpStatusCode status, byte[] content) => status switch
    {
        HttpStatusCode.OK or HttpStatusCode.Accepted or HttpStatusCode.NoContent => JudgeTaken(content),

        // The same would be refused again. All else may be mended: by the collector, or by whoever set the address and the headers.
        HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity =>
            new OtlpAnswer(IsSettled: true, $"it refused them with status {(int)status}, and they aren't sent again"),
        _ => new OtlpAnswer(IsSettled: false, $"it answered with status {(int)status}"),
    };

    private static OtlpAnswer JudgeTaken(byte[] content) => !OtlpJson.TryReadAnswer(content, out var refused, out var message)
        ? new OtlpAnswer(IsSettled: false, "what answers there is no collector")
        : new OtlpAnswer(
            IsSettled: true,
            refused > 0 ? $"it didn't take {refused} of the spans: {message}" : message.Length > 0 ? $"it says: {message}" : null);

    private ByteArrayContent ContentOf(byte[] content)
    {
        var body = new ByteArrayContent(_settings.Compresses ? Compress(content) : content);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (_settings.Compresses)
        {
            body.Headers.ContentEncoding.Add("gzip");
        }

        return body;
    }

    private static byte[] Compress(byte[] content)
    {
        using var buffer = new MemoryStream();
        using (var zip = new GZipStream(buffer, CompressionLevel.Fastest))
        {
            zip.Write(content);
        }

        return buffer.ToArray();
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken).AsTask()
                .WaitAsync(_settings.HasOwnPatience ? _settings.Patience : ConnectPatience, _clock, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (TimeoutException exception)
        {
            socket.Dispose();
            throw new IOException("it can't be reached", exception);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
