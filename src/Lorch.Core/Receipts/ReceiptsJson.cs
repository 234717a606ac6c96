using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Lorch.Core.Json;
using Lorch.Core.Protocol;

namespace Lorch.Core.Receipts;

/// <summary>The JSON of receipts and completions: strict on reading, one form on writing.</summary>
internal static class ReceiptsJson
{
    private static readonly ReceiptsJsonContext Context = new(WireOptions.From(ReceiptsJsonContext.Default.Options));

    public static JsonTypeInfo<Receipt> ReceiptType => Context.Receipt;

    public static JsonTypeInfo<LandReceipt> LandType => Context.LandReceipt;

    public static JsonTypeInfo<Completion> CompletionType => Context.Completion;

    /// <summary>Writes a record as the content of its file.</summary>
    public static byte[] GetFileBytes<T>(T record, JsonTypeInfo<T> type) =>
        [.. JsonSerializer.SerializeToUtf8Bytes(record, type), (byte)'\n'];

    /// <summary>Writes a completion as the payload of a <c>system.run_completed</c> event.</summary>
    public static JsonElement GetElement(Completion completion) => JsonSerializer.SerializeToElement(completion, CompletionType);

    /// <summary>Reads a completion that stands in a message.</summary>
    /// <exception cref="JsonException">It isn't one, or one of a newer format.</exception>
    public static Completion ReadCompletion(JsonElement element)
    {
        if (!StrictJson.TryRead(JsonMarshal.GetRawUtf8Value(element), CompletionType, out var completion, out var fault))
        {
            throw new JsonException(fault.Reason, fault.Path, null, null);
        }

        return completion.Format <= Completion.CurrentFormat
            ? completion
            : throw new JsonException($"format {completion.Format} is newer than {Completion.CurrentFormat}, the newest that is read here");
    }
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict,
    WriteIndented = true,
    IndentSize = 2,
    NewLine = "\n",
    MaxDepth = JsonScan.MaxDepth,
    Converters = [typeof(Rfc3339Converter)])]
[JsonSerializable(typeof(Receipt))]
[JsonSerializable(typeof(Completion))]
[JsonSerializable(typeof(LandReceipt))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class ReceiptsJsonContext : JsonSerializerContext;
