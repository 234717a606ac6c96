using System.Text;
using Lorch.Core.Protocol;

namespace Lorch.Core.Tests.Protocol;

public sealed class MutatedLines
{
    private const int Count = 20_000;

    private static readonly string[] Pieces =
    [
        "null", "{}", "[]", "1e999", "-1", "1.0", "\"\"", "\\ud800", "\\u0000", "\"kind\":\"event\",", ",", ":", "\"", "{\"a\":", "[[[[[[[[", "\uFEFF", "\\", "$id", "\"$type\":1,",
    ];

    [Fact]
    public void Are_each_a_message_or_a_rejection_with_a_reason()
    {
        var random = new Random(20260131);
        var lines = Samples.All.Select(Encoding.UTF8.GetBytes).ToList();
        var parsed = 0;

        for (var i = 0; i < Count; i++)
        {
            var line = Mutate(lines[i % lines.Count], random);
            switch (MessageJson.Parse(line))
            {
                case MessageParsing.Parsed(var message):
                    parsed++;
                    Assert.IsType<MessageParsing.Parsed>(MessageJson.Parse(MessageJson.GetBytes(message)));
                    break;
                case RejectedLine rejected:
                    Assert.NotEmpty(rejected.Reason);
                    Assert.True(Encoding.UTF8.GetByteCount(rejected.Line) <= RejectedLine.MaxShownBytes);
                    break;
            }
        }

        Assert.InRange(parsed, Count / 100, Count / 2);
    }

    private static byte[] Mutate(byte[] line, Random random)
    {
        var result = line.ToList();
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var at = random.Next(result.Count);
            switch (random.Next(5))
            {
                case 0:
                    result[at] = (byte)random.Next(256);
                    break;
                case 1:
                    result.RemoveRange(at, Math.Min(random.Next(1, 12), result.Count - at - 1));
                    break;
                case 2:
                    result.InsertRange(at, Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]));
                    break;
                case 3:
                    result.InsertRange(at, line.Skip(random.Next(line.Length)).Take(random.Next(40)));
                    break;
                default:
                    result[at] ^= (byte)(1 << random.Next(7));
                    break;
            }
        }

        return [.. result];
    }
}
