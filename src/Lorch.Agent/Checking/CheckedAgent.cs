using System.Diagnostics;
using System.Globalization;
using Lorch.Core.Agents;
using Lorch.Core.Agents.Processes;
using Lorch.Core.Protocol;

namespace Lorch.Agent.Checking;

/// <summary>One process of the agent that is checked: all it says goes to the conversation, its heartbeats are judged here.</summary>
internal sealed class CheckedAgent : IAsyncDisposable
{
    private static readonly TimeSpan PatienceAtEnd = StopLadder.Of(StopUrgency.Normal).AfterInputClosed;

    private readonly AgentProcess _process;
    private readonly Conversation _conversation;
    private readonly Findings _findings;
    private readonly TimeProvider _clock;
    private readonly NdjsonWriter _input;
    private readonly OutputAllowance _allowance;
    private readonly AgentOutput _output;
    private readonly HeartbeatMonitor _monitor;
    private readonly StderrTail _tail = new();
    private readonly Task _reading;
    private Exchange? _exchange;
    private bool _wasClosed;

    private CheckedAgent(AgentProcess process, AgentSettings settings, Conversation conversation, Findings findings, TimeProvider clock)
    {
        _process = process;
        _conversation = conversation;
        _findings = findings;
        _clock = clock;
        _input = new NdjsonWriter(process.Input);
        _allowance = new OutputAllowance(new OutputLimits(), clock);
        _output = new AgentOutput(process.Output, _allowance);
        _monitor = new HeartbeatMonitor(settings.HeartbeatInterval, process.Pid, FellSilent, clock);
        Type = settings.Type;
        var complaints = ReadErrorAsync();
        _reading = Task.WhenAll(ReadOutputAsync(complaints), complaints);
    }

    /// <summary>Gets a value indicating whether the process still runs.</summary>
    public bool Runs => !_process.Ended.IsCompleted;

    /// <summary>Gets what it wrote last to standard error, as the end of a sentence.</summary>
    public string LastWords => _tail.ToList() is { Count: > 0 } lines ? $"; last output: {string.Join(" | ", lines.TakeLast(3))}" : "";

    private AgentType Type { get; }

    private AgentExit Exit => _process.ToExit([]);

    /// <summary>Starts the agent.</summary>
    /// <exception cref="Core.LorchException">It can't be started.</exception>
    public static CheckedAgent Start(CheckStage stage, Conversation conversation, Findings findings, TimeProvider clock)
    {
        var process = AgentProcess.Start(stage.CommandLine, clock);
        findings.Keep(ProtocolRule.Starts);
        return new CheckedAgent(process, stage.Settings, conversation, findings, clock);
    }

    /// <summary>Gets the address that a command to this process has.</summary>
    public AgentAddress Address =>
        new() { AgentType = Type, AgentId = string.Create(CultureInfo.InvariantCulture, $"{Type.WireName}-{_process.Pid}") };

    /// <summary>Hands a command over.</summary>
    /// <param name="exchange">The exchange that the command belongs to.</param>
    /// <param name="timeout">How long an agent that reads nothing is waited for.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task SendAsync(Exchange exchange, TimeSpan timeout, CancellationToken cancellationToken)
    {
        _exchange = exchange;
        _allowance.Renew();
        _monitor.Watch();
        try
        {
            await _input.WriteAsync(exchange.Command, cancellationToken).WaitAsync(timeout, _clock, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or TimeoutException)
        {
            // It has ended, or doesn't read: waiting for the answer says so.
        }
    }

    /// <summary>Waits until a command that was handed over came to its end.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="timeout">How long at most.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>How it ended.</returns>
    public async Task<ExchangeEnd> WaitAsync(Exchange exchange, TimeSpan timeout, CancellationToken cancellationToken)
    {
        // What it said before it died has been heard when the reading has ended.
        var died = _reading.ContinueWith(
            _ => exchange.Finish(new ExchangeEnd.Died()),
            CancellationToken.None,
            TaskContinuationOptions.None,
            TaskScheduler.Default);
        try
        {
            await Task.WhenAny(exchange.End, died).WaitAsync(timeout, _clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            _findings.Break(ProtocolRule.Deadline, string.Create(
                CultureInfo.InvariantCulture,
                $"{exchange.Command.Action.WireName}: no answer within {timeout.TotalSeconds:0.###} s"));
            exchange.Finish(new ExchangeEnd.GivenUp());
        }

        _monitor.Rest();
        return await exchange.End;
    }

    /// <summary>Closes the agent's input, and looks how it ends and what it leaves behind.</summary>
    /// <param name="rule">What is checked by it.</param>
    /// <param name="cancellationToken">Kills the agent at once.</param>
    /// <returns>A task that completes when the agent and all it started are gone.</returns>
    public async Task EndAsync(ProtocolRule rule, CancellationToken cancellationToken)
    {
        if (!Runs)
        {
            await _reading;
            return;
        }

        _wasClosed = true;
        var begun = _clock.GetTimestamp();
        await CloseInputAsync();
        if (await EndsAsync(cancellationToken))
        {
            _findings.Keep(ProtocolRule.GoesOn, rule);
            _findings.Require(ProtocolRule.Children, await ChildrenLeft.DescribeAsync(_process, _clock, cancellationToken));
            await _reading;
            _findings.Require(ProtocolRule.ExitCode, Exit is { ExitCode: 0 } ? null : DescribeEnd());
        }
        else if (!cancellationToken.IsCancellationRequested)
        {
            _findings.Break(rule, string.Create(
                CultureInfo.InvariantCulture,
                $"it still ran {_clock.GetElapsedTime(begun).TotalSeconds:0.#} s after its input had ended, and was killed"));
        }

        await KillAsync();
    }

    /// <summary>Kills the agent and all that it started.</summary>
    public async Task KillAsync()
    {
        _wasClosed = true;
        await _process.StopAsync(StopLadder.Of(StopUrgency.Cancelled), new CancellationToken(canceled: true));
        await _reading;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        await _process.DisposeAsync();
        await _output.DisposeAsync();
        _monitor.Dispose();
        _input.Dispose();
    }

    private async Task ReadOutputAsync(Task complaints)
    {
        var lines = new NdjsonReader(_output, Message.MaxBytes);
        for (var number = 1L; await lines.ReadAsync(CancellationToken.None) is { } line && _output.Flood is null; number++)
        {
            _findings.Require(ProtocolRule.Lines, ProblemOf(line, number));
            Take(number, line.IsTooLong ? RejectedLine.TooLong(line, Message.MaxBytes) : MessageJson.Parse(line.Bytes.Span));
        }

        if (_output.Flood is { } reason)
        {
            _findings.Break(ProtocolRule.Lines, $"it wrote {reason}");
            _exchange?.Finish(new ExchangeEnd.GivenUp());
            await _output.DrainAsync(CancellationToken.None);
        }

        await _process.Ended;
        if (!_wasClosed)
        {
            await complaints;
            _findings.Break(ProtocolRule.GoesOn, DescribeEnd());
        }
    }

    private async Task ReadErrorAsync()
    {
        var lines = new NdjsonReader(_process.Error, RejectedLine.MaxShownBytes);
        while (await lines.ReadAsync(CancellationToken.None) is { } line)
        {
            _tail.Add(RejectedLine.Show(line.Bytes.Span));
        }
    }

    private void Take(long number, MessageParsing parsing)
    {
        switch (parsing)
        {
            case MessageParsing.Parsed(Event said):
                _findings.Keep(ProtocolRule.Messages);
                _monitor.Hear();
                _conversation.Hear(said);
                break;
            case MessageParsing.Parsed(Heartbeat heartbeat):
                _findings.Keep(ProtocolRule.Messages, ProtocolRule.HeartbeatInterval);
                _findings.Require(ProtocolRule.Heartbeats, _monitor.Beat(heartbeat));
                break;
            case MessageParsing.Parsed(LogMessage):
                _findings.Keep(ProtocolRule.Messages);
                _monitor.Hear();
                break;
            case MessageParsing.Parsed(Command command):
                _conversation.Hear(number, new RejectedLine
                {
                    Reason = "an agent sends no commands",
                    Path = "$.kind",
                    Line = RejectedLine.Show(MessageJson.GetBytes(command)),
                });
                break;
            case RejectedLine line:
                _conversation.Hear(number, line);
                break;
            default:
                throw new UnreachableException();
        }
    }

    private static string? ProblemOf(NdjsonLine line, long number) => line switch
    {
        { IsTooLong: true } => string.Create(CultureInfo.InvariantCulture, $"line {number} has {line.Size} bytes"),
        { EndsWithLineFeed: false } => string.Create(CultureInfo.InvariantCulture, $"line {number}, the last one, has no line feed"),
        _ => null,
    };

    private bool FellSilent(TimeSpan silence)
    {
        _findings.Break(ProtocolRule.HeartbeatInterval, string.Create(
            CultureInfo.InvariantCulture,
            $"it sent no heartbeat for {silence.TotalSeconds:0.#} s, three intervals, with a command in flight"));
        _exchange?.Finish(new ExchangeEnd.GivenUp());
        return true;
    }

    private async Task CloseInputAsync()
    {
        try
        {
            await _process.Input.DisposeAsync();
        }
        catch (IOException)
        {
            // It no longer reads.
        }
    }

    private async Task<bool> EndsAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _process.Ended.WaitAsync(PatienceAtEnd, _clock, cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }

    private string DescribeEnd()
    {
        var how = Exit is { Signal: { } signal }
            ? $"it was ended by {signal}"
            : string.Create(CultureInfo.InvariantCulture, $"it ended with exit code {Exit.ExitCode}");
        return how + LastWords;
    }
}
