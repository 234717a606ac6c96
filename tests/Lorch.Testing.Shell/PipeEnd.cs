using System.IO.Pipelines;

namespace Lorch.Testing.Shell;

/// <summary>The end of a pipe that is written to: it refuses more once nobody reads it, as the system's pipes do.</summary>
internal sealed class PipeEnd(PipeWriter writer) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        buffer.CopyTo(writer.GetSpan(buffer.Length));
        writer.Advance(buffer.Length);
        if (writer.FlushAsync().AsTask().GetAwaiter().GetResult().IsCompleted)
        {
            throw new IOException("Nobody reads the pipe.");
        }
    }

    public override void Flush()
    {
        // What is written is sent.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        writer.Complete();
        base.Dispose(disposing);
    }
}
