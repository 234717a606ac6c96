using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Lorch.Testing;

namespace Lorch.RealTools.Tests;

/// <summary>
/// A workspace with a task, agents that use real tools, and a model that plays three roles. Builds run in it as a person runs them.
/// </summary>
internal sealed class RealProject : IAsyncDisposable
{
    // Ten times what the longest takes here: a build that hangs is ended, and the test says so.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly string[] Drafts = ["hello\n", "hello, world\n", "hello, whole world\n"];

    private readonly TemporaryWorkspace _workspace = new();
    private readonly TemporaryWorkspace _home = new();
    private readonly CancellationTokenSource _guard = new(Patience, TimeProvider.System);

    public RealProject()
    {
        Answer = (role, question) => Task.FromResult(Play(role, question));
        Stub = new ModelStub((role, question) => Answer(role, question));

        // Gemini CLI takes another service's address for a gateway, which it doesn't know how to sign in to, unless it is told otherwise.
        _home.Write(".gemini/settings.json", """{"security":{"auth":{"selectedType":"gemini-api-key"}}}""");
        Write("specs/hello.md", "# Hello\nThe whole world is greeted.\n");

        // What GitHub Copilot CLI writes files with makes no folders.
        Directory.CreateDirectory(_workspace.At("src"));
        Directory.CreateDirectory(_workspace.At("docs"));
        Write("lorch.proj", $"""
            <Project DefaultTargets="Build">
              <PropertyGroup>
                <LorchTaskAssembly>{Built("Lorch.Build", "Lorch.Build.dll")}</LorchTaskAssembly>
                <LorchAgentAssembly>{Built("Lorch.Agent", "lorch-agent.dll")}</LorchAgentAssembly>
              </PropertyGroup>
              <Target Name="Restore" />
              <Target Name="Build" />
              <Import Project="{SourceTree.Root}/build/Lorch.Build.targets" />
            </Project>
            """);
    }

    public ModelStub Stub { get; }

    /// <summary>Gets or sets what the model answers; by default it plays its role.</summary>
    public Func<string, Question, Task<Reply>> Answer { get; set; }

    /// <summary>Gets the messages of the only ledger, as far as they are whole.</summary>
    public IReadOnlyList<JsonElement> Ledger =>
        [.. Ledgers.SelectMany(file => File.ReadAllText(file).Split('\n')[..^1]).Select(line => JsonElement.Parse(line))];

    /// <summary>Gets the actions of the commands and the terminal events that the ledger holds.</summary>
    public IReadOnlyList<string> Story => [.. Ledger.Select(Word).OfType<string>()];

    /// <summary>Gets what agents noted in the ledger.</summary>
    public IReadOnlyList<string> Notes =>
        [.. Ledger.Where(message => message.TryGetProperty("event", out var name) && name.GetString() == "log")
            .Select(note => note.GetProperty("payload").GetProperty("summary").GetString()!)];

    private string[] Ledgers => Directory.Exists(_workspace.At("events")) ? Directory.GetFiles(_workspace.At("events"), "*.ndjson") : [];

    public string Read(string path) => _workspace.Read(path);

    public void Write(string path, string text) => _workspace.Write(path, text);

    public string At(string path) => _workspace.At(path);

    /// <summary>Says which tool each agent uses: the members of an agent, in which <c>ROLE</c> stands for the model's address.</summary>
    public void Use(string builder, string? reviewer = null, string? maintainer = null, int attempts = 1) => Write("lorch.json", $$"""
        {
          "version": "1.0",
          "policy": { "retry": { "max_attempts": {{attempts}}, "backoff": { "initial_ms": 0, "max_ms": 0 } } },
          "agents": {
            "builder": { {{Member("builder", builder)}} },
            "reviewer": { {{Member("reviewer", reviewer ?? builder)}} },
            "spec_maintainer": { {{Member("spec_maintainer", maintainer ?? builder)}} }
          },
          "tasks": [{ "id": "T-1", "goal": "Greet the whole world.", "inputs": ["specs/**"], "expected_outputs": [{ "path": "src/hello.txt" }] }]
        }
        """);

    /// <summary>
    /// What the model says that plays its role: it writes a draft, finds fault with the first two, and then writes a page about it.
    /// </summary>
    public Reply Play(string role, Question question) => role switch
    {
        "builder" when question.IsAfterTool => new Reply.Words("I wrote it."),
        "builder" when Draft is null => new Reply.NewFile(_workspace.At("src/hello.txt"), Drafts[0]),
        "builder" => new Reply.Shell($"printf '{Drafts[Math.Min(Array.IndexOf(Drafts, Draft) + 1, 2)].TrimEnd()}\\n' > src/hello.txt"),
        "reviewer" when Draft == Drafts[2] => Verdict("approved", "It greets all."),
        "reviewer" => Verdict(
            "changes_requested",
            "It doesn't greet the whole world.",
            """{"file":"src/hello.txt","line":1,"severity":"error","message":"Greet more."}"""),
        _ when question.IsAfterTool => Verdict("updated", "The page is there."),
        _ => new Reply.NewFile(_workspace.At("docs/hello.md"), "It greets the whole world.\n"),
    };

    public async Task<string> BuildAsync(bool succeeds, params string[] arguments)
    {
        var (exitCode, output) = await RunAsync(new TaskCompletionSource().Task, arguments);
        Assert.True(exitCode == 0 == succeeds, $"dotnet build {string.Join(' ', arguments)} ended with {exitCode}:\n{output}");

        // What the console showed is worth keeping beside the results.
        TestContext.Current.TestOutputHelper?.WriteLine(output);
        return output;
    }

    /// <summary>Starts a build and kills it at a moment, with all that is in its process group, at once.</summary>
    public Task KillAsync(Task moment, params string[] arguments) => RunAsync(moment, arguments);

    public async ValueTask DisposeAsync()
    {
        await Stub.DisposeAsync();
        _workspace.Dispose();
        _home.Dispose();
        _guard.Dispose();
    }

    private static string Built(string project, string file) => $"{SourceTree.Root}/src/{project}/bin/Debug/net10.0/{file}";

    private static Reply.Words Verdict(string verdict, string summary, string findings = "") =>
        new Reply.Words($$"""
            I had a look.

            ```json
            {"verdict":"{{verdict}}","summary":"{{summary}}","findings":[{{findings}}]}
            ```
            """);

    private static string? Word(JsonElement message) => message.TryGetProperty("action", out var action) ? action.GetString()
        : message.GetProperty("event").GetString() is var name && name is "builder.completed" or "review.completed" or "error"
            || name!.StartsWith("spec.", StringComparison.Ordinal)
            ? message.TryGetProperty("status", out var status) ? $"{name} {status.GetString()}" : name
            : null;

    private string? Draft => File.Exists(_workspace.At("src/hello.txt")) ? Read("src/hello.txt") : null;


    private string Member(string role, string agent) => agent.Replace("ROLE", $"{Stub.Address}/{role}", StringComparison.Ordinal);

    private static void KillGroup(int process)
    {
        using var kill = Process.Start("kill", ["-KILL", "--", $"-{process.ToString(CultureInfo.InvariantCulture)}"]);
        kill.WaitForExit();
    }

    private async Task<(int ExitCode, string Output)> RunAsync(Task killing, string[] arguments)
    {
        using var build = Process.Start(Describe(arguments))!;
        try
        {
            var reading = Task.WhenAll(build.StandardOutput.ReadToEndAsync(_guard.Token), build.StandardError.ReadToEndAsync(_guard.Token));
            await Task.WhenAny(killing, reading);
            if (killing.IsCompleted)
            {
                KillGroup(build.Id);
            }

            var output = string.Concat(await reading);
            await build.WaitForExitAsync(_guard.Token);
            return (build.ExitCode, output);
        }
        catch (OperationCanceledException)
        {
            build.Kill(entireProcessTree: true);
            throw new TimeoutException(
                $"The build didn't end. The builder was asked {Stub.Prompts("builder")} times. Its ledger "
                    + $"says:\n{string.Join('\n', Ledger)}");
        }
    }

    /// <summary>A build at the head of a process group of its own, so that all of it can be killed at once.</summary>
    private ProcessStartInfo Describe(string[] arguments)
    {
        var start = new ProcessStartInfo("setsid", ["dotnet", "build", "lorch.proj", "-tl:off", "-nologo", .. arguments])
        {
            WorkingDirectory = _workspace.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var path = start.Environment["PATH"];
        start.Environment.Clear();
        start.Environment["PATH"] = $"{RealTools.Programs}:{path}";
        start.Environment["HOME"] = _home.Root;
        start.Environment["LANG"] = "C.UTF-8";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";

        // Nobody listens there: whatever a tool wants of the world outside, it doesn't get.
        start.Environment["HTTPS_PROXY"] = start.Environment["HTTP_PROXY"] = "http://127.0.0.1:9";
        start.Environment["NO_PROXY"] = "127.0.0.1,localhost";
        start.Environment["DISABLE_TELEMETRY"] = "1";
        start.Environment["CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC"] = "1";
        return start;
    }
}
