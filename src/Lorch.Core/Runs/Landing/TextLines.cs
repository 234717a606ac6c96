namespace Lorch.Core.Runs.Landing;

/// <summary>The line ends of texts.</summary>
internal static class TextLines
{
    private const byte LineFeed = (byte)'\n';
    private const byte CarriageReturn = (byte)'\r';

    /// <summary>Says how the lines of a text end.</summary>
    /// <returns>How; <see langword="null"/> if none ends.</returns>
    public static LineEnd? EndsOf(ReadOnlySpan<byte> text)
    {
        var (plain, pairs) = (0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == LineFeed)
            {
                _ = i > 0 && text[i - 1] == CarriageReturn ? pairs++ : plain++;
            }
        }

        return (plain, pairs) switch
        {
            (0, 0) => null,
            (_, 0) => LineEnd.LineFeed,
            (0, _) => LineEnd.CarriageReturn,
            _ => LineEnd.Mixed,
        };
    }
}

/// <summary>How lines end.</summary>
internal enum LineEnd
{
    /// <summary>With a line feed.</summary>
    LineFeed,

    /// <summary>With a carriage return and a line feed.</summary>
    CarriageReturn,

    /// <summary>Some so and some so: nothing is converted.</summary>
    Mixed,
}
