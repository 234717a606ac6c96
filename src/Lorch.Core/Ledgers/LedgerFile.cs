using System.Text.Json;
using Lorch.Core.Storage;
using Microsoft.Win32.SafeHandles;

namespace Lorch.Core.Ledgers;

/// <summary>A ledger opened for reading, while its run may be appending to it.</summary>
internal sealed class LedgerFile : IDisposable
{
    private const int BlockSize = 64 * 1024;
    private const string Deletion =
        "or delete it and run the same command again: the run is lost then, but steps that have a receipt don't run again.";

    private readonly SafeFileHandle _handle;

    public LedgerFile(string path)
    {
        Path = path;
        _handle = Try(() =>
        {
            NoFifo.Avoid(path);
            return File.OpenHandle(
                path,
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete,
                FileOptions.SequentialScan);
        });
    }

    public string Path { get; }

    public long Length => RandomAccess.GetLength(_handle);

    /// <summary>Tells whether a line is JSON, whatever it says.</summary>
    public static bool IsJson(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    public void Dispose() => _handle.Dispose();

    /// <summary>Reads what is there at an offset.</summary>
    /// <returns>How many bytes were read; 0 at the end.</returns>
    public int Read(Memory<byte> bytes, long offset) => Try(() => RandomAccess.Read(_handle, bytes.Span, offset));

    /// <summary>Reads bytes that are known to be there.</summary>
    public byte[] ReadBytes(long start, long end)
    {
        var bytes = new byte[end - start];
        ReadExactly(bytes, start);
        return bytes;
    }

    /// <summary>Finds where the line begins that goes on to an offset.</summary>
    /// <param name="end">The offset behind the line, before its line feed if it has one.</param>
    /// <returns>The offset behind the line feed before it; 0 for the first line.</returns>
    public long FindLineStart(long end)
    {
        var block = new byte[(int)Math.Min(BlockSize, end)];
        while (end > 0)
        {
            var start = Math.Max(0, end - block.Length);
            var bytes = block.AsMemory(0, (int)(end - start));
            ReadExactly(bytes, start);
            var lineFeed = bytes.Span.LastIndexOf((byte)'\n');
            if (lineFeed >= 0)
            {
                return start + lineFeed + 1;
            }

            end = start;
        }

        return 0;
    }

    /// <summary>Makes the error that says this ledger can't be believed.</summary>
    public LorchException Damaged(long lineNumber, string reason) => Refuse(
        lineNumber,
        $"The ledger is damaged in line {lineNumber}: {reason}. Each line must be one message, as Lorch wrote it; nothing was changed. "
            + $"Restore the file from a copy, {Deletion}");

    /// <summary>Makes the error that says that a merge left its marks.</summary>
    public LorchException Merged(long lineNumber) => Refuse(
        lineNumber,
        $"The ledger holds the marks of a merge, from line {lineNumber} on; nothing was changed. {MergeMarks.Remedy}, {Deletion}");

    private LorchException Refuse(long lineNumber, string message) => new(new Diagnostic
    {
        Code = DiagnosticCode.LedgerDamaged,
        Message = message,
        File = Path,
        Line = (int)Math.Min(lineNumber, int.MaxValue),
        Column = 1,
    });

    private void ReadExactly(Memory<byte> bytes, long offset)
    {
        while (bytes.Length > 0)
        {
            var read = Read(bytes, offset);
            if (read == 0)
            {
                throw Unreadable("it became shorter while it was read", null);
            }

            bytes = bytes[read..];
            offset += read;
        }
    }

    private T Try<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new LorchException(
                new Diagnostic
                {
                    Code = DiagnosticCode.RunNotFound,
                    Message = "The ledger is missing. Restore it, or name another run.",
                    File = Path,
                },
                exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(exception.Message, exception);
        }
    }

    private LorchException Unreadable(string reason, Exception? cause) => new(
        new Diagnostic
        {
            Code = DiagnosticCode.FileUnreadable,
            Message = $"The ledger can't be read: {reason}. Make it readable for the user who runs the build.",
            File = Path,
        },
        cause);
}
