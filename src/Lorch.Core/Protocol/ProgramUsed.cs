using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Lorch.Core.Json;

namespace Lorch.Core.Protocol;

/// <summary>
/// Which program did the work, in its own words: <c>payload.program</c> of the event that ends a command, and what a receipt keeps of it.
/// </summary>
/// <remarks>It belongs to no outcome: what follows from a step, and every key, is the same whichever version worked it.</remarks>
internal sealed record ProgramUsed
{
    private const string Member = "program";
    private const string NameMember = "name";
    private const string VersionMember = "version";
    private const int MaxLength = 200;

    /// <summary>Gets its name.</summary>
    [JsonPropertyName(NameMember)]
    public required string Name { get; init; }

    /// <summary>Gets its version, as it says it.</summary>
    [JsonPropertyName(VersionMember)]
    public required string Version { get; init; }

    /// <summary>Reads what a payload says. It is an agent's word: what isn't two texts of 1 to 200 characters counts as nothing.</summary>
    internal static ProgramUsed? Of(JsonElement? payload) =>
        payload is { ValueKind: JsonValueKind.Object } value && value.TryGetProperty(
            Member,
            out var program) && program.ValueKind is JsonValueKind.Object
        && Text(program, NameMember) is { } name && Text(program, VersionMember) is { } version
            ? new ProgramUsed { Name = name, Version = version }
            : null;

    /// <summary>Gives a payload without what it says of the program.</summary>
    internal static JsonElement? Without(JsonElement? payload) =>
        payload is { } value && Of(value) is not null ? JsonText.Without(value, Member) : payload;

    /// <summary>Writes the member of a payload.</summary>
    internal void WriteTo(JsonObject payload) =>
        payload[Member] = new JsonObject { [NameMember] = Name, [VersionMember] = Version };

    private static string? Text(JsonElement program, string name) =>
        program.TryGetProperty(name, out var member)
            && member.ValueKind is JsonValueKind.String
            && member.GetString() is { Length: > 0 and <= MaxLength } text
            ? text
            : null;
}
