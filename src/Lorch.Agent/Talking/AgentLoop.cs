using System.Threading.Channels;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;

namespace Lorch.Agent.Talking;

/// <summary>Reads commands, has them worked one after the other, and remembers the answers.</summary>
/// <remarks>
/// It ends when its input ends, also in mid-command: then Lorch is gone, and nothing may change the workspace behind its back.
/// </remarks>
/// <param name="worker">Works the commands.</param>
/// <param name="voice">The agent's output.</param>
/// <param name="heartbeats">The agent's signs of life.</param>
/// <param name="clock">The clock.</param>
internal sealed class AgentLoop(ICommandWorker worker, AgentVoice voice, Heartbeats heartbeats, TimeProvider clock) : IDisposable
{
    private const int MaxWaitingCommands = 16;

    private readonly Dictionary<(IdempotencyKey Key, int Attempt), IReadOnlyList<Event>> _answers = [];
    private readonly Channel<Command> _commands = Channel.CreateBounded<Command>(MaxWaitingCommands);
    private readonly CancellationTokenSource _inputEnded = new();

    /// <summary>Runs the agent.</summary>
    /// <param name="input">Where commands come from.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(Stream input)
    {
        var reading = ReadAsync(input);
        var beating = heartbeats.RunAsync(_inputEnded.Token);

        // An agent is mostly started while another one works, and would wait idly for its command.
        MessageJson.PrepareForCommands();
        try
        {
            await foreach (var command in _commands.Reader.ReadAllAsync(CancellationToken.None))
            {
                if (_inputEnded.IsCancellationRequested)
                {
                    break;
                }

                if (await AnswerAsync(command, _inputEnded.Token) is { } exitCode)
                {
                    // The input may stay open: what reads it ends with the process.
                    return exitCode;
                }
            }
        }
        catch (OperationCanceledException) when (_inputEnded.IsCancellationRequested)
        {
            // In mid-command.
        }
        catch (IOException) when (_inputEnded.IsCancellationRequested)
        {
            // The output went with the input.
        }

        await Task.WhenAll(reading, beating);
        return 0;
    }

    /// <inheritdoc/>
    public void Dispose() => _inputEnded.Dispose();

    private async Task ReadAsync(Stream input)
    {
        try
        {
            var lines = new NdjsonReader(input, Message.MaxBytes);
            while (await lines.ReadAsync(CancellationToken.None) is { } line)
            {
                var parsing = line.IsTooLong ? RejectedLine.TooLong(line, Message.MaxBytes) : MessageJson.Parse(line.Bytes.Span);
                await (parsing is MessageParsing.Parsed(Command command)
                    ? _commands.Writer.WriteAsync(command, CancellationToken.None).AsTask()
                    : ComplainAsync(parsing));
            }
        }
        finally
        {
            await EndAsync();
        }
    }

    private async Task EndAsync()
    {
        _commands.Writer.Complete();
        try
        {
            await _inputEnded.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // The agent has ended already, as its script said.
        }
    }

    private async Task ComplainAsync(MessageParsing parsing)
    {
        var reason = parsing is RejectedLine line ? $"{line.Reason} ({line.Path ?? "$"})" : "only commands are taken";
        await voice.SayAsync(
            new LogMessage { Level = LogLevel.Error, Text = $"A line was not understood: {reason}.", Timestamp = clock.GetUtcNow() },
            CancellationToken.None);
    }

    private async Task<int?> AnswerAsync(Command command, CancellationToken cancellationToken)
    {
        await heartbeats.ChangeAsync(command.TaskId, cancellationToken);
        var memory = (command.IdempotencyKey, command.Retry.Attempt);
        if (_answers.TryGetValue(memory, out var remembered))
        {
            foreach (var spoken in remembered)
            {
                await voice.SayAsync(spoken, cancellationToken);
            }
        }
        else
        {
            var conversation = new Conversation(voice);
            if (await worker.WorkAsync(command, conversation, cancellationToken) is { } exitCode)
            {
                return exitCode;
            }

            _answers[memory] = conversation.Said;
        }

        await heartbeats.ChangeAsync(null, cancellationToken);
        return null;
    }

    private sealed class Conversation(AgentVoice voice) : IConversation
    {
        private readonly List<Event> _said = [];

        public IReadOnlyList<Event> Said => _said;

        public async Task SayAsync(Event spoken, CancellationToken cancellationToken) =>
            _said.AddRange((await voice.SayAsync(spoken, cancellationToken)).OfType<Event>());

        public Task WriteRawAsync(string text, CancellationToken cancellationToken) => voice.WriteRawAsync(text, cancellationToken);

        public void FallSilent() => voice.FallSilent();
    }
}
