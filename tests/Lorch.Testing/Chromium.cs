using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Lorch.Testing;

/// <summary>A real browser without a window, spoken to over its own protocol.</summary>
internal sealed partial class Chromium : IAsyncDisposable
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly ClientWebSocket _socket;
    private readonly DirectoryInfo _profile;
    private readonly Dictionary<int, TaskCompletionSource<JsonElement>> _calls = [];
    private readonly List<string> _complaints = [];
    private readonly List<string> _requests = [];
    private readonly CancellationTokenSource _guard = new(Patience, TimeProvider.System);
    private readonly Task _reading;
    private TaskCompletionSource _loaded = new();
    private int _lastId;

    private Chromium(Process process, ClientWebSocket socket, DirectoryInfo profile)
    {
        (_process, _socket, _profile) = (process, socket, profile);
        _reading = ReadAsync();
    }

    /// <summary>Gets what the page threw, or wrote to the console.</summary>
    public IReadOnlyList<string> Complaints => Copy(_complaints);

    /// <summary>Gets the addresses that were asked for.</summary>
    public IReadOnlyList<string> Requests => Copy(_requests);

    /// <summary>Finds one in the PATH.</summary>
    public static string? Find() =>
        (from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
         from name in Names
         let file = Path.Join(folder, name)
         where File.Exists(file)
         select file).FirstOrDefault();

    /// <summary>Starts one.</summary>
    public static async Task<Chromium> StartAsync(string program)
    {
        var profile = Directory.CreateTempSubdirectory("lorch-browser-");
        var process = Process.Start(new ProcessStartInfo(
            program,
            [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-port=0",
                $"--user-data-dir={profile.FullName}", "about:blank",
            ])
        { RedirectStandardError = true, RedirectStandardOutput = true })!;
        using var guard = new CancellationTokenSource(Patience, TimeProvider.System);
        string? line;
        do
        {
            line = await process.StandardError.ReadLineAsync(guard.Token) ?? throw new IOException("The browser ended before it began.");
        }
        while (!Listening().IsMatch(line));

        _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
        using var client = new HttpClient();
        var pages = await client.GetStringAsync($"http://127.0.0.1:{Listening().Match(line).Groups[1].Value}/json", guard.Token);
        var page = JsonElement.Parse(pages).EnumerateArray().First(target => target.GetProperty("type").ValueEquals("page"));
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri(page.GetProperty("webSocketDebuggerUrl").GetString()!), guard.Token);
        var browser = new Chromium(process, socket, profile);
        foreach (var domain in (string[])["Page", "Runtime", "Log", "Network"])
        {
            await browser.CallAsync($"{domain}.enable");
        }

        return browser;
    }

    /// <summary>Opens a page, and forgets what was complained of before.</summary>
    public async Task OpenAsync(string file, int width, bool isDark = false)
    {
        lock (_calls)
        {
            _complaints.Clear();
            _requests.Clear();
            _loaded = new TaskCompletionSource();
        }

        await CallAsync(
            "Emulation.setDeviceMetricsOverride",
            new JsonObject { ["width"] = width, ["height"] = 900, ["deviceScaleFactor"] = 1, ["mobile"] = false });
        var scheme = new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = isDark ? "dark" : "light" };
        await CallAsync("Emulation.setEmulatedMedia", new JsonObject { ["features"] = new JsonArray(scheme) });
        await CallAsync("Page.navigate", new JsonObject { ["url"] = new Uri(file).AbsoluteUri });
        await _loaded.Task.WaitAsync(_guard.Token);
    }

    /// <summary>Gives the value of an expression.</summary>
    public async Task<JsonElement> EvaluateAsync(string expression) =>
        (await CallAsync("Runtime.evaluate", new JsonObject { ["expression"] = expression, ["returnByValue"] = true }))
        .GetProperty("result").GetProperty("value");

    /// <summary>Presses a key that writes a letter.</summary>
    public async Task PressAsync(string letter)
    {
        await CallAsync("Input.dispatchKeyEvent", new JsonObject { ["type"] = "keyDown", ["key"] = letter, ["text"] = letter });
        await CallAsync("Input.dispatchKeyEvent", new JsonObject { ["type"] = "keyUp", ["key"] = letter });
    }

    public async ValueTask DisposeAsync()
    {
        await _guard.CancelAsync();
        await _reading;
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _profile.Delete(recursive: true);
        _guard.Dispose();
    }

    private List<string> Copy(List<string> list)
    {
        lock (_calls)
        {
            return [.. list];
        }
    }

    private async Task<JsonElement> CallAsync(string method, JsonObject? parameters = null)
    {
        var answer = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        var id = Interlocked.Increment(ref _lastId);
        lock (_calls)
        {
            _calls.Add(id, answer);
        }

        var message = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] };
        await _socket.SendAsync(
            JsonSerializer.SerializeToUtf8Bytes(message),
            WebSocketMessageType.Text,
            endOfMessage: true,
            _guard.Token);
        return await answer.Task.WaitAsync(_guard.Token);
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[64 * 1024];
        var text = new MemoryStream();
        try
        {
            while (true)
            {
                var part = await _socket.ReceiveAsync(buffer.AsMemory(), _guard.Token);
                await text.WriteAsync(buffer.AsMemory(0, part.Count), CancellationToken.None);
                if (part.EndOfMessage)
                {
                    Take(JsonElement.Parse(text.ToArray()));
                    text.SetLength(0);
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException)
        {
            // The test is over.
        }
    }

    private void Take(JsonElement message)
    {
        lock (_calls)
        {
            if (message.TryGetProperty("id", out var id))
            {
                _calls.Remove(id.GetInt32(), out var call);
                call!.SetResult(message.TryGetProperty("result", out var result) ? result : message);
                return;
            }

            switch (message.GetProperty("method").GetString())
            {
                case "Page.loadEventFired":
                    _loaded.TrySetResult();
                    break;
                case "Network.requestWillBeSent":
                    _requests.Add(message.GetProperty("params").GetProperty("request").GetProperty("url").GetString()!);
                    break;
                case "Runtime.exceptionThrown" or "Runtime.consoleAPICalled" or "Log.entryAdded" or "Page.javascriptDialogOpening":
                    _complaints.Add(message.ToString());
                    break;
                default:
                    break;
            }
        }
    }

    [GeneratedRegex("^DevTools listening on ws://127\\.0\\.0\\.1:([0-9]+)/", RegexOptions.CultureInvariant)]
    private static partial Regex Listening();
}
