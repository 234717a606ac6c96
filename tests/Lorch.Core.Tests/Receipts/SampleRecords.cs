using System.Text.Json;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Receipts;

namespace Lorch.Core.Tests.Receipts;

/// <summary>A receipt and a completion of which a test changes what matters to it.</summary>
internal static class SampleRecords
{
    public static Receipt Receipt { get; } = new()
    {
        TaskId = TaskId.Parse("T-0042"),
        RunId = RunId.Parse("run-20260131-090500-0a1b2c3d"),
        Step = 2,
        Action = AgentAction.Review,
        IdempotencyKey = Key('a'),
        SnapshotId = SnapshotId.Parse("snap-d0ab7e60b764"),
        CommandMessageId = MessageId.Parse("0198c0de-0000-7000-8000-000000000001"),
        CorrelationId = CorrelationId.Parse("corr-T-0042-review-0"),
        Artifacts = [new Artifact { Path = RelativePath.Parse("reviews/T-0042.json"), Sha256 = Digest('b'), Size = 17 }],
        Removed = [RelativePath.Parse("src/älter.cs")],
        Events = [MessageId.Parse("0198c0de-0000-7000-8000-000000000002"), MessageId.Parse("0198c0de-0000-7000-8000-000000000003")],
        TerminalMessageId = MessageId.Parse("0198c0de-0000-7000-8000-000000000003"),
        Outcome = new Outcome
        {
            Event = EventName.ReviewCompleted,
            Status = "approved",
            Payload = JsonSerializer.Deserialize<JsonElement>("""{"summary":"good & <short>","score":1.50}"""),
        },
        CreatedAt = new DateTimeOffset(2026, 1, 31, 9, 5, 0, 123, TimeSpan.Zero),
    };

    public static Completion Completion { get; } = new()
    {
        TaskId = TaskId.Parse("T-0042"),
        TaskKey = Key('c'),
        TaskKeyBefore = Key('d'),
        DefinitionSha256 = Digest('e'),
        RunId = RunId.Parse("run-20260131-090500-0a1b2c3d"),
        SnapshotId = SnapshotId.Parse("snap-d0ab7e60b764"),
        InputsAfter = SnapshotId.Parse("snap-0123456789ab"),
        Artifacts = [new CompletionArtifact { Path = RelativePath.Parse("src/a.cs"), Sha256 = Digest('b'), Size = 17, Step = 1 }],
        Removed = [],
        DependsOn = new Dictionary<TaskId, Sha256Digest> { [TaskId.Parse("T-2")] = Digest('2'), [TaskId.Parse("T-1")] = Digest('1') },
        OutputsSha256 = Digest('f'),
        CompletedAt = new DateTimeOffset(2026, 1, 31, 10, 5, 0, TimeSpan.FromHours(1)),
    };

    public static IdempotencyKey Key(char digit) => IdempotencyKey.Parse($"ik:{new string(digit, 64)}");

    public static Sha256Digest Digest(char digit) => Sha256Digest.Parse($"sha256:{new string(digit, 64)}");
}
