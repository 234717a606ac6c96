using System.Text;
using Lorch.Core;
using Lorch.Core.Agents;
using Lorch.Core.Storage;

namespace Lorch.Agent.Working;

/// <summary>Runs a program to its end: in the workspace, in a session of its own, and gone as a tree whatever happens.</summary>
internal static class ChildProcess
{
    private const int MaxLine = 4 * 1024 * 1024;

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
    /// <param name="input">What it reads; null: nothing.</param>
    /// <param name="hear">Takes each line, and whether it is one of standard error. Called by one at a time.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="stop">Ends it before it ends by itself.</param>
    /// <param name="cancellationToken">Ends it; nothing waits for the result.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="LorchException">The system refuses to start it.</exception>
    public static async Task<AgentExit> RunAsync(
        AgentCommandLine commandLine,
        string? input,
        Func<string, bool, Task> hear,
        TimeProvider clock,
        CancellationToken stop,
        CancellationToken cancellationToken)
    {
        var process = AgentProcess.Start(commandLine, clock, AgentEnvironment.ToolSessionVariable);
        await using (process)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, cancellationToken);
            using var turn = new SemaphoreSlim(1);
            var tail = new StderrTail();
            var reading = Task.WhenAll(
                ReadAsync(process.Output, line => HearAsync(line, isError: false)),
                ReadAsync(process.Error, line => HearAsync(line, isError: true)));
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

            async Task HearAsync(string line, bool isError)
            {
                await turn.WaitAsync(CancellationToken.None);
                try
                {
                    if (isError)
                    {
                        tail.Add(line);
                    }

                    await hear(line, isError);
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

    private static async Task ReadAsync(Stream stream, Func<string, Task> hear)
    {
        using var reader = new StreamReader(stream, new UTF8Encoding(false), detectEncodingFromByteOrderMarks: false);
        var buffer = new char[8192];
        var line = new StringBuilder();
        while (await reader.ReadAsync(buffer, CancellationToken.None) is > 0 and var count)
        {
            var rest = buffer.AsMemory(0, count);
            while (rest.Span.IndexOf('\n') is >= 0 and var end)
            {
                Append(rest[..end]);
                await hear(line.ToString().TrimEnd('\r'));
                line.Clear();
                rest = rest[(end + 1)..];
            }

            Append(rest);
        }

        if (line.Length > 0)
        {
            await hear(line.ToString());
        }

        void Append(ReadOnlyMemory<char> text) => line.Append(text.Span[..Math.Min(text.Length, Math.Max(0, MaxLine - line.Length))]);
    }
}
