using System.Globalization;
using Lorch.Core.Json;

namespace Lorch.Core.Protocol;

/// <summary>
/// Messages of an agent that are too long for a line, as lines that aren't: lists of files go ahead as <c>artifact.produced</c>, texts and
/// other lists are cut and say so.
/// </summary>
internal static class ShortMessage
{
    /// <summary>The code of an event that says that another couldn't be made to fit.</summary>
    public const string TooLong = "message_too_long";

    private static readonly int[] LongestTexts = [16_384, 1024, 256, 64];

    /// <summary>Gives the messages to send in place of one.</summary>
    /// <param name="message">The message.</param>
    /// <param name="mostBytes">How many bytes a line may have.</param>
    /// <returns>The message alone if it fits. The last one ends the command if the message does.</returns>
    public static IReadOnlyList<Message> Fit(Message message, int mostBytes) => message switch
    {
        _ when WireSize.Of(message) <= mostBytes => [message],
        Event said => Fit(said, mostBytes),
        LogMessage log => [Fit(log, mostBytes)],
        _ => [message],
    };

    private static IReadOnlyList<Message> Fit(Event said, int mostBytes)
    {
        var alone = said with { Artifacts = null, Removed = null };
        if (said.Payload is { } payload)
        {
            var room = mostBytes - WireSize.Of(alone with { Payload = null }) - "\"payload\":,".Length;
            if (ShortPayload.Fit(payload, room) is not { } shortened)
            {
                return [Refusal(said, "its payload", mostBytes)];
            }

            alone = alone with { Payload = shortened };
        }

        if (WireSize.Of(alone) > mostBytes)
        {
            return [Refusal(said, "what it says", mostBytes)];
        }

        var whole = alone with { Artifacts = said.Artifacts, Removed = said.Removed };
        if (WireSize.Of(whole) <= mostBytes)
        {
            return [whole];
        }

        var parts = Parts(said, mostBytes).ToList();
        return parts.All(part => WireSize.Of(part) <= mostBytes) ? [.. parts, alone] : [Refusal(said, "the path of a file", mostBytes)];
    }

    private static IEnumerable<Event> Parts(Event said, int mostBytes)
    {
        var frame = said with { Name = EventName.ArtifactProduced, Status = null, Payload = null, Artifacts = [], Removed = [] };
        var room = mostBytes - WireSize.Of(frame);
        var (artifacts, removed, size) = (new List<Artifact>(), new List<RelativePath>(), 0);
        foreach (var (artifact, path, bytes) in Files(said))
        {
            if (size > 0 && size + bytes > room)
            {
                yield return Take();
            }

            size += bytes;
            if (artifact is null)
            {
                removed.Add(path);
            }
            else
            {
                artifacts.Add(artifact);
            }
        }

        yield return Take();

        Event Take()
        {
            var part = frame with
            {
                MessageId = MessageId.Create(said.OccurredAt),
                Artifacts = artifacts,
                Removed = removed.Count == 0 ? null : removed
            };
            (artifacts, removed, size) = ([], [], 0);
            return part;
        }
    }

    private static IEnumerable<(Artifact? Artifact, RelativePath Path, int Bytes)> Files(Event said) =>
        (said.Artifacts ?? []).Select(artifact => ((Artifact?)artifact, artifact.Path, WireSize.Of(artifact)))
            .Concat((said.Removed ?? []).Select(path => ((Artifact?)null, path, WireSize.Of(path))));

    /// <summary>
    /// What is said in place of an event that can't be made to fit. An event that doesn't end the command is only left out.
    /// </summary>
    private static Event Refusal(Event said, string what, int mostBytes) => said with
    {
        MessageId = MessageId.Create(said.OccurredAt),
        Name = said.Name.IsTerminal ? EventName.Error : said.Name,
        Status = null,
        Artifacts = null,
        Removed = null,
        Payload = JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("code", TooLong);
            writer.WriteString(
                said.Name.IsTerminal ? "message" : "summary",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{said.Name.WireName} is left out: {what} can't be cut to {mostBytes} bytes (policy.message_max_bytes)"));
            writer.WriteBoolean("retriable", false);
            writer.WriteEndObject();
        }),
    };

    private static LogMessage Fit(LogMessage log, int mostBytes)
    {
        var forms = LongestTexts.Select(longest => log with { Text = ShortText.Of(log.Text, longest), Fields = null });
        return forms.FirstOrDefault(form => WireSize.Of(form) <= mostBytes) ?? log with { Text = "", Fields = null };
    }
}
