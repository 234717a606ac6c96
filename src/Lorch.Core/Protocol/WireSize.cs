using System.Text.Encodings.Web;
using System.Text.Json;
using Lorch.Core.Json;

namespace Lorch.Core.Protocol;

/// <summary>How many bytes something has in a line, where characters beyond U+FFFF and control characters are escaped.</summary>
internal static class WireSize
{
    private const int UsualSize = 1024;

    // {"path":,"sha256":"sha256:<64>","size":<19>,"step":<10>},
    private const int ArtifactWithoutPath = 138;

    private static readonly JsonWriterOptions Options =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = JsonScan.MaxDepth };

    /// <summary>The bytes of a message's line, without its line feed.</summary>
    public static int Of(Message message) => MessageJson.GetBytes(message).Length;

    /// <summary>The bytes of a value.</summary>
    public static int Of(JsonElement value)
    {
        using var buffer = new PooledBuffer(UsualSize);
        using var writer = new Utf8JsonWriter(buffer, Options);
        value.WriteTo(writer);
        writer.Flush();
        return buffer.Written.Length;
    }

    /// <summary>The bytes of a path in a list, at most.</summary>
    public static int Of(RelativePath path) =>
        JsonEncodedText.Encode(path.ToString(), Options.Encoder).EncodedUtf8Bytes.Length + "\"\",".Length;

    /// <summary>The bytes of an artifact in a list, at most.</summary>
    public static int Of(Artifact artifact) => Of(artifact.Path) + ArtifactWithoutPath;
}
