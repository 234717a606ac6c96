using System.Text;

namespace Lorch.Testing;

/// <summary>
/// Lines as no agent should write them: valid ones with something changed, two run together, noise, too long ones, too deep ones.
/// </summary>
/// <param name="valid">The lines to begin from, without line feeds.</param>
/// <param name="random">The lot.</param>
public sealed class FuzzedLines(IReadOnlyList<byte[]> valid, Random random)
{
    private const int TooLong = 262_145;
    private const int TooDeep = 5_000;

    private static readonly byte[][] Pieces = new[]
    {
        "null", "{}", "[]", "1e999", "-1", "1.0", "-0", "\"\"", "\\ud800", "\\u0000", "\"kind\":\"event\",", ",", ":", "\"", "{\"a\":",
        "[[[[[[[[",
        "\uFEFF", "\\", "$id", "\"$type\":1,", "\r", "\r\n", "\n\n", "\0", "true", " ", "\t", "\"builder.completed, error\"", "system",
        "99999999999999999999",
    }.Select(Encoding.UTF8.GetBytes).ToArray();

    /// <summary>Makes the next line; it may hold line feeds, and then is more than one.</summary>
    /// <returns>The bytes, without the line feed at the end.</returns>
    public byte[] Next() => random.Next(1000) switch
    {
        < 700 => Mutate(Any()),
        < 800 => Any(),
        < 880 => Noise(),
        < 960 => Tokens(),
        < 998 => [.. Any().AsSpan(0, random.Next(10)), .. Any()],
        998 => [.. Enumerable.Repeat((byte)random.Next(256), TooLong + random.Next(-2, 3))],
        _ => [.. Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":[", random.Next(TooDeep))))],
    };

    /// <summary>Changes one to three things in a line.</summary>
    /// <param name="line">The line.</param>
    /// <returns>The changed line.</returns>
    public byte[] Mutate(byte[] line)
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
                    result.InsertRange(at, Pieces[random.Next(Pieces.Length)]);
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

    private byte[] Any() => valid[random.Next(valid.Count)];

    private byte[] Noise()
    {
        var noise = new byte[random.Next(1, 400)];
        random.NextBytes(noise);
        return noise;
    }

    private byte[] Tokens() => [.. Enumerable.Range(0, random.Next(1, 30)).SelectMany(_ => Pieces[random.Next(Pieces.Length)])];
}
