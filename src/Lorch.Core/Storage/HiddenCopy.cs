using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Lorch.Core.Storage;

/// <summary>A file without a name, gone with its process: it holds copies of what others could change under its name.</summary>
/// <remarks>
/// It isn't synced: after a crash nobody needs it. Where a file can't lose its name while it is open, it keeps one until it is closed.
/// </remarks>
internal sealed class HiddenCopy : IDisposable
{
    private const int BlockSize = 64 * 1024;

    private readonly FileStream _file;

    private HiddenCopy(FileStream file) => _file = file;

    /// <summary>Gets how many bytes it holds.</summary>
    public long Length => _file.Length;

    /// <summary>Makes an empty copy on the disk of a folder, which is made if needed.</summary>
    /// <param name="folder">An absolute path.</param>
    /// <returns>The copy; the caller disposes it.</returns>
    public static HiddenCopy Create(string folder)
    {
        var name = $".copy.tmp.{Environment.ProcessId}.{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        var path = Path.Join(folder, name);
        try
        {
            DurableFolders.Make(folder);
            var copy = new HiddenCopy(OwnerOnlyFile.OpenPassing(path));
            if (!OperatingSystem.IsWindows())
            {
                _ = UnixCalls.Unlink(path);
            }

            return copy;
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            throw StorageFailure.Because(path, "created", exception);
        }
    }

    /// <summary>Adds bytes at the end.</summary>
    /// <param name="bytes">The bytes.</param>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(_file.SafeFileHandle, bytes, _file.Length);
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            throw StorageFailure.Because(_file.Name, "written", exception);
        }
    }

    /// <summary>Adds what a file holds, if it can be read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">The most bytes that are read.</param>
    /// <returns>Where the copy of it lies, or <see langword="null"/> if it can't be read or is longer; nothing is added then.</returns>
    public CopiedPart? Append(string path, long limit)
    {
        using var source = Open(path);
        if (source is null || RandomAccess.GetLength(source) > limit)
        {
            return null;
        }

        var start = Length;
        var block = ArrayPool<byte>.Shared.Rent(BlockSize);
        try
        {
            for (int read; (read = RandomAccess.Read(source, block, Length - start)) > 0;)
            {
                Append(block.AsSpan(0, read));
                if (Length - start > limit)
                {
                    RandomAccess.SetLength(_file.SafeFileHandle, start);
                    return null;
                }
            }
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            RandomAccess.SetLength(_file.SafeFileHandle, start);
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }

        return new CopiedPart(start, Length - start);
    }

    /// <summary>Whether a file holds exactly what a part of the copy does.</summary>
    /// <param name="path">The file.</param>
    /// <param name="part">The part.</param>
    /// <returns><see langword="false"/> also when the file can't be read.</returns>
    public bool IsEqualTo(string path, CopiedPart part)
    {
        using var other = Open(path);
        if (other is null || RandomAccess.GetLength(other) != part.Length)
        {
            return false;
        }

        var (mine, theirs) = (new byte[BlockSize], new byte[BlockSize]);
        for (long at = 0; at < part.Length;)
        {
            var read = Read(mine.AsSpan(0, (int)Math.Min(BlockSize, part.Length - at)), part.Start + at);
            if (!ReadsSame(other, at, mine.AsSpan(0, read), theirs))
            {
                return false;
            }

            at += read;
        }

        return true;
    }

    /// <summary>Gives a part's bytes.</summary>
    /// <param name="part">The part.</param>
    /// <returns>A new array.</returns>
    public byte[] Read(CopiedPart part)
    {
        var bytes = new byte[part.Length];
        for (var at = 0; at < bytes.Length;)
        {
            at += Read(bytes.AsSpan(at), part.Start + at);
        }

        return bytes;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>Opens a regular file over links; a FIFO that took its place isn't waited for.</summary>
    private static SafeFileHandle? Open(string path)
    {
        if (FileStamp.Of(path) is not { IsRegular: true })
        {
            return null;
        }

        try
        {
            var file = OperatingSystem.IsWindows()
                ? File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)
                : UnixCalls.OpenFile(path);
            return file.IsInvalid ? null : file;
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            return null;
        }
    }

    private static bool ReadsSame(SafeFileHandle file, long at, ReadOnlySpan<byte> expected, Span<byte> buffer)
    {
        try
        {
            while (expected.Length > 0)
            {
                var read = RandomAccess.Read(file, buffer[..expected.Length], at);
                if (read == 0 || !buffer[..read].SequenceEqual(expected[..read]))
                {
                    return false;
                }

                expected = expected[read..];
                at += read;
            }

            return true;
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            return false;
        }
    }

    private int Read(Span<byte> bytes, long offset) => RandomAccess.Read(_file.SafeFileHandle, bytes, offset) is var read and > 0
        ? read
        : throw new EndOfStreamException($"A copy ends before {offset + bytes.Length}.");
}

/// <summary>Where something lies in a <see cref="HiddenCopy"/>.</summary>
/// <param name="Start">The offset.</param>
/// <param name="Length">How many bytes.</param>
internal readonly record struct CopiedPart(long Start, long Length);
