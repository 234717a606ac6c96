using System.Globalization;
using Lorch.Core.Agents.Processes;
using Lorch.Core.Json;
using Lorch.Core.Protocol;
using Lorch.Core.Storage;
using Lorch.Core.Tools;

namespace Lorch.Core.Agents.Verifying;

/// <summary>Where commands that check work are run.</summary>
internal sealed record VerifyPlace
{
    /// <summary>Gets the workspace, or a copy of it.</summary>
    public required WorkspaceLayout Layout { get; init; }

    /// <summary>Gets the environment of the commands.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Gets what takes out of a text what nobody is to read.</summary>
    public required Func<string, string> Show { get; init; }

    /// <summary>Gets the type of the agent whose work is checked.</summary>
    public AgentType Type { get; init; } = AgentType.Builder;

    /// <summary>Gets the variable that marks all that the commands start.</summary>
    public string Mark { get; init; } = AgentEnvironment.SessionVariable;
}

/// <summary>Runs the commands that tell whether what was built is right, one after the other, up to the first that fails.</summary>
/// <param name="place">Where.</param>
/// <param name="clock">The clock.</param>
internal sealed class Verification(VerifyPlace place, TimeProvider clock)
{
    private const int MaxTailLines = 60;
    private const int MaxTailCharacters = 4000;

    /// <summary>Runs them.</summary>
    /// <param name="commands">The commands.</param>
    /// <param name="say">Takes what is done.</param>
    /// <param name="log">Takes each line that a command says.</param>
    /// <param name="cancellationToken">Ends a command.</param>
    /// <returns>What failed and the end of what it said; null if all passed.</returns>
    public async Task<string?> FindFailureAsync(
        IReadOnlyList<VerifyCommand> commands,
        Func<string, Task> say,
        Action<string> log,
        CancellationToken cancellationToken)
    {
        foreach (var command in commands)
        {
            await say($"verifies with {command.Line}");
            if (await RunAsync(command, log, cancellationToken) is { } failure)
            {
                return failure;
            }
        }

        return null;
    }

    private async Task<string?> RunAsync(VerifyCommand command, Action<string> log, CancellationToken cancellationToken)
    {
        if (ChildProcess.Find(command.Words[0], place.Layout, place.Environment, out var program) is { } problem)
        {
            return $"`{command.Line}` can't be run: {problem}";
        }

        var tail = new Queue<string>();
        using var timeout = new CancellationTokenSource(command.Timeout, clock);
        var exit = await ChildProcess.RunAsync(
            new AgentCommandLine
            {
                Type = place.Type,
                Program = program!,
                Arguments = [.. command.Words.Skip(1)],
                Folder = place.Layout.WorkspaceRoot,
                Environment = place.Environment,
            },
            place.Mark,
            null,
            new ProcessListener
            {
                HearAsync = (line, _) =>
                {
                    log(line);
                    tail.Enqueue(ShortText.EndOf(place.Show(ToolText.Plain(line)), MaxTailCharacters));
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
        return $"`{command.Line}` {how}:\n{ShortText.EndOf(string.Join('\n', tail), MaxTailCharacters)}";
    }
}
