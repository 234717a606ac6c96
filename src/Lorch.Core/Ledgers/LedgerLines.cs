using System.Buffers;

namespace Lorch.Core.Ledgers;

/// <summary>The lines of a ledger from first to last, each a view of one pooled buffer: memory depends on the longest line alone.</summary>
internal sealed class LedgerLines(LedgerFile file) : IDisposable
{
    /// <summary>The most bytes that a line may have, without its line feed.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>
    /// The most bytes that lists of files may have in one line. What else it holds, a payload for one, has fewer than the rest.
    /// </summary>
    public const int MaxListBytes = MaxBytes - (1024 * 1024);

    private const int FirstBufferSize = 256 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstBufferSize);
    private long _fileOffset;
    private int _next;
    private int _end;

    /// <summary>Gets the number of the line that was read last, from 1.</summary>
    public long LineNumber { get; private set; }

    /// <summary>Moves on to the next line.</summary>
    /// <param name="line">The line without its line feed; valid until the next call.</param>
    /// <returns>How it ended; only one that ended with its line feed is followed by another.</returns>
    public LedgerLineEnd ReadNext(out ReadOnlySpan<byte> line)
    {
        var searched = 0;
        while (true)
        {
            var rest = _buffer.AsSpan(_next, _end - _next);
            var lineFeed = rest[searched..].IndexOf((byte)'\n');
            if (lineFeed >= 0 && searched + lineFeed <= MaxBytes)
            {
                return Take(searched + lineFeed, LedgerLineEnd.LineFeed, out line);
            }

            searched = rest.Length;
            if (searched > MaxBytes)
            {
                return Take(searched, LedgerLineEnd.TooLong, out line);
            }

            if (!Fill())
            {
                return Take(searched, searched == 0 ? LedgerLineEnd.NoLine : LedgerLineEnd.EndOfFile, out line);
            }
        }
    }

    /// <summary>Tells whether nothing follows the line that was read last; that line is no longer valid then.</summary>
    /// <returns>Whether the file ends here.</returns>
    public bool IsAtEnd() => _next == _end && !Fill();

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _next = _end = 0;
    }

    private LedgerLineEnd Take(int length, LedgerLineEnd end, out ReadOnlySpan<byte> line)
    {
        line = _buffer.AsSpan(_next, length);
        _next += end == LedgerLineEnd.LineFeed ? length + 1 : length;
        LineNumber++;
        return end;
    }

    /// <summary>Moves what is left to the front of the buffer and reads behind it.</summary>
    private bool Fill()
    {
        var rest = _end - _next;
        if (rest == _buffer.Length)
        {
            Grow();
        }
        else
        {
            _buffer.AsSpan(_next, rest).CopyTo(_buffer);
        }

        (_next, _end) = (0, rest);
        var read = file.Read(_buffer.AsMemory(rest), _fileOffset);
        _fileOffset += read;
        _end += read;
        return read > 0;
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        _buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}

/// <summary>How a line of a ledger ended.</summary>
internal enum LedgerLineEnd
{
    /// <summary>There was no further line.</summary>
    NoLine,

    /// <summary>With its line feed: the line is whole.</summary>
    LineFeed,

    /// <summary>With the file: its line feed is missing.</summary>
    EndOfFile,

    /// <summary>Not within the allowed length.</summary>
    TooLong,
}
