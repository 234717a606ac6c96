using Xunit.v3;

namespace Lorch.Testing;

/// <summary>Marks tests of what Windows does otherwise: .ci/run has these run as programs of Windows, where all others take long.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class DiffersOnWindowsAttribute : Attribute, ITraitAttribute
{
    /// <summary>The name of the trait, for rows of a table.</summary>
    public const string Name = "Windows";

    /// <summary>The value of the trait.</summary>
    public const string Value = "Differs";

    /// <summary>What selects the tests.</summary>
    public const string Filter = $"{Name}={Value}";

    /// <inheritdoc/>
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new(Name, Value)];
}
