using Lorch.Core;
using Lorch.Core.Protocol;

namespace Lorch.Agent.Talking;

/// <summary>Sends an agent's signs of life: at the start, at every change, and once per interval.</summary>
/// <param name="self">The agent.</param>
/// <param name="interval">How often; null: never.</param>
/// <param name="voice">Where they are said.</param>
/// <param name="clock">The clock.</param>
internal sealed class Heartbeats(AgentAddress self, TimeSpan? interval, AgentVoice voice, TimeProvider clock) : IDisposable
{
    private readonly long _started = clock.GetTimestamp();
    private readonly SemaphoreSlim _turn = new(1);
    private AgentStatus _status = AgentStatus.Ready;
    private TaskId? _task;
    private DateTimeOffset _lastActivity = clock.GetUtcNow();
    private long _seq;

    /// <summary>Sends heartbeats until it is cancelled.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>A task that completes when it was cancelled.</returns>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (interval is null)
        {
            return;
        }

        try
        {
            await BeatAsync(cancellationToken);

            // A wait that is cancelled throws, and the framework then reads the symbols of all that is on the stack; one that is disposed
            // of ends.
            using var timer = new PeriodicTimer(interval.Value, clock);
            using var end = cancellationToken.UnsafeRegister(static state => ((PeriodicTimer)state!).Dispose(), timer);
            while (await timer.WaitForNextTickAsync(CancellationToken.None))
            {
                await BeatAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Asked to end.
        }
    }

    /// <summary>Says at once that the agent is doing something else now.</summary>
    /// <param name="task">The task it works on; null: it waits for a command.</param>
    /// <param name="cancellationToken">Stops before it is said.</param>
    /// <returns>A task that completes when it was said.</returns>
    public Task ChangeAsync(TaskId? task, CancellationToken cancellationToken)
    {
        _task = task;
        _status = task is null ? AgentStatus.Ready : AgentStatus.Busy;
        _lastActivity = clock.GetUtcNow();
        return interval is null ? Task.CompletedTask : BeatAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        // The numbers must grow in the order in which the heartbeats are written.
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await voice.SayAsync(
                new Heartbeat
                {
                    Agent = self,
                    Seq = _seq++,
                    Status = _status,
                    Pid = Environment.ProcessId,
                    UptimeS = Math.Round(clock.GetElapsedTime(_started).TotalSeconds, 3),
                    LastActivityAt = _lastActivity,
                    TaskId = _task,
                },
                cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }
}
