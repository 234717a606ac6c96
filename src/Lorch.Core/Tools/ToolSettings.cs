using System.Text.Json;

namespace Lorch.Core.Tools;

/// <summary>What lorch.json says of the coding tool behind an agent.</summary>
internal sealed record ToolSettings
{
    /// <summary>
    /// Gets which tool it is, as <see cref="ToolUse"/> reads it; <see langword="null"/> where the agent's command says it.
    /// </summary>
    public string? Use { get; init; }

    /// <summary>Gets further arguments of the tool.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Gets the model that the tool is to use.</summary>
    public string? Model { get; init; }

    /// <summary>Gets the members of the preset that are other ones: a JSON object.</summary>
    public JsonElement? Preset { get; init; }

    /// <summary>Gets what the tool may do where it asks: a JSON object.</summary>
    public JsonElement? Permissions { get; init; }

    /// <summary>Gets the globs of what the agent may change; <see langword="null"/> if the usual ones hold.</summary>
    public IReadOnlyList<string>? Produces { get; init; }

    /// <summary>Gets the globs of what the tool drops and nobody means to keep.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];
}
