using System.Text;
using Lorch.Core.Agents.Processes;
using Lorch.Core.Storage;

namespace Lorch.Core.Agents.Verifying;

/// <summary>Runs a program to its end: in the workspace, in a session of its own, and gone as a tree whatever happens.</summary>
internal static class ChildProcess
{
    private const int MaxLine = 4 * 1024 * 1024;

    // Some programs end their last line only when they end.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    // Its input is closed as soon as it has all that it is told, so there is nothing to wait for in closing it again.
    private static readonly StopLadder Ladder = new(TimeSpan.Zero, TimeSpan.FromSeconds(1));

    /// <summary>Finds a program.</summary>
    /// <param name="name">Its name or path.</param>
    /// <param name="layout">The workspace.</param>
    /// <param name="environment">The environment whose PATH is searched.</param>
    /// <param name="program">Its absolute path, or null.</param>
    /// <returns>What stands in the way; null if it was found.</returns>
    public static string? Find(string name, WorkspaceLayout layout, IReadOnlyDictionary<string, string> environment, out string? program) =>
        new ProgramSearch(layout.WorkspaceRoot, environment).Find(name, out program);

    /// <summary>Runs it.</summary>
    /// <param name="commandLine">What starts it.</param>
    /// <param name="mark">The variable that marks all that it starts.</param>
    /// <param name="input">What it reads; null: nothing.</param>
    /// <param name="listener">Takes what it says.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="stop">Ends it before it ends by itself.</param>
    /// <param name="cancellationToken">Ends it; nothing waits for the result.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="LorchException">The system refuses to start it.</exception>
    public static async Task<AgentExit> RunAsync(
        AgentCommandLine commandLine,
        string mark,
        string? input,
        ProcessListener listener,
        TimeProvider clock,
        CancellationToken stop,
        CancellationToken cancellationToken)
    {
        var process = AgentProcess.Start(commandLine, clock, mark);
        await using (process)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, cancellationToken);
            using var turn = new SemaphoreSlim(1);
            var tail = new StderrTail();
            var reading = ReadBothAsync();
            try
            {
                await WriteAsync(process, input, either.Token);
                await process.Ended.WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (either.IsCancellationRequested)
            {
                await process.StopAsync(Ladder, cancellationToken);
            }

            // What it left behind would hold its pipes for a while, and go on changing files that nobody expects to change.
            process.KillTree();
            await reading;
            cancellationToken.ThrowIfCancellationRequested();
            return process.ToExit(tail.ToList());

            async Task ReadBothAsync()
            {
                await Task.WhenAll(
                    ReadAsync(process.Output, clock, (line, isEnded) => HearAsync(line, isEnded, isError: false)),
                    ReadAsync(process.Error, clock, (line, isEnded) => HearAsync(line, isEnded, isError: true)));
                if (!process.Ended.IsCompleted)
                {
                    listener.FallSilent();
                }
            }

            async Task<bool> HearAsync(string line, bool isEnded, bool isError)
            {
                await turn.WaitAsync(CancellationToken.None);
                try
                {
                    if (!isEnded && (isError || !listener.IsWhole(line)))
                    {
                        return false;
                    }

                    if (isError)
                    {
                        tail.Add(line);
                    }

                    await listener.HearAsync(line, isError);
                    return true;
                }
                finally
                {
                    turn.Release();
                }
            }
        }
    }

    private static async Task WriteAsync(AgentProcess process, string? input, CancellationToken cancellationToken)
    {
        try
        {
            if (input is not null)
            {
                await process.Input.WriteAsync(new UTF8Encoding(false).GetBytes(input), cancellationToken);
            }

            await process.Input.DisposeAsync();
        }
        catch (IOException)
        {
            // It doesn't read: what it says will tell why.
        }
    }

    /// <summary>Reads lines.</summary>
    /// <param name="stream">Where from.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="hear">Takes a line, or what there is of one that isn't ended while nothing more comes, and tells whether it was
    /// heard.</param>
    private static async Task ReadAsync(Stream stream, TimeProvider clock, Func<string, bool, Task<bool>> hear)
    {
        using var reader = new StreamReader(stream, new UTF8Encoding(false), detectEncodingFromByteOrderMarks: false);
        var buffer = new char[8192];
        var line = new StringBuilder();
        var isHeard = false;
        while (true)
        {
            var read = reader.ReadAsync(buffer, CancellationToken.None).AsTask();
            if (line.Length > 0 && await IsQuietAsync(read, clock) && await hear(line.ToString(), false))
            {
                isHeard = true;
                line.Clear();
            }

            var rest = buffer.AsMemory(0, await read);
            if (rest.Length == 0)
            {
                break;
            }

            while (rest.Span.IndexOf('\n') is >= 0 and var end)
            {
                Append(rest[..end]);
                await HearLineAsync(line.ToString().TrimEnd('\r'));
                rest = rest[(end + 1)..];
            }

            Append(rest);
        }

        if (line.Length > 0)
        {
            await HearLineAsync(line.ToString());
        }

        void Append(ReadOnlyMemory<char> text) => line.Append(text.Span[..Math.Min(text.Length, Math.Max(0, MaxLine - line.Length))]);

        async Task HearLineAsync(string text)
        {
            // The late end of a line that was heard is no further line.
            if (!isHeard || !string.IsNullOrWhiteSpace(text))
            {
                await hear(text, true);
            }

            isHeard = false;
            line.Clear();
        }
    }

    private static async Task<bool> IsQuietAsync(Task read, TimeProvider clock)
    {
        try
        {
            await read.WaitAsync(Quiet, clock);
            return false;
        }
        catch (TimeoutException)
        {
            return true;
        }
    }
}
