using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Lorch.Core.Hashing;

namespace Lorch.Core.Snapshots;

/// <summary>The digest of canonical <c>{"files":[{"path":…,"sha256":…,"size":…},…]}</c>, computed file by file.</summary>
internal static class ManifestId
{
    public static SnapshotId Compute(IEnumerable<ManifestFile> sortedFiles)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("{\"files\":["u8);
        var buffer = new ArrayBufferWriter<byte>();
        RelativePath? last = null;
        foreach (var file in sortedFiles)
        {
            if (last?.CompareTo(file.Path) >= 0)
            {
                throw new ArgumentException($"'{file.Path}' comes after '{last}': files must be sorted and each path come once.", nameof(sortedFiles));
            }

            buffer.ResetWrittenCount();
            Write(buffer, file, isFirst: last is null);
            hash.AppendData(buffer.WrittenSpan);
            last = file.Path;
        }

        hash.AppendData("]}"u8);
        return SnapshotId.FromHex(Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static void Write(ArrayBufferWriter<byte> buffer, ManifestFile file, bool isFirst)
    {
        buffer.Write(isFirst ? "{\"path\":"u8 : ",{\"path\":"u8);
        CanonicalJson.WriteString(buffer, file.Path.ToString());
        buffer.Write(",\"sha256\":"u8);
        CanonicalJson.WriteString(buffer, file.Sha256.ToString());
        buffer.Write(",\"size\":"u8);
        Encoding.ASCII.GetBytes(file.Size.ToString(CultureInfo.InvariantCulture), buffer);
        buffer.Write("}"u8);
    }
}
