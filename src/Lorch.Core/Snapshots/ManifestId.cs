using System.Buffers;
using System.Security.Cryptography;

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
            buffer.Write(last is null ? "{"u8 : ",{"u8);
            ManifestJson.WriteContent(buffer, file);
            buffer.Write("}"u8);
            hash.AppendData(buffer.WrittenSpan);
            last = file.Path;
        }

        hash.AppendData("]}"u8);
        return SnapshotId.FromHex(Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
