namespace Lorch.Ahead;

/// <summary>The form in which the runtime shares code: all reference types are one.</summary>
internal static class Shared
{
    private static readonly Type Canonical = Framework.Type("System.__Canon");

    /// <summary>
    /// Gives the shared form of an instantiation over structures; null if it is none, or if a constraint forbids that form.
    /// </summary>
    public static Type? FormOf(Type type) =>
        type is { IsConstructedGenericType: true, ContainsGenericParameters: false, IsInterface: false }
            && !type.IsAssignableTo(typeof(Delegate))
            && type.GetGenericArguments().Any(argument => argument.IsValueType)
            ? Instantiate(type)
            : null;

    private static Type? Instantiate(Type type)
    {
        try
        {
            return type.GetGenericTypeDefinition().MakeGenericType([.. type.GetGenericArguments().Select(FormOfArgument)]);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static Type FormOfArgument(Type argument) =>
        !argument.IsValueType ? Canonical : argument.IsConstructedGenericType && Instantiate(argument) is { } shared ? shared : argument;
}
