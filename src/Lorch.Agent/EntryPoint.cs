using System.Collections;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lorch.Agent.Acp;
using Lorch.Agent.Checking;
using Lorch.Agent.Exec;
using Lorch.Agent.Mock;
using Lorch.Agent.Talking;
using Lorch.Agent.Working;
using Lorch.Core;
using Lorch.Core.Agents;
using Lorch.Core.Configuration;
using Lorch.Core.Protocol;

namespace Lorch.Agent;

/// <summary>The program: reads its arguments, runs what they ask for, and turns every failure into a line and an exit code.</summary>
internal static class EntryPoint
{
    private const int Done = 0;
    private const int Failed = 1;
    private const int WrongUsage = 2;

#pragma warning disable RS0030 // The program owns its console, its environment and its current directory
    private static async Task<int> Main(string[] arguments)
    {
        try
        {
            if (arguments is [] or ["--help" or "-h" or "help", ..] or [_, "--help" or "-h"])
            {
                await Console.Out.WriteLineAsync(ProgramHelp.Text);
                return arguments.Length == 0 ? WrongUsage : Done;
            }

            return arguments[0] switch
            {
                MockOptions.Command => await RunAsync(MockOptions.Parse(arguments[1..])),
                ExecOptions.Command => await RunAsync(ExecOptions.Parse(arguments[1..])),
                AcpOptions.Command => await RunAsync(AcpOptions.Parse(arguments[1..])),
                CheckOptions.Command => await RunAsync(CheckOptions.Parse(arguments[1..])),
                var unknown => throw new UsageException(
                    $"there is no command "
                        + $"'{unknown}'."
                        + $"{DidYouMean.Question(unknown, [MockOptions.Command, ExecOptions.Command, AcpOptions.Command, CheckOptions.Command])} See lorch-agent --help."),
            };
        }
        catch (UsageException exception)
        {
            await Console.Error.WriteLineAsync(PlainText.Of($"lorch-agent: {exception.Message}"));
            return WrongUsage;
        }
        catch (LorchException exception)
        {
            await Console.Error.WriteLineAsync(
                PlainText.Of($"lorch-agent: {exception.Diagnostic.File}: {exception.Diagnostic.Code}: {exception.Diagnostic.Message}"));
            return Failed;
        }
#pragma warning disable CA1031 // The one place that catches everything
        catch (Exception exception)
#pragma warning restore CA1031
        {
            await Console.Error.WriteLineAsync(PlainText.Of($"lorch-agent: {exception}"));
            return Failed;
        }
    }

    private static async Task<int> RunAsync(MockOptions options)
    {
        var folder = Environment.CurrentDirectory;
        var script = MockScriptFile.Read(Path.GetFullPath(options.ScriptPath, folder));
        var self = new AgentAddress
        {
            AgentType = options.Type,
            AgentId = options.Id ?? $"{options.Type.WireName}-{Environment.ProcessId}"
        };
        var root = Environment.GetEnvironmentVariable("LORCH_WORKSPACE_ROOT") is { Length: > 0 } given ? given : folder;

        using var clock = new AwakeClock(TimeProvider.System);
        await using var input = Console.OpenStandardInput();
        await using var output = Console.OpenStandardOutput();
        using var voice = new AgentVoice(output, MaxLineBytes());
        using var heartbeats = new Heartbeats(self, options.HeartbeatInterval, voice, clock);
        var mock = new MockAgent(script, new MockFiles(root, Environment.ProcessId), self, clock);
        using var loop = new AgentLoop(mock, voice, heartbeats, clock);
        return await loop.RunAsync(input);
    }

    private static async Task<int> RunAsync(ExecOptions options)
    {
        var folder = Environment.CurrentDirectory;
        var workspace = new ToolWorkspace(ReadEnvironment(), folder, options.Type);
        var preset = options.PresetWith(workspace.Settings);
        using var clock = new AwakeClock(TimeProvider.System);
        await using var tool = new ExecTool(preset, workspace, clock);
        return await RunAsync(tool, workspace, clock, new ToolAgentOptions
        {
            Type = options.Type,
            Id = options.Id,
            HeartbeatInterval = options.HeartbeatInterval,
            Prompt = options.PromptPath is { } path ? ReadPrompt(Path.GetFullPath(path, folder)) : null,
            Ignored = preset.Ignore ?? [],
        });
    }

    private static async Task<int> RunAsync(AcpOptions options)
    {
        var folder = Environment.CurrentDirectory;
        var workspace = new ToolWorkspace(ReadEnvironment(), folder, options.Type);
        var settings = options.SettingsWith(workspace, Environment.ProcessId);
        using var clock = new AwakeClock(TimeProvider.System);
        await using var tool = new AcpTool(workspace, settings, clock);
        if (options.OnlyGreets)
        {
            return await GreetAsync(tool);
        }

        return await RunAsync(tool, workspace, clock, new ToolAgentOptions
        {
            Type = options.Type,
            Id = options.Id,
            HeartbeatInterval = options.HeartbeatInterval,
            Prompt = options.PromptPath is { } path ? ReadPrompt(Path.GetFullPath(path, folder)) : null,
            Ignored = settings.Preset.Ignore ?? [],
        });
    }

    /// <summary>Tells the one who looks for agents, in a line of the log, what came of a greeting.</summary>
    private static async Task<int> GreetAsync(AcpTool tool)
    {
        await using var output = Console.OpenStandardOutput();
        using var voice = new AgentVoice(output, MaxLineBytes());
        var (name, problem) = await tool.GreetAsync(CancellationToken.None);
        var fields = problem is null ? new JsonObject { ["tool"] = name } : new JsonObject { ["code"] = problem.Code };
        var answer = new LogMessage
        {
            Level = problem is null ? LogLevel.Info : LogLevel.Error,
            Text = problem?.Message ?? "The tool says hello.",
            Fields = JsonElement.Parse(fields.ToJsonString()),
            Timestamp = TimeProvider.System.GetUtcNow(),
        };
        await voice.SayAsync(answer, CancellationToken.None);
        return problem is null ? Done : Failed;
    }

    private static async Task<int> RunAsync(ITool tool, ToolWorkspace workspace, AwakeClock clock, ToolAgentOptions options)
    {
        var self = new AgentAddress
        {
            AgentType = options.Type,
            AgentId = options.Id ?? $"{options.Type.WireName}-{Environment.ProcessId}"
        };
        await using var input = Console.OpenStandardInput();
        await using var output = Console.OpenStandardOutput();
        using var voice = new AgentVoice(output, MaxLineBytes());
        using var heartbeats = new Heartbeats(self, options.HeartbeatInterval, voice, clock);
        var prompts = new PromptWriter(workspace, options.Prompt);
        var worker = new ToolWorker(
            tool,
            workspace,
            prompts,
            [.. options.Ignored, .. workspace.Settings.Ignore],
            self,
            Console.Error,
            clock);
        using var loop = new AgentLoop(worker, voice, heartbeats, clock);
        return await loop.RunAsync(input);
    }

    private static string ReadPrompt(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--prompt names '{path}', which can't be read: {exception.Message}");
        }
    }

    private static int MaxLineBytes() =>
        int.TryParse(
            Environment.GetEnvironmentVariable(AgentEnvironment.MessageMaxBytesVariable),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var given)
            ? Math.Clamp(given, Message.LeastMaxBytes, Message.MaxBytes)
            : Message.MaxBytes;

    private static Dictionary<string, string> ReadEnvironment() => Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "");

    private static async Task<int> RunAsync(CheckOptions options)
    {
        var environment = ReadEnvironment();
        var host = new AgentHost
        {
            DotnetPath = Path.GetFullPath(
                OperatingSystem.IsWindows() ? "../../../dotnet.exe" : "../../../dotnet",
                RuntimeEnvironment.GetRuntimeDirectory()),
            AgentAssemblyPath = Path.Join(AppContext.BaseDirectory, "lorch-agent.dll"),
        };
        using var cancelled = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
        var check = new CheckCommand(options, Environment.CurrentDirectory, environment, host, Console.Out, TimeProvider.System);
        try
        {
            return await check.RunAsync(cancelled.Token) ? Done : Failed;
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("lorch-agent: the check was cancelled.");
            return Failed;
        }

        void Cancel(PosixSignalContext context)
        {
            context.Cancel = true;
            cancelled.Cancel();
        }
    }
#pragma warning restore RS0030
}
