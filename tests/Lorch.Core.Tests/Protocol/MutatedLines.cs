using System.Text;
using Lorch.Core.Protocol;
using Lorch.Testing;

namespace Lorch.Core.Tests.Protocol;

[CollectionDefinition(MutatedLines.Alone, DisableParallelization = true)]
public sealed class LookingAtMemoryAlone;

[Collection(Alone)]
public sealed class MutatedLines(ITestOutputHelper output)
{
    /// <summary>Other tests would change the memory of the process meanwhile.</summary>
    public const string Alone = "Memory";

    private const int Batch = 10_000;

    private static int Count => LongTests.AreAsked ? 1_000_000 : 2 * Batch;

    [LongSet]
    [Fact]
    public async Task Are_each_a_message_or_a_rejection_with_a_reason()
    {
        var seed = RandomSeed.Choose(20260131);
        var lines = new FuzzedLines([.. Samples.All.Select(Encoding.UTF8.GetBytes)], new Random(seed));
        var (parsed, rejected) = (0, 0);
        LiveMemory? memory = null;

        for (var batch = 0; batch < Count / Batch; batch++)
        {
            using var stream = Join(lines);
            var reader = new NdjsonReader(stream, Message.MaxBytes);
            while (await reader.ReadAsync(TestContext.Current.CancellationToken) is { } line)
            {
                if (IsMessage(line, seed))
                {
                    parsed++;
                }
                else
                {
                    rejected++;
                }
            }

            // What is compiled and pooled once is there after the first batch.
            memory ??= LiveMemory.Measure();
        }

        var after = LiveMemory.Measure();
        output.WriteLine(
            $"{parsed + rejected} lines: {parsed} messages, {rejected} rejected; in use were {memory} after the "
                + $"first {Batch}, {after} after all");
        Assert.InRange(parsed + rejected, Count, 2 * Count);
        Assert.InRange(parsed, Count / 100, Count / 2);
        Assert.True(
            !LongTests.AreAsked || after.HasHardlyGrown(memory!, parsed + rejected),
            $"LORCH_SEED={seed}: {after} are in use, {memory} were");
    }

    private static MemoryStream Join(FuzzedLines lines)
    {
        var stream = new MemoryStream();
        for (var i = 0; i < Batch; i++)
        {
            stream.Write(lines.Next());
            stream.WriteByte((byte)'\n');
        }

        stream.Position = 0;
        return stream;
    }

    private static bool IsMessage(NdjsonLine line, int seed)
    {
        try
        {
            var parsing = line.IsTooLong ? RejectedLine.TooLong(line, Message.MaxBytes) : MessageJson.Parse(line.Bytes.Span);
            if (parsing is MessageParsing.Parsed(var message))
            {
                Assert.IsType<MessageParsing.Parsed>(MessageJson.Parse(MessageJson.GetBytes(message)));
                return true;
            }

            var rejected = Assert.IsType<RejectedLine>(parsing);
            Assert.NotEmpty(rejected.Reason);
            Assert.True(rejected.Path is null || rejected.Path.StartsWith('$'), rejected.Path);
            Assert.True(Encoding.UTF8.GetByteCount(rejected.Line) <= RejectedLine.MaxShownBytes);
            return false;
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException(
                $"LORCH_SEED={seed}, line at {line.Offset}: {Convert.ToBase64String(line.Bytes.Span)}",
                exception);
        }
    }
}
