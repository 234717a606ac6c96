using System.Text.Json;
using Lorch.Core.Protocol;

namespace Lorch.Core.Agents;

/// <summary>Takes secrets out of log messages: out of every text, and whatever stands under a secret-looking name.</summary>
/// <param name="redact">Takes the secrets out of a text.</param>
internal sealed class LogRedaction(Func<string, string> redact)
{
    private const string Hidden = "***";

    /// <summary>Redacts a message.</summary>
    /// <param name="message">The message.</param>
    /// <returns>The message without secrets.</returns>
    public LogMessage Redact(LogMessage message) => message with
    {
        Text = redact(message.Text),
        Fields = message.Fields is { } fields ? Redact(fields) : null,
    };

    private JsonElement Redact(JsonElement fields)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, fields);
        }

        return JsonElement.Parse(buffer.ToArray());
    }

    private void Write(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in value.EnumerateObject())
                {
                    WriteMember(writer, member);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(redact(value.GetString()!));
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    private void WriteMember(Utf8JsonWriter writer, JsonProperty member)
    {
        writer.WritePropertyName(redact(member.Name));
        if (SecretNames.LooksSecret(member.Name))
        {
            writer.WriteStringValue(Hidden);
        }
        else
        {
            Write(writer, member.Value);
        }
    }
}
