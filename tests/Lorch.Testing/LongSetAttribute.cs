using Xunit.v3;

namespace Lorch.Testing;

/// <summary>Marks tests that the default set leaves out, in whole or in part, or of which it tries less.</summary>
[AttributeUsage(AttributeTargets.Assembly | AttributeTargets.Class | AttributeTargets.Method)]
public sealed class LongSetAttribute : Attribute, ITraitAttribute
{
    internal const string Name = "Set";

    /// <inheritdoc/>
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new(Name, "Long")];
}
