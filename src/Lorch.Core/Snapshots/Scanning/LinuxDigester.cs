using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Lorch.Core.Snapshots.Index;
using Lorch.Core.Storage;

namespace Lorch.Core.Snapshots.Scanning;

/// <summary>Takes the digests of files on Linux: a small one with one opening, one reading and one closing.</summary>
internal sealed unsafe class LinuxDigester : IDisposable
{
    private const int BufferSize = 256 * 1024;

    private readonly byte* _status = (byte*)NativeMemory.Alloc(LinuxCalls.StatusSize);
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte* _buffer;

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_status);
        NativeMemory.Free(_buffer);
        _hash.Dispose();
    }

    /// <summary>Reads a file once; whether what stands there is what was read.</summary>
    public bool TryDigest(
        int parent,
        FolderContent folder,
        ref FoundFile file,
        long largest,
        Action? betweenLooks,
        CancellationToken cancellationToken)
    {
        if (parent < 0)
        {
            return Lose(folder, ref file, parent);
        }

        fixed (byte* name = folder.TerminatedNameOf(file))
        {
            var descriptor = LinuxCalls.OpenFileAt(parent, name);
            if (descriptor < 0)
            {
                return Lose(folder, ref file, descriptor);
            }

            try
            {
                if (LinuxCalls.GetStatus(descriptor, _status) is var failed and < 0)
                {
                    return Lose(folder, ref file, failed);
                }

                var (stamp, links) = (RawStamp.FromStatx(_status), LinuxCalls.LinksOf(_status));
                if (!stamp.IsRegular)
                {
                    throw Unreadable(folder, file, "is no regular file any more");
                }

                file.Stamp = stamp;
                if (stamp.Size > largest)
                {
                    file.Digesting = Digesting.Postponed;
                    return true;
                }

                ReadAll(descriptor, folder, ref file, stamp.Size, cancellationToken);
                betweenLooks?.Invoke();

                // A file that lost its name to another one has a link less.
                return LinuxCalls.GetStatus(descriptor, _status) == 0
                    && RawStamp.FromStatx(_status).Equals(stamp)
                    && LinuxCalls.LinksOf(_status) == links;
            }
            finally
            {
                _ = LinuxCalls.Close(descriptor);
            }
        }
    }

    private static bool Lose(FolderContent folder, ref FoundFile file, int error)
    {
        if (-error == SystemError.NoEntry || -error == SystemError.NotADirectory)
        {
            file.Digesting = Digesting.Gone;
            return true;
        }

        throw Unreadable(
            folder,
            file,
            -error == SystemError.Loop ? "has become a symbolic link"
            : -error == SystemError.NoDevice ? "is a socket or a device, not a regular file"
            : $"can't be read: {Marshal.GetPInvokeErrorMessage(-error)}");
    }

    private static LorchException Unreadable(FolderContent folder, in FoundFile file, string reason) =>
        SnapshotProblem.Unreadable(PathBytes.ToText(folder.PathOf(folder.NameOf(file))), "file", reason, null);

    private void ReadAll(int descriptor, FolderContent folder, ref FoundFile file, long size, CancellationToken cancellationToken)
    {
        if (_buffer is null)
        {
            _buffer = (byte*)NativeMemory.Alloc(BufferSize);
        }

        if (size < BufferSize)
        {
            // What grows behind the size is seen by the second look.
            var length = 0;
            while (length < size && Fill(descriptor, folder, file, _buffer + length, (int)size - length) is var read and > 0)
            {
                length += read;
            }

            _hash.AppendData(new ReadOnlySpan<byte>(_buffer, length));
            _ = _hash.GetHashAndReset(file.Hash);
            return;
        }

        LinuxCalls.AdviseSequential(descriptor);
        try
        {
            while (Fill(descriptor, folder, file, _buffer, BufferSize) is var read and > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                _hash.AppendData(new ReadOnlySpan<byte>(_buffer, read));
            }
        }
        finally
        {
            _ = _hash.GetHashAndReset(file.Hash);
        }
    }

    private static int Fill(int descriptor, FolderContent folder, in FoundFile file, byte* buffer, int size)
    {
        var read = LinuxCalls.Read(descriptor, buffer, size);
        return read >= 0 ? read : throw Unreadable(folder, file, $"can't be read: {Marshal.GetPInvokeErrorMessage(-read)}");
    }
}
