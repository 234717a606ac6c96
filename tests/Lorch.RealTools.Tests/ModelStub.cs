using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lorch.RealTools.Tests;

/// <summary>
/// A model on the loopback address, in the languages of four services, streaming. What it says a test decides; nothing leaves the machine.
/// </summary>
internal sealed class ModelStub : IAsyncDisposable
{
    // Gemini CLI asks again and again, for more than a minute, until it gets an answer of this form.
    private const string RightModel =
        """{"reasoning":"small","model_choice":"flash","complexity_reasoning":"small","complexity_score":10}""";

    private readonly HttpListener _listener = new();
    private readonly Func<string, Question, Task<Reply>> _think;
    private readonly Task _serving;
    private readonly List<string> _asked = [];
    private readonly HashSet<string> _calling = [];

    /// <summary>Initializes a new instance of the <see cref="ModelStub"/> class and begins to serve.</summary>
    /// <param name="think">Answers the question of one who plays a role.</param>
    public ModelStub(Func<string, Question, Task<Reply>> think)
    {
        _think = think;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture)}";
        }

        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>Gets its address; the first segment behind it is the role of who asks.</summary>
    public string Address { get; }

    /// <summary>How often somebody was asked anew: not told how a tool fared.</summary>
    public int Prompts(string role)
    {
        lock (_asked)
        {
            return _asked.Count(asked => asked == role);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                // Closed.
                return;
            }

            _ = AnswerAsync(context);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            var path = context.Request.Url!.AbsolutePath;
            var role = path.Split('/')[1];
            using var reader = new StreamReader(context.Request.InputStream, new UTF8Encoding(false));
            var text = await reader.ReadToEndAsync();
            if (ServiceOf(path) is not { } service || text.Length == 0)
            {
                context.Response.StatusCode = 404;
                context.Response.Close();
                return;
            }

            var question = new Question(JsonElement.Parse(text), service);
            var reply = await ThinkAsync(role, question);
            if (reply is Reply.Refusal refusal)
            {
                Refuse(context.Response, refusal);
                return;
            }

            var isStream = path.Contains("streamGenerateContent", StringComparison.Ordinal) || question.IsStream;
            context.Response.ContentType = isStream ? "text/event-stream" : "application/json";
            var answer = Wire.Write(service, question, reply, isStream);
            await context.Response.OutputStream.WriteAsync(new UTF8Encoding(false).GetBytes(answer));
            context.Response.Close();
        }
        catch (Exception exception) when (exception is HttpListenerException
            or IOException
            or ObjectDisposedException
            or InvalidOperationException)
        {
            // The tool was ended while it waited.
        }
    }

    private async Task<Reply> ThinkAsync(string role, Question question)
    {
        // Tools also ask small things of their own: a title, how long a text is, which model is the right one.
        if (question.Tools.Count < 3 || (question.Service is Service.Anthropic && !question.IsStream))
        {
            return new Reply.Words(question.Service is Service.Gemini ? RightModel : "ok");
        }

        // What a tool says behind the result of a call, in a message of its own, would otherwise look like a new prompt.
        lock (_asked)
        {
            if (_calling.Remove(role))
            {
                question = question with { IsAfterTool = true };
            }
            else if (!question.IsAfterTool)
            {
                _asked.Add(role);
            }
        }

        var reply = await _think(role, question);
        if (reply is Reply.NewFile or Reply.Shell)
        {
            lock (_asked)
            {
                _calling.Add(role);
            }
        }

        return reply;
    }

    private static Service? ServiceOf(string path) =>
        path.EndsWith("/v1/messages", StringComparison.Ordinal) ? Service.Anthropic
        : path.Contains("enerateContent", StringComparison.Ordinal) ? Service.Gemini
        : path.EndsWith("/responses", StringComparison.Ordinal) ? Service.Responses
        : path.EndsWith("/chat/completions", StringComparison.Ordinal) ? Service.Chat
        : null;

    private static void Refuse(HttpListenerResponse response, Reply.Refusal refusal)
    {
        response.StatusCode = refusal.Status;
        response.ContentType = "application/json";
        if (refusal.RetryAfterSeconds is { } seconds)
        {
            response.Headers["retry-after"] = seconds.ToString(CultureInfo.InvariantCulture);
        }

        var error = new JsonObject
        {
            ["type"] = refusal.Kind,
            ["code"] = refusal.Status,
            ["message"] = refusal.Message,
            ["status"] = refusal.Kind
        };
        var body = new JsonObject { ["type"] = "error", ["error"] = error }.ToJsonString();
        response.Close(new UTF8Encoding(false).GetBytes(body), willBlock: false);
    }
}
