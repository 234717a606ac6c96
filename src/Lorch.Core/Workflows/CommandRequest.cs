using System.Globalization;
using System.Text.Json;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;

namespace Lorch.Core.Workflows;

/// <summary>A command before it is sent: everything but what varies (message id, deadline).</summary>
internal sealed record CommandRequest
{
    private static readonly MessageId AnyMessage = MessageId.Create(DateTimeOffset.UnixEpoch);
    private static readonly Retry LongestRetry = new() { Attempt = int.MaxValue, MaxAttempts = int.MaxValue };

    public required TaskId TaskId { get; init; }

    public required SnapshotId SnapshotId { get; init; }

    public required AgentAction Action { get; init; }

    /// <summary>How many different commands of this action the run had before.</summary>
    public required int Iteration { get; init; }

    public required JsonElement Inputs { get; init; }

    public required IReadOnlyList<ExpectedOutput> ExpectedOutputs { get; init; }

    public required IdempotencyKey Key { get; init; }

    public required Retry Retry { get; init; }

    /// <summary>The files that <c>inputs</c> names, to be written before the command is sent.</summary>
    public IReadOnlyList<CommandFile> Files { get; init; } = [];

    /// <summary>
    /// Whether the command's line is short enough. Measured with the longest values of what varies, so that all attempts have one form.
    /// </summary>
    public bool FitsAMessage =>
        WireSize.Of(
            (this with { Retry = LongestRetry }).ToCommand(AnyMessage, LongestAddress, DateTimeOffset.UnixEpoch)) <= Message.MaxBytes;

    private AgentAddress LongestAddress =>
        new()
        {
            AgentType = Action.Agent,
            AgentId = string.Create(CultureInfo.InvariantCulture, $"{Action.Agent.WireName}-{int.MaxValue}")
        };

    public CorrelationId CorrelationId => CorrelationId.Create(TaskId, Action.WireName, Iteration);

    /// <summary>Makes the command that is sent.</summary>
    /// <param name="messageId">The id of this sending.</param>
    /// <param name="to">Who is asked.</param>
    /// <param name="deadline">When the answer must be there.</param>
    public Command ToCommand(MessageId messageId, AgentAddress to, DateTimeOffset deadline) => new()
    {
        MessageId = messageId,
        CorrelationId = CorrelationId,
        TaskId = TaskId,
        IdempotencyKey = Key,
        To = to,
        Action = Action,
        Inputs = Inputs,
        ExpectedOutputs = ExpectedOutputs,
        Version = new VersionPin { SnapshotId = SnapshotId },
        Deadline = deadline,
        Retry = Retry,
        Priority = 0,
    };
}
