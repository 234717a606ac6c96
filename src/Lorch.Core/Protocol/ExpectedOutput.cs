using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lorch.Core.Protocol;

/// <summary>A file that a command is expected to produce.</summary>
public sealed record ExpectedOutput
{
    /// <summary>Initializes a new instance of the <see cref="ExpectedOutput"/> class.</summary>
    /// <param name="required">Whether the step fails without the file.</param>
    /// <remarks>
    /// The default stands here because generated JSON code sets an absent <c>init</c> property to <see langword="false"/>.
    /// </remarks>
    [JsonConstructor]
    public ExpectedOutput(bool required = true) => Required = required;

    /// <summary>Gets the path below the workspace root.</summary>
    [JsonPropertyName("path")]
    public required RelativePath Path { get; init; }

    /// <summary>Gets what the file is for.</summary>
    [JsonPropertyName("description")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Description { get; init; }

    /// <summary>Gets a value indicating whether the step fails without the file; <see langword="true"/> by default.</summary>
    [JsonPropertyName("required")]
    public bool Required { get; init; }

    /// <summary>Writes it as an object.</summary>
    internal void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("path", Path.ToString());
        if (Description is not null)
        {
            json.WriteString("description", Description);
        }

        json.WriteBoolean("required", Required);
        json.WriteEndObject();
    }
}
