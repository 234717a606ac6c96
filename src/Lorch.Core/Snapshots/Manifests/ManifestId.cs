using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using Lorch.Core.Hashing;
using Lorch.Core.Snapshots.Index;

namespace Lorch.Core.Snapshots.Manifests;

/// <summary>The digest of canonical <c>{"files":[{"path":…,"sha256":…,"size":…},…]}</c>, computed file by file.</summary>
internal static class ManifestId
{
    /// <summary>Room for all that is written of a file but its path.</summary>
    private const int LongestRest = 160;

    /// <summary>The bytes that are written for one in a path at most: <c>\u0001</c>.</summary>
    private const int LongestEscape = 6;

    public static SnapshotId Compute(IEnumerable<ManifestFile> sortedFiles) => sortedFiles switch
    {
        FileTable table => table.SnapshotId,
        FileSelection selection when selection.Count == selection.Table.Count => selection.Table.SnapshotId,
        FileSelection selection => ComputeHash(selection.Table, selection.Numbers).ToSnapshotId(),
        _ => ComputeOneByOne(sortedFiles),
    };

    /// <summary>Computes the digest of all files of a table.</summary>
    public static HashBytes ComputeHash(FileTable table) => ComputeHash(table, table.Order);

    private static HashBytes ComputeHash(FileTable table, ReadOnlySpan<int> numbers)
    {
        using var hash = new BlockHash();
        var buffer = hash.Block;
        var files = table.Files;
        var folders = table.Folders;
        var names = table.Names;
        var (folder, start) = (-1, new ArrayBufferWriter<byte>());
        var used = Put("{\"files\":["u8, buffer, 0);
        for (var i = 0; i < numbers.Length; i++)
        {
            ref readonly var file = ref files[numbers[i]];
            if (file.Folder != folder)
            {
                folder = file.Folder;
                StartFilesOf(table.PathOf(folders[folder]), start);
            }

            var name = names.Slice(file.NameOffset, file.NameLength);
            var room = start.WrittenCount + (name.Length * LongestEscape) + LongestRest;
            if (used + room > buffer.Length)
            {
                hash.Next(used, room);
                (buffer, used) = (hash.Block, 0);
            }

            used = Put(start.WrittenSpan[(i == 0 ? 1 : 0)..], buffer, used);
            used = PutEscaped(name, buffer, used);
            used = Put("\",\"sha256\":\"sha256:"u8, buffer, used);
            used += file.Hash.WriteDigits(buffer.AsSpan(used));
            used = Put("\",\"size\":"u8, buffer, used);
            _ = file.Stamp.Size.TryFormat(buffer.AsSpan(used), out var written, default, CultureInfo.InvariantCulture);
            used += written;
            buffer[used++] = (byte)'}';
        }

        used = Put("]}"u8, buffer, used);
        return hash.End(used);
    }

    /// <summary>
    /// Writes what stands before the name of each file of a folder, the comma included that the first file of all goes without.
    /// </summary>
    private static void StartFilesOf(ReadOnlySpan<byte> folder, ArrayBufferWriter<byte> start)
    {
        start.ResetWrittenCount();
        start.Write(",{\"path\":\""u8);
        if (!folder.IsEmpty)
        {
            var escaped = new byte[(folder.Length * LongestEscape) + 1];
            var length = PutEscaped(folder, escaped, 0);
            escaped[length++] = (byte)'/';
            start.Write(escaped.AsSpan(0, length));
        }
    }

    private static int Put(ReadOnlySpan<byte> bytes, byte[] buffer, int used)
    {
        bytes.CopyTo(buffer.AsSpan(used));
        return used + bytes.Length;
    }

    /// <summary>Writes a part of a path as JSON text; hardly any holds what has to be escaped.</summary>
    private static int PutEscaped(ReadOnlySpan<byte> part, byte[] buffer, int used) =>
        ManifestText.HasToBeEscaped(part) ? PutOdd(part, buffer, used) : Put(part, buffer, used);

    private static int PutOdd(ReadOnlySpan<byte> part, byte[] buffer, int used)
    {
        var text = new ArrayBufferWriter<byte>();
        CanonicalJson.WriteString(text, PathBytes.ToText(part));
        return Put(text.WrittenSpan[1..^1], buffer, used);
    }

    private static SnapshotId ComputeOneByOne(IEnumerable<ManifestFile> sortedFiles)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("{\"files\":["u8);
        var buffer = new ArrayBufferWriter<byte>();
        RelativePath? last = null;
        foreach (var file in sortedFiles)
        {
            if (last?.CompareTo(file.Path) >= 0)
            {
                throw new ArgumentException(
                    $"'{file.Path}' comes after '{last}': files must be sorted and each path come once.",
                    nameof(sortedFiles));
            }

            buffer.ResetWrittenCount();
            buffer.Write(last is null ? "{"u8 : ",{"u8);
            ManifestText.WriteContent(buffer, file);
            buffer.Write("}"u8);
            hash.AppendData(buffer.WrittenSpan);
            last = file.Path;
        }

        hash.AppendData("]}"u8);
        return SnapshotId.FromHex(Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
