using System.Text.Json;

namespace Lorch.Testing;

/// <summary>A JSON value that a run recorded.</summary>
/// <param name="Place">Its file, and its line where there are many.</param>
/// <param name="Schema">The name of the schema that it has to fit.</param>
/// <param name="Json">Its text.</param>
public sealed record RecordedValue(string Place, string Schema, string Json)
{
    private const string OwnPrefix = "system.";

    /// <summary>Gets, of an event of Lorch itself, the name without <c>system.</c>; it is also that of its payload's definition.</summary>
    internal string? OwnEvent =>
        Schema == "event"
            && JsonElement.Parse(Json).GetProperty("event").GetString() is { } name
            && name.StartsWith(OwnPrefix, StringComparison.Ordinal)
            ? name[OwnPrefix.Length..]
            : null;

    /// <summary>Gets an event's payload.</summary>
    internal string Payload => JsonElement.Parse(Json).GetProperty("payload").GetRawText();
}
