using System.Reflection;

namespace Lorch.Ahead;

/// <summary>Says whose image holds an instantiation: that of the last assembly, from the ground up, whose structures are in it.</summary>
/// <param name="shipped">The assemblies, each after those that it refers to; what holds only the framework's structures is the first
/// one's.</param>
internal sealed class Homes(IReadOnlyList<Assembly> shipped)
{
    public Assembly Of(Type type) => shipped[RankOf(type)];

    private int RankOf(Type type) =>
        type.GetGenericArguments().Select(RankOf).Append(Math.Max(0, shipped.ToList().IndexOf(type.Assembly))).Max();
}
