namespace Lorch.Core.Snapshots.GitIgnore;

/// <summary>One line of a .gitignore.</summary>
internal sealed class IgnorePattern
{
    private readonly IgnoreSegment[] _segments;
    private readonly bool _isForFoldersOnly;

    private IgnorePattern(IgnoreSegment[] segments, bool isNegated, bool isForFoldersOnly, bool isPath) =>
        (_segments, IsNegated, _isForFoldersOnly, IsPath) = (segments, isNegated, isForFoldersOnly, isPath);

    /// <summary>Whether what matches isn't ignored.</summary>
    public bool IsNegated { get; }

    /// <summary>Whether it is about a path below the folder of its file; otherwise about a name in any folder there.</summary>
    public bool IsPath { get; }

    /// <summary>Reads a file's lines, as git does.</summary>
    /// <param name="text">The file's bytes.</param>
    /// <returns>The patterns, in their order; lines that can match nothing are left out.</returns>
    public static IReadOnlyList<IgnorePattern> ParseFile(ReadOnlySpan<byte> text)
    {
        var patterns = new List<IgnorePattern>();
        text = text.StartsWith("\uFEFF"u8) ? text[3..] : text;
        foreach (var line in text.Split((byte)'\n'))
        {
            if (TryParse(text[line]) is { } pattern)
            {
                patterns.Add(pattern);
            }
        }

        return patterns;
    }

    /// <summary>Whether a name in a folder is what the pattern is about.</summary>
    /// <param name="name">The name.</param>
    /// <param name="isFolder">Whether it is a folder's; a link is none.</param>
    /// <param name="position">Which part of the pattern is about names in this folder.</param>
    public bool Matches(ReadOnlySpan<byte> name, bool isFolder, int position) =>
        position == _segments.Length - 1 && (isFolder || !_isForFoldersOnly) && _segments[position].Matches(name);

    /// <summary>Adds the parts of the pattern that are about names in a folder, once a part is.</summary>
    public void AddPositions(int position, List<int> positions)
    {
        if (!positions.Contains(position))
        {
            positions.Add(position);
            if (_segments[position].IsAnyDepth && position + 1 < _segments.Length)
            {
                AddPositions(position + 1, positions);
            }
        }
    }

    /// <summary>
    /// Adds the parts of the pattern that are about names in the folder with a name, if a part is about names in the one above.
    /// </summary>
    public void AddPositionsIn(ReadOnlySpan<byte> folder, int position, List<int> positions)
    {
        if (_segments[position].IsAnyDepth)
        {
            AddPositions(position, positions);
        }
        else if (position + 1 < _segments.Length && _segments[position].Matches(folder))
        {
            AddPositions(position + 1, positions);
        }
    }

    private static IgnorePattern? TryParse(ReadOnlySpan<byte> line)
    {
        line = line.EndsWith((byte)'\r') ? line[..^1] : line;
        line = line.StartsWith((byte)'#') ? [] : WithoutTrailingBlanks(line);
        var isNegated = line.StartsWith((byte)'!');
        line = isNegated ? line[1..] : line;
        var isForFoldersOnly = line.EndsWith((byte)'/');
        line = isForFoldersOnly ? line[..^1] : line;
        var isPath = line.Contains((byte)'/');
        line = line.StartsWith((byte)'/') ? line[1..] : line;
        var segments = new List<IgnoreSegment>();
        for (var start = 0; start <= line.Length;)
        {
            if (IgnoreSegment.TryParse(line, ref start, isPath) is not { } segment)
            {
                return null;
            }

            segments.Add(segment);
        }

        return new IgnorePattern([.. segments], isNegated, isForFoldersOnly, isPath);
    }

    /// <summary>A blank at the end counts only behind a backslash.</summary>
    private static ReadOnlySpan<byte> WithoutTrailingBlanks(ReadOnlySpan<byte> line)
    {
        var end = -1;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] != (byte)' ')
            {
                end = -1;
                i += line[i] == (byte)'\\' ? 1 : 0;
            }
            else if (end < 0)
            {
                end = i;
            }
        }

        return end < 0 ? line : line[..end];
    }
}
