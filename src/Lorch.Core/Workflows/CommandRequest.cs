using System.Text.Json;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;

namespace Lorch.Core.Workflows;

/// <summary>A command before it is sent: everything but what varies (message id, deadline).</summary>
internal sealed record CommandRequest
{
    public required TaskId TaskId { get; init; }

    public required SnapshotId SnapshotId { get; init; }

    public required AgentAction Action { get; init; }

    /// <summary>How many different commands of this action the run had before.</summary>
    public required int Iteration { get; init; }

    public required JsonElement Inputs { get; init; }

    public required IReadOnlyList<ExpectedOutput> ExpectedOutputs { get; init; }

    public required IdempotencyKey Key { get; init; }

    public required Retry Retry { get; init; }

    /// <summary>The file that <c>inputs.work_file</c> names, to be written before the command is sent.</summary>
    public WorkFile? WorkFile { get; init; }

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

/// <summary>A list of work that is too long for a command.</summary>
/// <param name="Hex12">The first 12 hexadecimal digits of its digest, which name the file.</param>
/// <param name="Content">Its canonical JSON.</param>
internal sealed record WorkFile(string Hex12, ReadOnlyMemory<byte> Content);
