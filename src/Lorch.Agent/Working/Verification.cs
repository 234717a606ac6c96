using System.Globalization;
using Lorch.Core.Agents;
using Lorch.Core.Agents.Processes;
using Lorch.Core.Json;
using Lorch.Core.Protocol;
using Lorch.Core.Tools;

namespace Lorch.Agent.Working;

/// <summary>Runs the commands that tell whether what was built is right, one after the other, up to the first that fails.</summary>
/// <param name="workspace">The workspace.</param>
/// <param name="environment">Their environment.</param>
/// <param name="type">The agent's type.</param>
/// <param name="clock">The clock.</param>
internal sealed class Verification(
    ToolWorkspace workspace,
    IReadOnlyDictionary<string, string> environment,
    AgentType type,
    TimeProvider clock)
{
    private const int MaxTailLines = 60;
    private const int MaxTailCharacters = 4000;

    /// <summary>Runs them.</summary>
    /// <returns>What failed and the end of what it said; null if all passed.</returns>
    public async Task<string?> FindFailureAsync(
        IReadOnlyList<VerifyCommand> commands,
        IToolProgress progress,
        CancellationToken cancellationToken)
    {
        foreach (var command in commands)
        {
            await progress.SayAsync($"verifies with {string.Join(' ', command.Words)}", cancellationToken);
            if (await RunAsync(command, progress, cancellationToken) is { } failure)
            {
                return failure;
            }
        }

        return null;
    }

    private async Task<string?> RunAsync(VerifyCommand command, IToolProgress progress, CancellationToken cancellationToken)
    {
        var name = string.Join(' ', command.Words);
        if (ChildProcess.Find(command.Words[0], workspace.Layout, environment, out var program) is { } problem)
        {
            return $"`{name}` can't be run: {problem}";
        }

        var tail = new Queue<string>();
        using var timeout = new CancellationTokenSource(command.Timeout, clock);
        var exit = await ChildProcess.RunAsync(
            new AgentCommandLine
            {
                Type = type,
                Program = program!,
                Arguments = [.. command.Words.Skip(1)],
                Folder = workspace.Layout.WorkspaceRoot,
                Environment = environment,
            },
            null,
            new ProcessListener
            {
                HearAsync = (line, _) =>
                {
                    progress.Log(line);
                    tail.Enqueue(ShortText.EndOf(workspace.Redactor.Redact(ToolText.Plain(line)), MaxTailCharacters));
                    if (tail.Count > MaxTailLines)
                    {
                        tail.Dequeue();
                    }

                    return Task.CompletedTask;
                },
            },
            clock,
            timeout.Token,
            cancellationToken);
        var hadToBeEnded = exit.EndedBy is EndedBy.Lorch;
        if (exit is { ExitCode: 0 } && !hadToBeEnded)
        {
            return null;
        }

        var how = hadToBeEnded ? string.Create(CultureInfo.InvariantCulture, $"didn't end within {command.Timeout.TotalSeconds} s")
            : exit.Signal is { } signal ? $"was ended by {signal}"
            : string.Create(CultureInfo.InvariantCulture, $"failed with exit code {exit.ExitCode}");
        return $"`{name}` {how}:\n{ShortText.EndOf(string.Join('\n', tail), MaxTailCharacters)}";
    }
}
