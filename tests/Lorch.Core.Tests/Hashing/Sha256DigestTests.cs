using Lorch.Core.Hashing;
using Lorch.Testing;

namespace Lorch.Core.Tests.Hashing;

public sealed class Sha256DigestTests
{
    /// <summary>FIPS 180-2, appendix B, and the empty message.</summary>
    [Theory]
    [InlineData("", "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("abc", "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData(
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "sha256:248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")]
    public async Task Agrees_with_the_standard(string text, string digest)
    {
        var bytes = System.Text.Encoding.ASCII.GetBytes(text);
        using var stream = new MemoryStream(bytes);

        Assert.Equal(digest, Sha256Digest.Of(bytes).ToString());
        Assert.Equal(digest, (await Sha256Digest.OfAsync(stream, TestContext.Current.CancellationToken)).ToString());
    }

    [Fact]
    public async Task Hashes_a_stream_from_where_it_stands()
    {
        using var stream = new MemoryStream("...abc"u8.ToArray()) { Position = 3 };

        Assert.Equal(Sha256Digest.Of("abc"u8), await Sha256Digest.OfAsync(stream, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Asks_a_long_stream_for_a_little_at_a_time()
    {
        using var stream = new LongStream(64L << 20);

        await Sha256Digest.OfAsync(stream, TestContext.Current.CancellationToken);

        Assert.InRange(stream.GreatestRequest, 1, 1 << 20);
    }

    [LongSet]
    [Fact]
    public async Task Hashes_a_file_of_more_than_a_gibibyte()
    {
        const long length = (1L << 30) + 1;
        LongTests.SkipUnlessAsked();
        using var workspace = new TemporaryWorkspace();
        await using (var file = File.Create(workspace.At("sparse")))
        {
            file.SetLength(length);
        }

        await using var stream = new FileStream(workspace.At("sparse"), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);

        var digest = await Sha256Digest.OfAsync(stream, TestContext.Current.CancellationToken);

        Assert.Equal(HashZeros(length), digest);
    }

    private static Sha256Digest HashZeros(long length)
    {
        using var hash = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256);
        var zeros = new byte[1 << 16];
        for (var rest = length; rest > 0; rest -= zeros.Length)
        {
            hash.AppendData(zeros.AsSpan(0, (int)Math.Min(rest, zeros.Length)));
        }

        return Sha256Digest.FromHash(hash.GetHashAndReset());
    }

    /// <summary>A stream of zeros that remembers how much was asked of it at once.</summary>
    private sealed class LongStream(long length) : Stream
    {
        public int GreatestRequest { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            GreatestRequest = Math.Max(GreatestRequest, count);
            var given = (int)Math.Min(count, length - Position);
            Array.Clear(buffer, offset, given);
            Position += given;
            return given;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
