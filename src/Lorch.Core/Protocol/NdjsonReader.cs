namespace Lorch.Core.Protocol;

/// <summary>Cuts a stream into lines, with memory bounded by the longest line allowed, however the stream delivers its bytes.</summary>
/// <remarks>
/// <c>\r\n</c> counts as a line break, blank lines are left out. The stream stays the caller's, who disposes it.
/// One read at a time; a cancelled one loses nothing.
/// </remarks>
internal sealed class NdjsonReader
{
    private const int FirstBufferSize = 16 * 1024;

    private readonly Stream _stream;
    private readonly int _maxBytes;

    private byte[] _buffer;
    private int _start;
    private int _searched;
    private int _end;
    private long _offset;
    private SkippedLine? _skipped;

    /// <summary>Initializes a new instance of the <see cref="NdjsonReader"/> class.</summary>
    /// <param name="stream">Where the lines come from.</param>
    /// <param name="maxBytes">The most bytes that a line may have without its line break, 1 or more.</param>
    public NdjsonReader(Stream stream, int maxBytes)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxBytes, Array.MaxLength - 2);
        _stream = stream;
        _maxBytes = maxBytes;
        _buffer = new byte[Math.Min(FirstBufferSize, Capacity)];
    }

    /// <summary>Gets the most that the buffer must hold to tell whether a line is too long: the line and <c>\r\n</c>.</summary>
    private int Capacity => _maxBytes + 2;

    private int ShownBytes => Math.Min(_maxBytes, RejectedLine.MaxShownBytes);

    /// <summary>Reads the next line that isn't blank.</summary>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The line, or <see langword="null"/> at the stream's end.</returns>
    public async ValueTask<NdjsonLine?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var length = _buffer.AsSpan(_searched, _end - _searched).IndexOf((byte)'\n');
            if (length >= 0)
            {
                if (TakeLine(_searched + length - _start, endsWithLineFeed: true) is { } line)
                {
                    return line;
                }

                continue;
            }

            _searched = _end;
            SkipIfTooLong();
            MakeRoom();
            var count = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            if (count == 0)
            {
                return TakeLine(_end - _start, endsWithLineFeed: false);
            }

            _end += count;
        }
    }

    /// <summary>Takes what is buffered up to a line's end.</summary>
    /// <returns>The line, or null if it is blank.</returns>
    private NdjsonLine? TakeLine(int length, bool endsWithLineFeed)
    {
        var bytes = _buffer.AsMemory(_start, length);
        var offset = _offset;
        var taken = length + (endsWithLineFeed ? 1 : 0);
        _start += taken;
        _searched = _start;
        _offset += taken;

        if (endsWithLineFeed && (length == 0 ? _skipped is { EndsWithCarriageReturn: true } : bytes.Span[^1] == '\r'))
        {
            length--;
        }

        if (_skipped is { } skipped)
        {
            _skipped = null;
            return new NdjsonLine
            {
                Bytes = skipped.Beginning,
                Size = skipped.Size + length,
                Offset = skipped.Offset,
                IsTooLong = true,
                EndsWithLineFeed = endsWithLineFeed,
            };
        }

        bytes = bytes[..length];
        var isTooLong = length > _maxBytes;
        return bytes.Span.IndexOfAnyExcept(" \t\r"u8) < 0 && !isTooLong ? null : new NdjsonLine
        {
            Bytes = isTooLong ? bytes[..ShownBytes] : bytes,
            Size = length,
            Offset = offset,
            IsTooLong = isTooLong,
            EndsWithLineFeed = endsWithLineFeed,
        };
    }

    /// <summary>Drops what is buffered of a line that is already too long; its size goes on being counted.</summary>
    private void SkipIfTooLong()
    {
        var length = _end - _start;

        // One byte more than allowed may still be the \r of a line break.
        var isTooLong = length > _maxBytes + 1 || (length == _maxBytes + 1 && _buffer[_end - 1] != '\r');
        if (length == 0 || (_skipped is null && !isTooLong))
        {
            return;
        }

        _skipped ??= new SkippedLine(_offset, _buffer.AsSpan(_start, Math.Min(length, ShownBytes)).ToArray());
        _skipped.Size += length;
        _skipped.EndsWithCarriageReturn = _buffer[_end - 1] == '\r';
        _offset += length;
        (_start, _searched, _end) = (0, 0, 0);
    }

    private void MakeRoom()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            (_start, _searched, _end) = (0, _searched - _start, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, (int)Math.Min(Capacity, 2L * _buffer.Length));
        }
    }

    /// <summary>What is remembered of a line while its rest is skipped.</summary>
    private sealed class SkippedLine(long offset, ReadOnlyMemory<byte> beginning)
    {
        public long Offset { get; } = offset;

        public ReadOnlyMemory<byte> Beginning { get; } = beginning;

        public long Size { get; set; }

        public bool EndsWithCarriageReturn { get; set; }
    }
}
