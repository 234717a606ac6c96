using System.Text;
using Lorch.Core.Agents.Processes;
using Lorch.Core.Protocol;
using Lorch.Core.Tools;

namespace Lorch.Core.Agents;

/// <summary>Asks a coding tool for its version: it is run with what makes it tell that and nothing else, so it costs nothing.</summary>
internal static class VersionQuestion
{
    private const int MaxShown = 80;
    private const int MaxBytes = 4096;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>Describes the process.</summary>
    /// <param name="preset">The tool.</param>
    /// <param name="type">The agent that uses it.</param>
    /// <param name="program">Its absolute path.</param>
    /// <param name="folder">The workspace root.</param>
    /// <param name="environment">Its environment.</param>
    public static AgentCommandLine Of(
        ToolPreset preset,
        AgentType type,
        string program,
        string folder,
        IReadOnlyDictionary<string, string> environment) =>
        new()
        {
            Type = type,
            Program = program,
            Arguments = preset.VersionArguments ?? ["--version"],
            Folder = folder,
            Environment = environment
        };

    /// <summary>Asks.</summary>
    /// <param name="line">The process.</param>
    /// <param name="mark">The variable that marks all that the process starts.</param>
    /// <param name="patience">How long the answer may take.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Ends the process.</param>
    /// <returns>The first line of the answer, plain and at most 80 characters; empty if it says nothing in time.</returns>
    /// <exception cref="LorchException">The system refuses to start it.</exception>
    public static async Task<string> AskAsync(
        AgentCommandLine line,
        string mark,
        TimeSpan patience,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var process = AgentProcess.Start(line, clock, mark);
        await using (process)
        {
            await process.Input.DisposeAsync();
            using var expiry = new CancellationTokenSource(patience, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
            try
            {
                var complaints = process.Error.CopyToAsync(Stream.Null, CancellationToken.None);
                var answer = await ReadAsync(process.Output, either.Token);

                // It has said all that it was asked for: that it ends, too, is waited for only a while.
                await process.EndsWithinAsync(Grace, either.Token);
                await process.StopAsync(StopLadder.Of(StopUrgency.Cancelled), cancellationToken);
                await complaints;
                return answer;
            }
            catch (OperationCanceledException) when (expiry.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                return "";
            }
        }
    }

    private static async Task<string> ReadAsync(Stream output, CancellationToken cancellationToken)
    {
        var lines = new NdjsonReader(output, MaxBytes);
        while (await lines.ReadAsync(cancellationToken) is { } line)
        {
            if (ToolText.Plain(new UTF8Encoding(false).GetString(line.Bytes.Span)).Trim() is { Length: > 0 } words)
            {
                return ToolText.Beginning(words, MaxShown);
            }
        }

        return "";
    }
}
