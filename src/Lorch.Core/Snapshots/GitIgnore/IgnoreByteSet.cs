namespace Lorch.Core.Snapshots.GitIgnore;

/// <summary>One byte out of some, as a .gitignore names them: <c>[a-z_]</c>, <c>[!a-z]</c>, <c>[^a-z]</c>, <c>[[:digit:]]</c>.</summary>
internal sealed class IgnoreByteSet
{
    private readonly bool[] _bytes = new bool[256];

    private IgnoreByteSet()
    {
    }

    /// <summary>Compiles the set that opens at an index, as wildmatch of git reads it.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="at">Where its <c>[</c> stands; then where its <c>]</c> does.</param>
    /// <returns>The set; <see langword="null"/> if it isn't closed or names a class that doesn't exist: such a pattern matches
    /// nothing.</returns>
    public static IgnoreByteSet? TryParse(ReadOnlySpan<byte> pattern, ref int at)
    {
        var set = new IgnoreByteSet();
        var i = at + 1;
        var isNegated = i < pattern.Length && pattern[i] is (byte)'!' or (byte)'^';
        i += isNegated ? 1 : 0;
        var before = -1;
        for (var isFirst = true; isFirst || i >= pattern.Length || pattern[i] != (byte)']'; isFirst = false)
        {
            if (i >= pattern.Length || !set.TryAdd(pattern, ref i, ref before))
            {
                return null;
            }
        }

        if (isNegated)
        {
            for (var value = 0; value < set._bytes.Length; value++)
            {
                set._bytes[value] = !set._bytes[value];
            }
        }

        at = i;
        return set;
    }

    public bool Contains(byte value) => _bytes[value];

    /// <summary>Adds what stands at an index, and goes behind it.</summary>
    private bool TryAdd(ReadOnlySpan<byte> pattern, ref int i, ref int before)
    {
        if (pattern[i] == (byte)'-' && before >= 0 && i + 1 < pattern.Length && pattern[i + 1] != (byte)']')
        {
            i++;
            return TryReadByte(pattern, ref i, out var last) && Add(before, last, ref before);
        }

        if (pattern[i..].StartsWith("[:"u8))
        {
            var end = pattern[(i + 2)..].IndexOf((byte)']');
            if (end < 0)
            {
                return false;
            }

            if (end > 0 && pattern[i + 1 + end] == (byte)':')
            {
                var name = pattern.Slice(i + 2, end - 1);
                i += end + 3;
                before = -1;
                return TryAddClass(name);
            }
        }

        if (!TryReadByte(pattern, ref i, out var value))
        {
            return false;
        }

        before = value;
        _bytes[value] = true;
        return true;
    }

    private static bool TryReadByte(ReadOnlySpan<byte> pattern, ref int i, out byte value)
    {
        i += pattern[i] == (byte)'\\' ? 1 : 0;
        value = i < pattern.Length ? pattern[i] : (byte)0;
        return i++ < pattern.Length;
    }

    private bool Add(int first, int last, ref int before)
    {
        for (var value = first; value <= last; value++)
        {
            _bytes[value] = true;
        }

        before = -1;
        return true;
    }

    private bool TryAddClass(ReadOnlySpan<byte> name)
    {
        Func<char, bool>? holds = name switch
        {
            _ when name.SequenceEqual("alnum"u8) => char.IsAsciiLetterOrDigit,
            _ when name.SequenceEqual("alpha"u8) => char.IsAsciiLetter,
            _ when name.SequenceEqual("blank"u8) => letter => letter is ' ' or '\t',
            _ when name.SequenceEqual("cntrl"u8) => letter => letter is < ' ' or '\u007f',
            _ when name.SequenceEqual("digit"u8) => char.IsAsciiDigit,
            _ when name.SequenceEqual("graph"u8) => letter => letter is > ' ' and < '\u007f',
            _ when name.SequenceEqual("lower"u8) => char.IsAsciiLetterLower,
            _ when name.SequenceEqual("print"u8) => letter => letter is >= ' ' and < '\u007f',
            _ when name.SequenceEqual("punct"u8) => letter => letter is > ' ' and < '\u007f' && !char.IsAsciiLetterOrDigit(letter),
            _ when name.SequenceEqual("space"u8) => letter => letter is ' ' or (>= '\t' and <= '\r'),
            _ when name.SequenceEqual("upper"u8) => char.IsAsciiLetterUpper,
            _ when name.SequenceEqual("xdigit"u8) => char.IsAsciiHexDigit,
            _ => null,
        };
        for (var value = 0; holds is not null && value < 128; value++)
        {
            _bytes[value] |= holds((char)value);
        }

        return holds is not null;
    }
}
