using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Lorch.Core.Json;

namespace Lorch.Core.Protocol;

/// <summary>Messages as JSON: strict on reading, one form on writing.</summary>
internal static class MessageJson
{
    /// <summary>Writes a message.</summary>
    /// <returns>One line without its line feed.</returns>
    public static byte[] GetBytes(Message message) => MessageWriter.GetBytes(message, []);

    /// <summary>Writes a message.</summary>
    /// <returns>One line with its line feed.</returns>
    public static byte[] GetLine(Message message) => MessageWriter.GetBytes(message, "\n"u8);

    /// <summary>Reads a line, of any length.</summary>
    /// <param name="line">The line without its line break.</param>
    /// <returns>The message, or what is wrong with the line.</returns>
    public static MessageParsing Parse(ReadOnlySpan<byte> line) =>
        StrictJson.TryRead(line, Reading.MessageType, out var message, out var fault) && (fault = MessageRules.FindFault(message)) is null
            ? new MessageParsing.Parsed(message)
            : new RejectedLine
            {
                Reason = ShortText.Of(fault.Reason, RejectedLine.MaxShownBytes),
                Path = fault.Path is { } path ? ShortText.Of(path, RejectedLine.MaxShownBytes) : null,
                Line = RejectedLine.Show(line),
            };

    /// <summary>Makes what reading commands needs, so that the first of them doesn't wait for it.</summary>
    public static void PrepareForCommands() => Reading.MessageType.Options.GetTypeInfo(typeof(Command));

    /// <summary>What reading needs alone is made when the first line is read: an agent is heard before.</summary>
    private static class Reading
    {
        public static readonly JsonTypeInfo<Message> MessageType =
            new MessageJsonContext(WireOptions.From(MessageJsonContext.Default.Options)).Message;
    }
}

/// <summary>What all that is on the wire has in common.</summary>
internal static class WireOptions
{
    /// <summary>
    /// Texts stay readable: up to U+FFFF nothing is escaped that JSON doesn't ask to be; the framework has no encoder that goes further.
    /// </summary>
    public static JsonSerializerOptions From(JsonSerializerOptions options) =>
        new(options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict,
    AllowOutOfOrderMetadataProperties = true,
    MaxDepth = JsonScan.MaxDepth,
    Converters = [typeof(Rfc3339Converter)])]
[JsonSerializable(typeof(Message))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class MessageJsonContext : JsonSerializerContext;
