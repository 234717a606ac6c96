using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lorch.Core.Hashing;
using Lorch.Core.Snapshots.Index;

namespace Lorch.Core.Snapshots.Manifests;

/// <summary>Manifests as bytes: one file per line, so that people can read and compare them.</summary>
internal static class ManifestJson
{
    private const int PartSize = 64 * 1024;

    /// <summary>Room for what stands behind a file's path: digest, size and time.</summary>
    private const int LongestRest = 192;

    /// <summary>Writes a manifest part by part; each is overwritten by the next.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> GetParts(Manifest manifest)
    {
        var buffer = new ArrayBufferWriter<byte>(PartSize * 2);
        var head = JsonSerializer.SerializeToUtf8Bytes(manifest with { Files = [] }, ManifestJsonContext.Default.Manifest);

        // The head ends in the empty list, which the lines are put into.
        buffer.Write(head.AsSpan()[..^"]}".Length]);
        for (var next = 0; next < manifest.Files.Count;)
        {
            next = manifest.Files is FileTable table ? WriteLines(buffer, table, next) : WriteLines(buffer, manifest.Files, next);
            if (buffer.WrittenCount >= PartSize)
            {
                yield return buffer.WrittenMemory;
                buffer.ResetWrittenCount();
            }
        }

        buffer.Write("\n]}\n"u8);
        yield return buffer.WrittenMemory;
    }

    /// <summary>Reads the version alone; a later one may have members that this one doesn't know.</summary>
    /// <exception cref="JsonException">The bytes are no JSON object with a format.</exception>
    public static int ReadFormat(ReadOnlySpan<byte> bytes) =>
        JsonSerializer.Deserialize(bytes, ManifestJsonContext.Default.ManifestVersion)?.Format
            ?? throw new JsonException("expected an object");

    /// <summary>Reads a manifest strictly; ids and order are the caller's to check.</summary>
    /// <exception cref="JsonException">The bytes are no manifest.</exception>
    public static Manifest Parse(ReadOnlySpan<byte> bytes) =>
        JsonSerializer.Deserialize(bytes, ManifestJsonContext.Default.Manifest) ?? throw new JsonException("expected an object");

    /// <summary>Writes the lines of files until the part is full, and gives the number of the next one.</summary>
    private static int WriteLines(ArrayBufferWriter<byte> buffer, IReadOnlyList<ManifestFile> files, int next)
    {
        for (; next < files.Count && buffer.WrittenCount < PartSize; next++)
        {
            var file = files[next];
            buffer.Write(next == 0 ? "\n{"u8 : ",\n{"u8);
            ManifestText.WriteContent(buffer, file);
            buffer.Write(",\"mtime\":"u8);
            CanonicalJson.WriteString(buffer, ManifestTime.ToText(file.Mtime));
            buffer.Write("}"u8);
        }

        return next;
    }

    /// <summary>Writes the same lines out of the table's bytes, without making anything of each file.</summary>
    private static int WriteLines(ArrayBufferWriter<byte> buffer, FileTable table, int next)
    {
        for (var cursor = new TableCursor(table, next); buffer.WrittenCount < PartSize && cursor.Next();)
        {
            ref readonly var file = ref cursor.File;
            buffer.Write(cursor.Place == 0 ? "\n{\"path\":"u8 : ",\n{\"path\":"u8);
            WritePath(buffer, cursor.Path);
            buffer.Write(",\"sha256\":\"sha256:"u8);
            var rest = buffer.GetSpan(LongestRest);
            var used = file.Hash.WriteDigits(rest);
            used += Put("\",\"size\":"u8, rest[used..]);
            _ = file.Stamp.Size.TryFormat(rest[used..], out var written, default, CultureInfo.InvariantCulture);
            used += written;
            used += Put(",\"mtime\":\""u8, rest[used..]);
            used += ManifestTime.Write(file.Stamp.WrittenAt, rest[used..]);
            used += Put("\"}"u8, rest[used..]);
            buffer.Advance(used);
            next = cursor.Place + 1;
        }

        return next;
    }

    private static void WritePath(ArrayBufferWriter<byte> buffer, ReadOnlySpan<byte> path)
    {
        if (ManifestText.HasToBeEscaped(path))
        {
            CanonicalJson.WriteString(buffer, PathBytes.ToText(path));
            return;
        }

        buffer.Write("\""u8);
        buffer.Write(path);
        buffer.Write("\""u8);
    }

    private static int Put(ReadOnlySpan<byte> text, Span<byte> place)
    {
        text.CopyTo(place);
        return text.Length;
    }
}

/// <summary>The member of a manifest that tells how to read the others.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record ManifestVersion
{
    [JsonPropertyName("format")]
    public required int Format { get; init; }
}

[JsonSourceGenerationOptions(
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(Manifest))]
[JsonSerializable(typeof(ManifestVersion))]
internal sealed partial class ManifestJsonContext : JsonSerializerContext;
