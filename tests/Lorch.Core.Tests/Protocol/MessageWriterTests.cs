using System.Text;
using System.Text.Json;
using Lorch.Core.Protocol;
using Lorch.Testing;

namespace Lorch.Core.Tests.Protocol;

/// <summary>Messages are written by hand; what the serializer makes of their types is what they must look like.</summary>
public sealed class MessageWriterTests
{
    private static readonly JsonSerializerOptions Serializer = WireOptions.From(MessageJsonContext.Default.Options);

    private static int Count => LongTests.AreAsked ? 250_000 : 20_000;

    [LongSet]
    [Fact]
    public void Writes_the_bytes_that_the_serializer_writes()
    {
        var seed = RandomSeed.Choose(20260131);
        var context = new MessageJsonContext(Serializer);
        var lines = new FuzzedLines([.. Variants().Select(Encoding.UTF8.GetBytes)], new Random(seed));
        var messages = 0;

        for (var i = 0; i < Count; i++)
        {
            if (MessageJson.Parse(lines.Next()) is MessageParsing.Parsed(var message))
            {
                messages++;
                Assert.Equal(
                    Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(message, context.Message)),
                    Encoding.UTF8.GetString(MessageJson.GetBytes(message)));
            }
        }

        Assert.InRange(messages, Count / 10, Count);
    }

    /// <summary>Every sample as it is, and without each of its members that may be absent.</summary>
    private static IEnumerable<string> Variants() =>
    [
        .. Samples.All,
        .. new[]
        {
            "to.agent_id",
            "expected_outputs.0.description",
            "expected_outputs.0.required",
            "version.specs_hash",
            "version.code_hash"
        }
            .Select(place => Samples.With(Samples.Command, place, null)),
        .. new[] { "status", "payload", "artifacts", "removed", "observed_version", "observed_version.snapshot_id" }
            .Select(place => Samples.With(Samples.Event, place, null)),
        .. new[]
        {
            "ppid",
            "stats",
            "stats.cpu_pct",
            "stats.rss_bytes",
            "task_id"
        }.Select(place => Samples.With(Samples.Heartbeat, place, null)),
        Samples.With(Samples.Command, "expected_outputs", "[]"),
        Samples.With(Samples.Event, "artifacts", "[]"),
        Samples.With(Samples.Event, "removed", "[]"),
        Samples.With(Samples.Event, "status", "\"<&'\\u00e4\\ud83d\\ude00\\u2028\\u0001\\\\\""),
        Samples.With(Samples.Heartbeat, "uptime_s", "1e-7"),
        Samples.With(Samples.Log, "fields", null),
    ];
}
