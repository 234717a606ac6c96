using System.Text;
using System.Text.Json;
using Lorch.Core.Json;
using Lorch.Core.Protocol;

namespace Lorch.Agent.Working;

/// <summary>
/// Finds the verdict in a tool's answer: the last fenced block of JSON in it, or the whole answer if that is JSON. Nothing is guessed from
/// words.
/// </summary>
internal static class VerdictReader
{
    /// <summary>Reads the verdict.</summary>
    /// <param name="answer">The tool's last words: plain text.</param>
    /// <param name="action">What was asked for.</param>
    /// <param name="verdict">The verdict, or null.</param>
    /// <param name="oddity">What had to be changed to read it, a part of a sentence; null if nothing had.</param>
    /// <returns>What is wrong, a part of a sentence; null if nothing is.</returns>
    public static string? Read(string answer, AgentAction action, out Verdict? verdict, out string? oddity)
    {
        (verdict, oddity) = (null, null);
        if (FindJson(answer.Trim()) is not { } json)
        {
            return "there is no fenced block of JSON in it";
        }

        var text = WithoutNulls(ToolJson.Mend(new UTF8Encoding(false).GetBytes(json), out oddity));
        if (!StrictJson.TryRead(text, VerdictJson.VerdictType, out var read, out var fault))
        {
            return fault.Path is { } path ? $"{fault.Reason} ({path})" : fault.Reason;
        }

        var words = VerdictWordNames.For(action);
        if (!words.Contains(read.Word))
        {
            return $"the verdict is '{VerdictWordNames.All[read.Word]}', expected is one "
                + $"of {string.Join(", ", words.Select(word => VerdictWordNames.All[word]))}";
        }

        verdict = read with
        {
            Findings = [.. read.Findings.Select(
                finding => finding with { File = string.IsNullOrWhiteSpace(finding.File) ? null : finding.File })]
        };
        return null;
    }

    private static string? FindJson(string answer) =>
        answer.StartsWith('{') && FencedBlocks.EndOfObject(answer, 0) == answer.Length ? answer
        : FencedBlocks.FindLastObject(answer) ?? (answer.StartsWith('{') && answer.EndsWith('}') ? answer : null);

    /// <summary>A member that is null says the same as one that is left out.</summary>
    private static ReadOnlySpan<byte> WithoutNulls(ReadOnlySpan<byte> json)
    {
        if (!JsonScan.TryCheck(json, out var holdsNull) || !holdsNull)
        {
            return json;
        }

        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, JsonElement.Parse(json));
        }

        return buffer.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in value.EnumerateObject().Where(member => member.Value.ValueKind is not JsonValueKind.Null))
                {
                    writer.WritePropertyName(member.Name);
                    Write(writer, member.Value);
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
            default:
                value.WriteTo(writer);
                break;
        }
    }
}
