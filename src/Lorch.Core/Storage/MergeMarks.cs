namespace Lorch.Core.Storage;

/// <summary>The lines that git and other tools put into a file that they couldn't merge.</summary>
internal static class MergeMarks
{
    private const int Length = 7;

    /// <summary>What to do about a file that holds them.</summary>
    public const string Remedy =
        "Take one side: 'git checkout --ours' or 'git checkout --theirs' with the file's path while the merge is open, 'git restore "
            + "--source=<commit>' with it afterwards";

    private static ReadOnlySpan<byte> Kinds => "<|=>"u8;

    /// <summary>Finds the first mark in a text that is none of its own format.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Its line, from 1; <see langword="null"/> if there is none.</returns>
    public static int? FindLine(ReadOnlySpan<byte> text)
    {
        var number = 1;
        foreach (var range in text.Split((byte)'\n'))
        {
            if (IsMark(text[range]))
            {
                return number;
            }

            number++;
        }

        return null;
    }

    /// <summary>Whether a line is a mark: seven times the same sign, and a blank before whatever follows.</summary>
    /// <param name="line">The line without its line feed.</param>
    /// <returns><see langword="true"/> if it is.</returns>
    public static bool IsMark(ReadOnlySpan<byte> line) =>
        line.Length >= Length
        && Kinds.Contains(line[0])
        && line[..Length].IndexOfAnyExcept(line[0]) < 0
        && (line.Length == Length || line[Length] is (byte)' ' or (byte)'\r');
}
