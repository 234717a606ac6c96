using System.Text.Json;

namespace Lorch.Core.Agents.Verifying;

/// <summary>A command that tells whether what was built is right.</summary>
/// <param name="Words">The program and its arguments.</param>
/// <param name="Timeout">How long it may take.</param>
internal sealed record VerifyCommand(IReadOnlyList<string> Words, TimeSpan Timeout)
{
    private static readonly TimeSpan UsualTimeout = TimeSpan.FromMinutes(10);

    /// <summary>Gives its words in one line.</summary>
    public string Line => string.Join(' ', Words);

    /// <summary>Reads those of a task's definition, which were checked when lorch.json was read.</summary>
    public static IReadOnlyList<VerifyCommand> Read(JsonElement? definition) =>
        definition is { } terms && terms.TryGetProperty("verify", out var verify) && verify.ValueKind is JsonValueKind.Array
            ? [.. verify.EnumerateArray().Select(Read)]
            : [];

    private static VerifyCommand Read(JsonElement command) => new(
        [.. command.GetProperty("cmd").EnumerateArray().Select(word => word.GetString()!)],
        command.TryGetProperty("timeout_s", out var seconds) ? TimeSpan.FromSeconds(seconds.GetDouble()) : UsualTimeout);
}
