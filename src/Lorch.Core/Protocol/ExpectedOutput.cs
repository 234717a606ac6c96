using System.Text.Json.Serialization;

namespace Lorch.Core.Protocol;

/// <summary>A file that a command is expected to produce.</summary>
public sealed record ExpectedOutput
{
    /// <summary>Gets the path below the workspace root.</summary>
    [JsonPropertyName("path")]
    public required RelativePath Path { get; init; }

    /// <summary>Gets what the file is for.</summary>
    [JsonPropertyName("description")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Description { get; init; }

    /// <summary>Gets a value indicating whether the step fails without the file; <see langword="true"/> by default.</summary>
    [JsonPropertyName("required")]
    public bool Required { get; init; } = true;
}
