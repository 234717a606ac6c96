namespace Lorch.Core.Snapshots.GitIgnore;

/// <summary>The part of a pattern in a .gitignore that is about one name: compiled once, matched on bytes, without an allocation.</summary>
/// <remarks>
/// <c>*</c> takes any bytes, <c>?</c> one byte, <c>[a-z]</c> one of some; a part of nothing but two or more stars takes any number of
/// folders.
/// </remarks>
internal sealed class IgnoreSegment
{
    private const short AnyByte = 256;
    private const short Star = 257;
    private const short FirstSet = 258;

    private readonly Form _form;
    private readonly byte[] _literal;
    private readonly short[] _steps;
    private readonly IgnoreByteSet[] _sets;

    private IgnoreSegment(Form form, byte[] literal, short[] steps, IgnoreByteSet[] sets) =>
        (_form, _literal, _steps, _sets) = (form, literal, steps, sets);

    private enum Form
    {
        /// <summary>Any number of folders, or, at the end, everything.</summary>
        AnyDepth,

        /// <summary>One name.</summary>
        Literal,

        /// <summary>A star and an end: <c>*.o</c>.</summary>
        EndsWith,

        /// <summary>Anything else.</summary>
        Steps,
    }

    public bool IsAnyDepth => _form is Form.AnyDepth;

    /// <summary>Compiles the part of a pattern that begins at an index, up to its end or the next '/'.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="start">Where the part begins; then where the next one does, or behind the pattern's end.</param>
    /// <param name="isPath">Whether the pattern is about a path, in which a part of two stars takes any number of folders.</param>
    /// <returns>The part; <see langword="null"/> if it can match nothing.</returns>
    public static IgnoreSegment? TryParse(ReadOnlySpan<byte> pattern, ref int start, bool isPath)
    {
        var (steps, sets) = (new List<short>(), new List<IgnoreByteSet>());
        var (stars, end, i) = (0, -1, start);
        for (; i < pattern.Length && pattern[i] != (byte)'/'; i++)
        {
            switch (pattern[i])
            {
                case (byte)'*':
                    stars++;
                    if (steps is not [.., Star])
                    {
                        steps.Add(Star);
                    }

                    break;
                case (byte)'?':
                    steps.Add(AnyByte);
                    break;
                case (byte)'[' when IgnoreByteSet.TryParse(pattern, ref i) is { } set:
                    steps.Add((short)(FirstSet + sets.Count));
                    sets.Add(set);
                    break;
                case (byte)'[':
                    start = pattern.Length + 1;
                    return null;
                case (byte)'\\' when i + 1 == pattern.Length:
                    start = pattern.Length + 1;
                    return null;
                case (byte)'\\' when pattern[i + 1] == (byte)'/':
                    // The slash parts names, escaped or not.
                    end = i;
                    break;
                case (byte)'\\':
                    steps.Add(pattern[++i]);
                    break;
                default:
                    steps.Add(pattern[i]);
                    break;
            }
        }

        var isAnyDepth = isPath && stars >= 2 && stars == (end < 0 ? i : end) - start;
        start = i + 1;
        return steps.Count == 0 ? null : Create(isAnyDepth, [.. steps], [.. sets]);
    }

    /// <summary>Whether a name matches as a whole.</summary>
    public bool Matches(ReadOnlySpan<byte> name) => _form switch
    {
        Form.AnyDepth => true,
        Form.Literal => name.SequenceEqual(_literal),
        Form.EndsWith => name.EndsWith(_literal),
        _ => Follow(name),
    };

    private static IgnoreSegment Create(bool isAnyDepth, short[] steps, IgnoreByteSet[] sets)
    {
        static bool AreBytes(ReadOnlySpan<short> steps) => !steps.ContainsAnyExceptInRange((short)0, (short)255);
        static byte[] ToBytes(ReadOnlySpan<short> steps) => Array.ConvertAll(steps.ToArray(), step => (byte)step);

        return isAnyDepth ? new IgnoreSegment(Form.AnyDepth, [], steps, sets)
            : AreBytes(steps) ? new IgnoreSegment(Form.Literal, ToBytes(steps), steps, sets)
            : steps[0] == Star && AreBytes(steps.AsSpan(1)) ? new IgnoreSegment(Form.EndsWith, ToBytes(steps.AsSpan(1)), steps, sets)
            : new IgnoreSegment(Form.Steps, [], steps, sets);
    }

    /// <summary>
    /// Follows the steps. Only the last star that was passed need ever take more, so that the time is at most that of steps times bytes.
    /// </summary>
    private bool Follow(ReadOnlySpan<byte> name)
    {
        var (step, at, star, taken) = (0, 0, -1, 0);
        while (at < name.Length)
        {
            if (step < _steps.Length && _steps[step] == Star)
            {
                (star, taken) = (step++, at);
            }
            else if (step < _steps.Length && Takes(_steps[step], name[at]))
            {
                step++;
                at++;
            }
            else if (star >= 0)
            {
                (step, at) = (star + 1, ++taken);
            }
            else
            {
                return false;
            }
        }

        while (step < _steps.Length && _steps[step] == Star)
        {
            step++;
        }

        return step == _steps.Length;
    }

    private bool Takes(short step, byte value) => step switch
    {
        AnyByte => true,
        >= FirstSet => _sets[step - FirstSet].Contains(value),
        _ => step == value,
    };
}
