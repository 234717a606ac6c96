using System.Text.Json;

namespace Lorch.Core.Protocol;

/// <summary>Artifacts in JSON that is written part by part.</summary>
internal static class ArtifactJson
{
    /// <summary>Writes the array <c>[{path,sha256,size}]</c>.</summary>
    public static void WriteArtifacts(this Utf8JsonWriter writer, IEnumerable<Artifact> artifacts)
    {
        writer.WriteStartArray();
        foreach (var artifact in artifacts)
        {
            writer.WriteStartObject();
            writer.WriteString("path", artifact.Path.ToString());
            writer.WriteString("sha256", artifact.Sha256.ToString());
            writer.WriteNumber("size", artifact.Size);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
