using System.Text;
using CsCheck;
using Lorch.Core.Protocol;

namespace Lorch.Core.Tests.Protocol;

public sealed class NdjsonReaderTests
{
    private const int MaxBytes = 8;

    [Theory]
    [InlineData("", "")]
    [InlineData("\n\r\n \t\n\n", "")]
    [InlineData("a\nb\n", "a|0|1|LF b|2|1|LF")]
    [InlineData("a\r\nb", "a|0|1|LF b|3|1|")]
    [InlineData("a\r\rb\r\r\n", "a\r\rb\r|0|5|LF")]
    [InlineData("12345678\n1\n", "12345678|0|8|LF 1|9|1|LF")]
    [InlineData("12345678\r\n1\n", "12345678|0|8|LF 1|10|1|LF")]
    [InlineData("12345678", "12345678|0|8|")]
    [InlineData("123456789\n1\n", "12345678…|0|9|LF 1|10|1|LF")]
    [InlineData("123456789\r\n1\n", "12345678…|0|9|LF 1|11|1|LF")]
    [InlineData("12345678\r9\r\n1\n", "12345678…|0|10|LF 1|12|1|LF")]
    [InlineData("12345678\r", "12345678…|0|9|")]
    [InlineData("\n1234567890123", "12345678…|1|13|")]
    [InlineData("          \n1", "        …|0|10|LF 1|11|1|")]
    [InlineData("a\n  ", "a|0|1|LF")]
    public async Task Cuts(string text, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(text);

        Assert.Equal(expected, await ReadAllAsync(new ChunkedStream(bytes, [1]), MaxBytes));
        Assert.Equal(expected, await ReadAllAsync(new ChunkedStream(bytes, [1000]), MaxBytes));
    }

    [Fact]
    public async Task Cuts_the_same_lines_however_the_stream_delivers_them()
    {
        string[] pieces = ["a", "bc", "\n", "\r\n", "\r", " ", "é", "123456789"];
        var text = Gen.Int[0, pieces.Length - 1].List[0, 30].Select(
            chosen => Encoding.UTF8.GetBytes(string.Concat(chosen.Select(index => pieces[index]))));

        await Gen.Select(text, Gen.Int[1, 7].List[1, 5], Gen.Int[1, 12]).SampleAsync(async (bytes, chunks, maxBytes) =>
        {
            var whole = await ReadAllAsync(new ChunkedStream(bytes, [int.MaxValue]), maxBytes);
            var cut = await ReadAllAsync(new ChunkedStream(bytes, chunks), maxBytes);
            return whole == cut;
        });
    }

    [Fact]
    public async Task Cuts_what_splitting_the_whole_text_gives()
    {
        var lines = Enumerable.Range(0, 3000).Select(i => new string((char)('a' + (i % 26)), 1 + (i * 7919 % 40_000))).ToList();
        var reader = new NdjsonReader(new ChunkedStream(Encoding.UTF8.GetBytes(string.Join('\n', lines)), [1, 100_000, 17, 4096]), 40_000);

        foreach (var line in lines)
        {
            Assert.Equal(line, Encoding.UTF8.GetString((await reader.ReadAsync(TestContext.Current.CancellationToken))!.Bytes.Span));
        }

        Assert.Null(await reader.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Null(await reader.ReadAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Skips_a_line_of_1_GiB_without_holding_it()
    {
        const long size = 1L << 30;
        var reader = new NdjsonReader(new EndlessLine(size), Message.MaxBytes);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var line = await reader.ReadAsync(TestContext.Current.CancellationToken);

        Assert.True(line is { IsTooLong: true, Size: size, EndsWithLineFeed: false });
        Assert.Equal(RejectedLine.MaxShownBytes, line.Bytes.Length);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 4 * Message.MaxBytes);
        Assert.Equal(
            "the line is too long: it has 1073741824 bytes, at most 262144 are allowed",
            RejectedLine.TooLong(line, Message.MaxBytes).Reason);
    }

    [Fact]
    public async Task Loses_nothing_when_a_read_is_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        var stream = new ChunkedStream("abc\n"u8.ToArray(), [2]);
        var reader = new NdjsonReader(stream, MaxBytes);
        stream.BeforeRead = count =>
        {
            if (count == 1)
            {
                cancelled.Cancel();
            }
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reader.ReadAsync(cancelled.Token));

        Assert.Equal("abc"u8.ToArray(), (await reader.ReadAsync(TestContext.Current.CancellationToken))!.Bytes.ToArray());
    }

    private static async Task<string> ReadAllAsync(Stream stream, int maxBytes)
    {
        var reader = new NdjsonReader(stream, maxBytes);
        var lines = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken) is { } line)
        {
            lines.Add(
                $"{Encoding.UTF8.GetString(line.Bytes.Span)}{(line.IsTooLong ? "…" : "")}|{line.Offset}|{line.Size}|"
                    + $"{(line.EndsWithLineFeed ? "LF" : "")}");
        }

        return string.Join(' ', lines);
    }

    /// <summary>Delivers bytes in chunks of the given sizes, over and over.</summary>
    private sealed class ChunkedStream(byte[] bytes, IReadOnlyList<int> chunks) : ReadOnlyStream
    {
        private int _position;
        private int _reads;

        public Action<int>? BeforeRead { get; set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            BeforeRead?.Invoke(_reads);
            cancellationToken.ThrowIfCancellationRequested();
            Assert.False(buffer.IsEmpty);
            var count = Math.Min(Math.Min(buffer.Length, chunks[_reads++ % chunks.Count]), bytes.Length - _position);
            bytes.AsMemory(_position, count).CopyTo(buffer);
            _position += count;
            return ValueTask.FromResult(count);
        }
    }

    private sealed class EndlessLine(long size) : ReadOnlyStream
    {
        private long _left = size;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = (int)Math.Min(buffer.Length, _left);
            buffer.Span[..count].Fill((byte)'x');
            _left -= count;
            return ValueTask.FromResult(count);
        }
    }

    private abstract class ReadOnlyStream : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public abstract override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
