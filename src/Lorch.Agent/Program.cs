using Lorch.Agent.Mock;
using Lorch.Core.Protocol;

namespace Lorch.Agent;

/// <summary>The program: reads its arguments, runs an agent on standard input and output, and turns every failure into a line and an exit code.</summary>
internal static class Program
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
                await Console.Out.WriteLineAsync(MockOptions.Usage);
                return arguments.Length == 0 ? WrongUsage : Done;
            }

            return await RunAsync(MockOptions.Parse(arguments));
        }
        catch (UsageException exception)
        {
            await Console.Error.WriteLineAsync($"lorch-agent: {exception.Message}");
            return WrongUsage;
        }
#pragma warning disable CA1031 // The one place that catches everything
        catch (Exception exception)
#pragma warning restore CA1031
        {
            await Console.Error.WriteLineAsync($"lorch-agent: {exception}");
            return Failed;
        }
    }

    private static async Task<int> RunAsync(MockOptions options)
    {
        var folder = Environment.CurrentDirectory;
        var script = MockScriptFile.Read(Path.GetFullPath(options.ScriptPath, folder));
        var self = new AgentAddress { AgentType = options.Type, AgentId = options.Id ?? $"{options.Type.WireName}-{Environment.ProcessId}" };
        var root = Environment.GetEnvironmentVariable("LORCH_WORKSPACE_ROOT") is { Length: > 0 } given ? given : folder;

        await using var input = Console.OpenStandardInput();
        await using var output = Console.OpenStandardOutput();
        using var voice = new AgentVoice(output);
        using var heartbeats = new Heartbeats(self, options.HeartbeatInterval, voice, TimeProvider.System);
        var mock = new MockAgent(script, new MockFiles(root, Environment.ProcessId), self, TimeProvider.System);
        using var loop = new AgentLoop(mock, voice, heartbeats, TimeProvider.System);
        return await loop.RunAsync(input);
    }
#pragma warning restore RS0030
}
