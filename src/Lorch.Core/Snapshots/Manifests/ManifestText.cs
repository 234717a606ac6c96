using System.Buffers;
using System.Globalization;
using System.Text;
using Lorch.Core.Hashing;
using Lorch.Core.Snapshots.Index;

namespace Lorch.Core.Snapshots.Manifests;

/// <summary>The text of a file that its manifest and the snapshot's id share.</summary>
internal static class ManifestText
{
    /// <summary>Writes the members that the id is made of, in canonical form: the serializer would escape what lies above U+FFFF.</summary>
    public static void WriteContent(ArrayBufferWriter<byte> buffer, ManifestFile file)
    {
        buffer.Write("\"path\":"u8);
        CanonicalJson.WriteString(buffer, file.Path.ToString());
        buffer.Write(",\"sha256\":"u8);
        CanonicalJson.WriteString(buffer, file.Sha256.ToString());
        buffer.Write(",\"size\":"u8);
        Encoding.ASCII.GetBytes(file.Size.ToString(CultureInfo.InvariantCulture), buffer);
    }

    /// <summary>Whether a part of a path can't stand in JSON as it is.</summary>
    /// <remarks>A plain loop: the framework's search is code for vectors, which isn't compiled beforehand.</remarks>
    public static bool HasToBeEscaped(ReadOnlySpan<byte> part)
    {
        foreach (var code in part)
        {
            if (code is < (byte)' ' or (byte)'"' or (byte)'\\')
            {
                return true;
            }
        }

        return false;
    }
}
