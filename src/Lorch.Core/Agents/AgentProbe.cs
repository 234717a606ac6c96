using System.Text.Json;
using Lorch.Core.Agents.Processes;
using Lorch.Core.Protocol;
using Lorch.Core.Storage;
using Lorch.Core.Tools;

namespace Lorch.Core.Agents;

/// <summary>
/// Finds out whether an agent can be used: starts it, waits for its first sign of life, and ends it. It is asked for no work, so it costs
/// nothing.
/// </summary>
/// <param name="host">Where the package's agent lies.</param>
/// <param name="layout">Where the workspace is.</param>
/// <param name="build">The environment of the build.</param>
/// <param name="configuration">The absolute path of lorch.json.</param>
/// <param name="clock">The clock.</param>
internal sealed class AgentProbe(
    AgentHost host,
    WorkspaceLayout layout,
    IReadOnlyDictionary<string, string> build,
    string configuration,
    TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan GreetingPatience = TimeSpan.FromSeconds(90);

    private readonly ToolProbe _tools = new(layout, build, clock);

    /// <summary>Looks at an agent.</summary>
    public async Task<AgentFound> LookAsync(AgentSettings settings, CancellationToken cancellationToken)
    {
        var found = new AgentFound
        {
            AgentType = settings.Type,
            Name = settings.Name,
            Tool = await _tools.LookAsync(settings, cancellationToken)
        };
        return (found.Tool?.Problem ?? AgentCommandLine.Check(settings, host, layout, build)) is { } problem
            ? found with { Problem = problem }
            : await ShakeHandsAsync(settings, found, cancellationToken);
    }

    private async Task<AgentFound> ShakeHandsAsync(AgentSettings settings, AgentFound found, CancellationToken cancellationToken)
    {
        // A tool that is kept running can be greeted, too: only then it shows whether it is signed in.
        var greets = settings.Command is [AgentCommandLine.PackagedAgent, "acp", ..];
        var started = greets
            ? settings with { Command = [.. settings.Command.Take(2), AgentCommandLine.GreetOption, .. settings.Command.Skip(2)] }
            : settings;
        var environment = AgentEnvironment.CreateOutsideOfRuns(build, settings, layout, configuration);
        var process = AgentProcess.Start(AgentCommandLine.Resolve(started, host, layout, environment), clock);
        await using (process)
        {
            using var expiry = new CancellationTokenSource(greets ? GreetingPatience : Patience, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
            var complaints = ReadComplaintsAsync(process);
            var (line, isSilent) = await ReadFirstAsync(process, either.Token, cancellationToken);
            await process.StopAsync(StopLadder.Of(StopUrgency.Cancelled), cancellationToken);
            var tail = await complaints;
            return (line, isSilent) switch
            {
                ({ }, _) when greets && MessageJson.Parse(line.Bytes.Span) is MessageParsing.Parsed(LogMessage answer) =>
                    Greeted(found, answer),
                ({ }, _) when MessageJson.Parse(line.Bytes.Span) is MessageParsing.Parsed(Heartbeat or LogMessage) =>
                    found with { HasAnswered = true },
                (_, true) when greets => found with { Problem = Broken(settings.Type, "its tool doesn't answer") },
                ({ }, _) => found with
                {
                    Problem = Broken(settings.Type, $"its first line is no heartbeat: {RejectedLine.Show(line.Bytes.Span)}")
                },
                (_, true) => found,
                _ => found with { Problem = Broken(settings.Type, $"it ended at once{(tail.Length > 0 ? $"; it said: {tail}" : "")}") },
            };
        }
    }

    private static AgentFound Greeted(AgentFound found, LogMessage answer)
    {
        if (Field("code") is not { } code)
        {
            return found with { HasAnswered = true, Tool = found.Tool is { } tool ? tool with { Version = Field("tool") } : null };
        }

        var problem = new Diagnostic
        {
            Code = ToolFailure.DiagnosticOf(code) ?? DiagnosticCode.AgentExited,
            Message = $"The agent '{found.AgentType.WireName}' can't be used: {answer.Text}",
        };
        return found with { Problem = problem };

        string? Field(string name) =>
            answer.Fields is { } fields && fields.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
                ? value.GetString()
                : null;
    }

    private static async Task<(NdjsonLine? Line, bool IsSilent)> ReadFirstAsync(
        AgentProcess process,
        CancellationToken either,
        CancellationToken cancellationToken)
    {
        try
        {
            return (await new NdjsonReader(process.Output, Message.MaxBytes).ReadAsync(either), false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, true);
        }
    }

    private static async Task<string> ReadComplaintsAsync(AgentProcess process)
    {
        var tail = new StderrTail();
        var lines = new NdjsonReader(process.Error, RejectedLine.MaxShownBytes);
        while (await lines.ReadAsync(CancellationToken.None) is { } line)
        {
            tail.Add(RejectedLine.Show(line.Bytes.Span));
        }

        return string.Join(" | ", tail.ToList().TakeLast(3));
    }

    private static Diagnostic Broken(AgentType type, string how) => new()
    {
        Code = DiagnosticCode.AgentExited,
        Message = $"The agent '{type.WireName}' can't be used: {how}.",
    };
}

/// <summary>What was found out about an agent.</summary>
internal sealed record AgentFound
{
    /// <summary>Gets the agent.</summary>
    public required AgentType AgentType { get; init; }

    /// <summary>Gets the agent's name; <see langword="null"/> for the one that tasks have which name none.</summary>
    public string? Name { get; init; }

    /// <summary>Gets the coding tool that it uses; <see langword="null"/> if it uses none.</summary>
    public ToolFound? Tool { get; init; }

    /// <summary>
    /// Gets a value indicating whether it gave a sign of life. One that sends no heartbeats says nothing until it is asked.
    /// </summary>
    public bool HasAnswered { get; init; }

    /// <summary>Gets what stands in the way; <see langword="null"/> if nothing does.</summary>
    public Diagnostic? Problem { get; init; }
}
