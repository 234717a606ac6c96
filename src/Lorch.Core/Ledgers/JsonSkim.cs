using System.Runtime.CompilerServices;

namespace Lorch.Core.Ledgers;

/// <summary>Goes over one JSON object as Lorch writes it, without blanks, and shows its members while it checks the grammar (RFC 8259).</summary>
/// <remarks>
/// Whatever it doesn't know at a glance it gives up on; the caller then reads the text in full.
/// It is compiled for speed at once: a long ledger is read to its end before the runtime would have found that this pays.
/// </remarks>
internal ref struct JsonSkim(ReadOnlySpan<byte> text)
{
    private const int MaxDepth = 60;

    // Neither in a text nor between two values may a control character stand.
    private readonly ReadOnlySpan<byte> _text = text.ContainsAnyInRange((byte)0, (byte)0x1F) ? default : text;
    private int _position;

    /// <summary>Gets a value indicating whether the text was gone over to its end and is one sound object.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Moves on to the next member of the object.</summary>
    /// <param name="name">Its name, as it is written.</param>
    /// <param name="value">Its value, as it is written; sound JSON.</param>
    /// <returns>Whether there was one; if not, <see cref="IsWhole"/> says why.</returns>
    public bool TryRead(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = value = default;
        var isFirst = _position == 0;
        if (!Take(isFirst ? (byte)'{' : (byte)','))
        {
            IsWhole = !isFirst && Take((byte)'}') && _position == _text.Length;
            return false;
        }

        var start = _position + 1;
        if (!SkipName())
        {
            return false;
        }

        name = _text[start..(_position - 2)];
        start = _position;
        if (!SkipValue())
        {
            return false;
        }

        value = _text[start.._position];
        return true;
    }

    private static bool IsHex(byte character) => char.IsAsciiHexDigit((char)character);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool IsAt(byte expected) => (uint)_position < (uint)_text.Length && _text[_position] == expected;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Take(byte expected)
    {
        var isThere = IsAt(expected);
        _position += isThere ? 1 : 0;
        return isThere;
    }

    /// <summary>Skips a value and all that it holds. The kinds of what is open are the bits of <c>objects</c>, innermost last.</summary>
    private bool SkipValue()
    {
        var (objects, depth) = (0UL, 0);
        while (true)
        {
            if (IsAt((byte)'{') || IsAt((byte)'['))
            {
                var isObject = _text[_position++] == (byte)'{';
                if (!Take(isObject ? (byte)'}' : (byte)']'))
                {
                    objects = (objects << 1) | (isObject ? 1UL : 0);
                    if (++depth > MaxDepth || (isObject && !SkipName()))
                    {
                        return false;
                    }

                    continue;
                }
            }
            else if (!(IsAt((byte)'"') ? SkipText() : SkipNumberOrWord()))
            {
                return false;
            }

            while (depth > 0 && Take((objects & 1) == 1 ? (byte)'}' : (byte)']'))
            {
                objects >>= 1;
                depth--;
            }

            if (depth == 0)
            {
                return true;
            }

            if (!Take((byte)',') || ((objects & 1) == 1 && !SkipName()))
            {
                return false;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool SkipName() => SkipText() && Take((byte)':');

    private bool SkipText()
    {
        if (!Take((byte)'"'))
        {
            return false;
        }

        while (true)
        {
            var rest = _text[_position..];
            var length = rest.IndexOfAny((byte)'"', (byte)'\\');
            if (length < 0)
            {
                return false;
            }

            _position += length + 1;
            if (rest[length] == (byte)'"')
            {
                return true;
            }

            if (!SkipEscaped())
            {
                return false;
            }
        }
    }

    private bool SkipEscaped()
    {
        var rest = _text[_position..];
        if (rest.Length > 0 && "\"\\/bfnrt"u8.Contains(rest[0]))
        {
            _position++;
            return true;
        }

        _position += 5;
        return rest.Length >= 5 && rest[0] == (byte)'u' && IsHex(rest[1]) && IsHex(rest[2]) && IsHex(rest[3]) && IsHex(rest[4]);
    }

    private bool SkipNumberOrWord() => TakeWord("true"u8) || TakeWord("false"u8) || TakeWord("null"u8) || SkipNumber();

    private bool TakeWord(ReadOnlySpan<byte> word)
    {
        var isThere = _text[_position..].StartsWith(word);
        _position += isThere ? word.Length : 0;
        return isThere;
    }

    private bool SkipNumber()
    {
        Take((byte)'-');
        if (!Take((byte)'0') && !SkipDigits())
        {
            return false;
        }

        if (Take((byte)'.') && !SkipDigits())
        {
            return false;
        }

        return (!Take((byte)'e') && !Take((byte)'E')) || SkipExponent();
    }

    private bool SkipExponent()
    {
        _ = Take((byte)'+') || Take((byte)'-');
        return SkipDigits();
    }

    private bool SkipDigits()
    {
        var start = _position;
        while ((uint)_position < (uint)_text.Length && char.IsAsciiDigit((char)_text[_position]))
        {
            _position++;
        }

        return _position > start;
    }
}
