using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;

namespace Lorch.Core.Tests.Protocol;

/// <summary>One whole line of each kind, every member there.</summary>
internal static class Samples
{
    public const string Command =
        """{"kind":"command","message_id":"0198c0de-0000-7000-8000-000000000001","correlation_id":"corr-T-0042-implement-0","task_id":"T-0042","idempotency_key":"ik:1111111111111111111111111111111111111111111111111111111111111111","to":{"agent_type":"builder","agent_id":"b1"},"action":"implement","inputs":{"goal":"Gruß <b>&'+\uD83D\uDE00","n":[1,null]},"expected_outputs":[{"path":"src/a.cs","description":"the code","required":false}],"version":{"snapshot_id":"snap-0123456789ab","specs_hash":"sha256:2222222222222222222222222222222222222222222222222222222222222222","code_hash":"sha256:3333333333333333333333333333333333333333333333333333333333333333"},"deadline":"2026-01-31T09:05:00.000Z","retry":{"attempt":0,"max_attempts":3},"priority":5}""";

    public const string Event =
        """{"kind":"event","message_id":"0198c0de-0000-7000-8000-000000000002","correlation_id":"corr-T-0042-implement-0","task_id":"T-0042","from":{"agent_type":"builder"},"event":"builder.completed","status":"done","payload":{"tests":{"status":"pass"}},"artifacts":[{"path":"src/a.cs","sha256":"sha256:2222222222222222222222222222222222222222222222222222222222222222","size":12}],"removed":["src/b.cs"],"observed_version":{"snapshot_id":"snap-0123456789ab"},"occurred_at":"2026-01-31T09:05:00.123Z"}""";

    public const string Heartbeat =
        """{"kind":"heartbeat","agent":{"agent_type":"reviewer","agent_id":"r1"},"seq":7,"status":"busy","pid":123,"ppid":1,"uptime_s":1.5,"last_activity_at":"2026-01-31T09:05:00.000Z","stats":{"cpu_pct":12.5,"rss_bytes":1048576},"task_id":"T-0042"}""";

    public const string Log =
        """{"kind":"log","level":"warn","message":"line\n\"two\"","fields":{"a":1},"timestamp":"2026-01-31T09:05:00.000Z"}""";

    public static IReadOnlyList<string> All => [Command, Event, Heartbeat, Log];

    public static MessageParsing Parse(string line) => MessageJson.Parse(Encoding.UTF8.GetBytes(line));

    public static Message Read(string line) => Assert.IsType<MessageParsing.Parsed>(Parse(line)).Message;

    public static RejectedLine Refuse(string line) => Assert.IsType<RejectedLine>(Parse(line));

    /// <summary>The line with one more member or another value at a place like <c>retry.attempt</c>; null takes the member away.</summary>
    public static string With(string line, string place, string? json)
    {
        var root = JsonNode.Parse(line)!;
        var parts = place.Split('.');
        var parent = parts[..^1].Aggregate(root, (node, part) => int.TryParse(part, out var index) ? node[index]! : node[part]!);
        if (json is null)
        {
            parent.AsObject().Remove(parts[^1]);
        }
        else
        {
            // JSON nodes keep a number as it was written.
            parent[parts[^1]] = JsonNode.Parse(json);
        }

        return root.ToJsonString();
    }

    public static JsonElement Json(string text) => JsonElement.Parse(text);

    public static Sha256Digest Digest(char digit) => Sha256Digest.Parse("sha256:" + new string(digit, 64));

    public static IdempotencyKey Key(char digit) => IdempotencyKey.Parse("ik:" + new string(digit, 64));
}
