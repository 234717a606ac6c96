using Lorch.Core.Protocol;
using Lorch.Core.Tools;

namespace Lorch.Agent.Working;

/// <summary>A coding tool that can be asked to work in the workspace.</summary>
/// <remarks>
/// One call at a time. The tool's failures are answers; only the cancellation, after which nothing of the tool still runs, is an exception.
/// </remarks>
internal interface ITool : IAsyncDisposable
{
    /// <summary>Asks once.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="cancellationToken">Nobody waits for the answer any more: ends all that the tool started.</param>
    /// <returns>The answer.</returns>
    Task<ToolAnswer> AskAsync(ToolRequest request, CancellationToken cancellationToken);
}

/// <summary>What a tool is asked.</summary>
internal sealed record ToolRequest
{
    /// <summary>Gets the command that is worked.</summary>
    public required Command Command { get; init; }

    /// <summary>Gets the words.</summary>
    public required string Prompt { get; init; }

    /// <summary>Gets how often the tool was asked before for this command: 0, or 1 when its verdict couldn't be read.</summary>
    public required int Turn { get; init; }

    /// <summary>Gets what may be written.</summary>
    public required WritableFiles Writable { get; init; }

    /// <summary>Gets where it says what it is doing.</summary>
    public required IToolProgress Progress { get; init; }
}

/// <summary>Takes what a tool says while it works.</summary>
internal interface IToolProgress
{
    /// <summary>Shows what is going on; what comes too fast is left out.</summary>
    /// <param name="text">A line or the beginning of a text.</param>
    /// <param name="cancellationToken">Stops before it is said.</param>
    /// <returns>A task that completes when it was said or left out.</returns>
    Task SayAsync(string text, CancellationToken cancellationToken);

    /// <summary>Records something that was decided for the tool: in the ledger, and so in whatever shows it.</summary>
    /// <param name="text">A sentence.</param>
    /// <param name="cancellationToken">Stops before it is recorded.</param>
    /// <returns>A task that completes when it was said.</returns>
    Task RecordAsync(string text, CancellationToken cancellationToken);

    /// <summary>Keeps a line in the agent's log.</summary>
    /// <param name="text">The line.</param>
    void Log(string text);
}

/// <summary>What came of asking.</summary>
internal sealed record ToolAnswer
{
    /// <summary>Gets the tool's last words; empty if it failed.</summary>
    public string Text { get; init; } = "";

    /// <summary>Gets what it printed last beside its answer, as the end of a sentence; empty if that isn't known.</summary>
    public string LastWords { get; init; } = "";

    /// <summary>Gets what it cost, as far as the tool says.</summary>
    public Usage Usage { get; init; } = Usage.None;

    /// <summary>Gets which program answered, as far as it says.</summary>
    public ProgramUsed? Program { get; init; }

    /// <summary>Gets why there is no answer; <see langword="null"/> if there is one.</summary>
    public ToolProblem? Problem { get; init; }
}

/// <summary>Why a tool didn't answer.</summary>
/// <param name="Code">One of <see cref="ToolFailure"/>.</param>
/// <param name="Message">What happened and what to do, in a sentence or two.</param>
internal sealed record ToolProblem(string Code, string Message)
{
    /// <summary>Gets the time from which on it may be asked again, if the tool tells one.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Gets a value indicating whether another attempt may go better by itself.</summary>
    public bool IsRetriable { get; init; } = ToolFailure.IsRetriable(Code);
}
