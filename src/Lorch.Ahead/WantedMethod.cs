using System.Reflection;

namespace Lorch.Ahead;

/// <summary>A method of an instantiation.</summary>
/// <param name="Type">The instantiation, in the form in which its code is shared.</param>
/// <param name="Definition">The method as the generic type defines it.</param>
internal sealed record WantedMethod(Type Type, MethodBase Definition)
{
    private const BindingFlags Own =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    /// <summary>Gives the methods of an instantiation that have code of their own.</summary>
    public static IEnumerable<WantedMethod> Of(Type type) => type.GetGenericTypeDefinition().GetMembers(Own)
        .OfType<MethodBase>()
        .Where(method => method is { IsAbstract: false, IsGenericMethodDefinition: false })
        .Select(method => new WantedMethod(type, method));
}
