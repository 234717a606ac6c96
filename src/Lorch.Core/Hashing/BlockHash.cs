using System.Buffers;
using System.Security.Cryptography;

namespace Lorch.Core.Hashing;

/// <summary>A SHA-256 of bytes that are written block by block: while one block is hashed by another thread, the next is filled.</summary>
internal sealed class BlockHash : IDisposable
{
    private const int BlockSize = 256 * 1024;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] _filling = ArrayPool<byte>.Shared.Rent(BlockSize);
    private byte[] _hashing = ArrayPool<byte>.Shared.Rent(BlockSize);
    private Task _pending = Task.CompletedTask;

    /// <summary>Gets the block to fill.</summary>
    public byte[] Block => _filling;

    /// <summary>Gives the first bytes of the block away to be hashed, and makes room in a block for some more.</summary>
    public void Next(int used, int room)
    {
        _pending.GetAwaiter().GetResult();
        (_filling, _hashing) = (_hashing, _filling);
        var full = _hashing;
        _pending = Task.Run(() => _hash.AppendData(full, 0, used));
        if (_filling.Length < room)
        {
            ArrayPool<byte>.Shared.Return(_filling);
            _filling = ArrayPool<byte>.Shared.Rent(room);
        }
    }

    /// <summary>Ends with the first bytes of the block.</summary>
    public HashBytes End(int used)
    {
        _pending.GetAwaiter().GetResult();
        _hash.AppendData(_filling, 0, used);
        var result = default(HashBytes);
        _ = _hash.GetHashAndReset(result);
        return result;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_filling);
        ArrayPool<byte>.Shared.Return(_hashing);
        _hash.Dispose();
    }
}
