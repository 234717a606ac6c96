using System.Text;

namespace Lorch.Core.Globs;

/// <summary>One character out of some: <c>[a-z_]</c>, or none of them: <c>[!a-z]</c>. Never a '/'.</summary>
internal sealed class GlobCharacterSet
{
    private readonly bool _isNegated;
    private readonly List<(int First, int Last)> _ranges;

    private GlobCharacterSet(bool isNegated, List<(int First, int Last)> ranges)
    {
        _isNegated = isNegated;
        _ranges = ranges;
    }

    /// <summary>Finds the <c>]</c> of the bracket that opens at an index, or a negative number.</summary>
    public static int FindEnd(ReadOnlySpan<char> text, int start)
    {
        var length = text[(start + 1)..].IndexOf(']');
        return length < 0 ? -1 : start + 1 + length;
    }

    /// <summary>Tells what is wrong with a bracket, so that it fits behind its quotation.</summary>
    public static string? FindProblem(string bracket)
    {
        var set = Parse(bracket);
        return set switch
        {
            { _ranges.Count: 0 } => "which names no character",
            _ when set._ranges.Any(range => range.First > range.Last) => "whose range runs backwards",
            _ => null,
        };
    }

    /// <summary>Reads a bracket with both its ends.</summary>
    public static GlobCharacterSet Parse(ReadOnlySpan<char> bracket)
    {
        var isNegated = bracket[1] is '!' or '^';
        var characters = new List<int>();
        foreach (var rune in bracket[(isNegated ? 2 : 1)..^1].EnumerateRunes())
        {
            characters.Add(rune.Value);
        }

        var ranges = new List<(int First, int Last)>();
        for (var i = 0; i < characters.Count; i++)
        {
            // A '-' at either end stands for itself.
            var isRange = i + 2 < characters.Count && characters[i + 1] == '-';
            ranges.Add((characters[i], characters[isRange ? i + 2 : i]));
            i += isRange ? 2 : 0;
        }

        return new GlobCharacterSet(isNegated, ranges);
    }

    public bool Contains(Rune rune)
    {
        var isListed = false;
        foreach (var (first, last) in _ranges)
        {
            isListed |= first <= rune.Value && rune.Value <= last;
        }

        return isListed != _isNegated && rune.Value != '/';
    }
}
