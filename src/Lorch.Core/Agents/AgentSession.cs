using System.Diagnostics;
using System.Threading.Channels;
using Lorch.Core.Agents.Processes;
using Lorch.Core.Protocol;

namespace Lorch.Core.Agents;

/// <summary>A conversation with an agent's process: reads all it says, keeps the log, watches its heartbeats.</summary>
internal sealed class AgentSession : IAgentSession
{
    private const int MaxUnreadSignals = 64;

    private readonly AgentProcess _process;
    private readonly SessionLog _log;
    private readonly AgentChannel _channel;
    private readonly StderrTail _tail = new();
    private readonly Channel<AgentSignal> _signals = Channel.CreateBounded<AgentSignal>(MaxUnreadSignals);
    private readonly CancellationTokenSource _stopping = new();
    private readonly NdjsonWriter _input;
    private readonly OutputAllowance _mayOutput;
    private readonly OutputAllowance _mayComplain;
    private readonly AgentOutput _output;
    private readonly AgentOutput _error;
    private readonly HeartbeatMonitor _monitor;
    private readonly Task<AgentExit> _exit;
    private volatile Command? _inFlight;
    private Command? _beatenInVain;
    private volatile bool _hasAnswered;
    private volatile bool _wasHeard;

    /// <summary>Initializes a new instance of the <see cref="AgentSession"/> class and begins to read.</summary>
    /// <param name="process">The process; the session owns it from now on.</param>
    /// <param name="settings">The agent.</param>
    /// <param name="log">The agent's log; the session owns it from now on.</param>
    /// <param name="channel">What may come over the channel.</param>
    /// <param name="clock">The clock.</param>
    public AgentSession(
        AgentProcess process,
        AgentSettings settings,
        SessionLog log,
        AgentChannel channel,
        TimeProvider clock)
    {
        _channel = channel;
        _process = process;
        _log = log;
        Type = settings.Type;
        _input = new NdjsonWriter(process.Input);
        _mayOutput = new OutputAllowance(channel.Limits, clock);
        _mayComplain = new OutputAllowance(channel.Limits, clock);
        _output = new AgentOutput(process.Output, _mayOutput);
        _error = new AgentOutput(process.Error, _mayComplain);
        _monitor = new HeartbeatMonitor(
            settings.HeartbeatInterval,
            process.Pid,
            silence => _signals.Writer.TryWrite(new AgentSignal.FellSilent(silence)),
            clock);
        _exit = SuperviseAsync();
    }

    /// <inheritdoc/>
    public AgentType Type { get; }

    /// <inheritdoc/>
    public string AgentId => $"{Type.WireName}-{Pid}";

    /// <inheritdoc/>
    public int Pid => _process.Pid;

    /// <inheritdoc/>
    public bool HasEnded => _process.Ended.IsCompleted;

    /// <inheritdoc/>
    public bool MayHaveBegun => _wasHeard || !_hasAnswered;

    /// <inheritdoc/>
    public async Task SendAsync(Command command, CancellationToken cancellationToken)
    {
        _inFlight = command;
        _wasHeard = false;
        _mayOutput.Renew();
        _mayComplain.Renew();
        _monitor.Watch();
        try
        {
            await _input.WriteAsync(command, cancellationToken);
        }
        catch (IOException exception)
        {
            // It ended, or is about to: the signal will say so.
            _log.Note(LogLevel.Warn, $"The command {command.MessageId} couldn't be handed over: {exception.Message}");
        }
    }

    /// <inheritdoc/>
    public async ValueTask<AgentSignal> ReadAsync(CancellationToken cancellationToken)
    {
        while (await _signals.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_signals.Reader.TryRead(out var signal))
            {
                // A retry has the correlation of the attempt before: what came after that one's end must not answer it.
                return signal is AgentSignal.Spoke spoke && !ReferenceEquals(spoke.During, _inFlight)
                    ? spoke with { IsLate = true }
                    : signal;
            }
        }

        return new AgentSignal.Ended(await _exit);
    }

    /// <inheritdoc/>
    public void KeepInLog(Event message, string reason) => _log.Keep(message, reason);

    /// <inheritdoc/>
    public async Task<AgentExit> StopAsync(StopUrgency urgency, CancellationToken cancellationToken)
    {
        // An agent that waits for its output to be read would not see that it is to end.
        await _stopping.CancelAsync();
        await _process.StopAsync(_channel.Patience(urgency), cancellationToken);
        return await _exit;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Who supervises the process still asks it how it ended, also when it ended long ago.
        await StopAsync(StopUrgency.Cancelled, CancellationToken.None);
        await _process.DisposeAsync();
        await _output.DisposeAsync();
        await _error.DisposeAsync();
        _monitor.Dispose();
        _input.Dispose();
        _log.Dispose();
        _stopping.Dispose();
    }

    private async Task<AgentExit> SuperviseAsync()
    {
        try
        {
            var reading = Task.WhenAll(ReadOutputAsync(), ReadErrorAsync());
            await _process.Ended;
            _monitor.Rest();

            // What it left behind would hold its pipes, and go on changing files that nobody expects to change.
            _process.KillTree();
            await reading;
            return _process.ToExit(_tail.ToList());
        }
        finally
        {
            _signals.Writer.Complete();
        }
    }

    private async Task ReadOutputAsync()
    {
        var lines = new NdjsonReader(_output, _channel.MaxLineBytes);
        while (await lines.ReadAsync(CancellationToken.None) is { } line && _output.Flood is null)
        {
            await TakeAsync(line.IsTooLong ? RejectedLine.TooLong(line, _channel.MaxLineBytes) : MessageJson.Parse(line.Bytes.Span));
        }

        await EndAsync(_output, "standard output");
    }

    private async Task ReadErrorAsync()
    {
        var lines = new NdjsonReader(_error, RejectedLine.MaxShownBytes);
        while (await lines.ReadAsync(CancellationToken.None) is { } line)
        {
            _tail.Add(_log.Complain(line));
        }

        await EndAsync(_error, "standard error");
    }

    /// <summary>
    /// Says that there was a flood, if there was one, and lets the rest of it run off: an agent that waits to be read doesn't end.
    /// </summary>
    private async Task EndAsync(AgentOutput output, string name)
    {
        if (output.Flood is { } excess)
        {
            await SayAsync(new AgentSignal.Flooded($"on {name} {excess}"));
            await output.DrainAsync(CancellationToken.None);
        }
    }

    private async Task TakeAsync(MessageParsing parsing)
    {
        _wasHeard = true;
        switch (parsing)
        {
            case MessageParsing.Parsed(Event spoken):
                var during = _inFlight;
                Hear(spoken);
                await SayAsync(new AgentSignal.Spoke(spoken) { During = during });
                break;
            case MessageParsing.Parsed(Heartbeat heartbeat):
                await HearAsync(heartbeat);
                break;
            case MessageParsing.Parsed(LogMessage message):
                _monitor.Hear();
                _log.Write(message);
                break;
            case MessageParsing.Parsed(Command command):
                await RejectAsync(new RejectedLine
                {
                    Reason = "an agent sends no commands",
                    Path = "$.kind",
                    Line = RejectedLine.Show(MessageJson.GetBytes(command)),
                });
                break;
            case RejectedLine line:
                await RejectAsync(line);
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void Hear(Event spoken)
    {
        if (spoken.Name.IsTerminal && spoken.CorrelationId == _inFlight?.CorrelationId)
        {
            _hasAnswered = true;
            _monitor.Rest();
        }
        else
        {
            _monitor.Hear();
        }
    }

    private async Task HearAsync(Heartbeat heartbeat)
    {
        if (_monitor.Beat(heartbeat) is { } reason)
        {
            _log.Note(LogLevel.Warn, $"A heartbeat doesn't count: {reason}.");
            if (_inFlight is { } command && Interlocked.Exchange(ref _beatenInVain, command) != command)
            {
                await SayAsync(new AgentSignal.BeatInVain(_log.Redact(new RejectedLine
                {
                    Reason = reason,
                    Line = RejectedLine.Show(MessageJson.GetBytes(heartbeat)),
                })));
            }
        }
        else if (_channel.ReportsHeartbeats)
        {
            await SayAsync(new AgentSignal.Beat(heartbeat));
        }
    }

    private Task RejectAsync(RejectedLine line) => SayAsync(new AgentSignal.Misspoke(_log.Reject(line)));

    private async Task SayAsync(AgentSignal signal)
    {
        if (_signals.Writer.TryWrite(signal))
        {
            return;
        }

        _monitor.Suspend(true);
        try
        {
            await _signals.Writer.WriteAsync(signal, _stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // The session is being ended: nobody will read it.
        }
        finally
        {
            _monitor.Suspend(false);
        }
    }
}
