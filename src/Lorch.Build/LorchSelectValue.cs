using Microsoft.Build.Framework;

namespace Lorch.Build;

/// <summary>Reads a property that has a short name, which counts only as a global property, as with tasks.</summary>
[MSBuildMultiThreadableTask]
public sealed class LorchSelectValue : LorchTask
{
    /// <summary>Gets or sets the value of the property, which goes before its short name.</summary>
    public string? Value { get; set; }

    /// <summary>Gets or sets the short name.</summary>
    [Required]
    public string ShortName { get; set; } = "";

    /// <summary>Gets the value; empty if neither was given.</summary>
    [Output]
    public string Selection { get; private set; } = "";

    private protected override Task WorkAsync(BuildLog log, CancellationToken cancellationToken)
    {
        Selection = (string.IsNullOrWhiteSpace(Value) ? GlobalProperty(ShortName) : Value)?.Trim() ?? "";
        return Task.CompletedTask;
    }
}
