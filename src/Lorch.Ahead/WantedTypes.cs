using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;

namespace Lorch.Ahead;

/// <summary>Finds the instantiations over structures that an assembly's code leads to.</summary>
/// <param name="assembly">The assembly.</param>
internal sealed class WantedTypes(Assembly assembly)
{
    private const int BitsOfRow = 24;

    private static readonly Type VoidTaskResult = Framework.Type("System.Threading.Tasks.VoidTaskResult");
    private static readonly Type StateMachineBox =
        Framework.Type("System.Runtime.CompilerServices.AsyncTaskMethodBuilder`1+AsyncStateMachineBox`1");

    /// <summary>Finds them, in the form in which their code is shared.</summary>
    public IEnumerable<Type> Find()
    {
        var named = Resolve(TableIndex.TypeSpec, assembly.ManifestModule.ResolveType).ToList();
        var called = Resolve(TableIndex.MethodSpec, assembly.ManifestModule.ResolveMethod).OfType<MethodInfo>();
        return named.Where(type => !IsAtHand(type))
            .Concat(named.SelectMany(SerializerTypes.OfNamed))
            .Concat(called.SelectMany(SerializerTypes.OfCall))
            .Concat(assembly.GetTypes().Select(BoxOf).OfType<Type>())
            .SelectMany(type => ComparersOf(type).Prepend(type))
            .SelectMany(WithBasesAndNested)
            .Select(Shared.FormOf)
            .OfType<Type>();
    }

    /// <summary>Gives the methods of generic types, and the generic ones, that the assembly's code names.</summary>
    public IEnumerable<MethodBase> FindCalled() => Resolve(TableIndex.MethodSpec, assembly.ManifestModule.ResolveMethod)
        .Concat(Resolve(TableIndex.MemberRef, assembly.ManifestModule.ResolveMember).OfType<MethodBase>());

    /// <summary>The framework's images hold what is over primitive types alone, and descriptions of members have nothing virtual.</summary>
    private static bool IsAtHand(Type type) =>
        type.GetGenericArguments().All(argument => !argument.IsValueType || argument.IsPrimitive)
            || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(JsonPropertyInfoValues<>));

    /// <summary>Gives what the rows of a metadata table mean.</summary>
    private List<T> Resolve<T>(TableIndex table, Func<int, T?> resolve)
        where T : MemberInfo
    {
        using var image = new PEReader(File.OpenRead(assembly.Location));
        var tokens = Enumerable.Range(1, image.GetMetadataReader().GetTableRowCount(table)).Select(row => ((int)table << BitsOfRow) | row);
        return [.. tokens.Select(token => TryResolve(token, resolve)).OfType<T>()];
    }

    private static T? TryResolve<T>(int token, Func<int, T?> resolve)
        where T : MemberInfo
    {
        try
        {
            return resolve(token);
        }
        catch (Exception exception) when (exception is BadImageFormatException or ArgumentException)
        {
            // It stands inside of generic code, which is compiled for each instantiation that is found elsewhere.
            return null;
        }
    }

    /// <summary>A task holds an async method's state in a box of the method's own.</summary>
    private static Type? BoxOf(Type type)
    {
        if (!type.IsValueType || type.ContainsGenericParameters || !type.IsAssignableTo(typeof(IAsyncStateMachine)))
        {
            return null;
        }

        var builder = type.GetField("<>t__builder", BindingFlags.Public | BindingFlags.Instance)?.FieldType;
        var result = builder is { IsConstructedGenericType: true } ? builder.GetGenericArguments()[0] : VoidTaskResult;
        return StateMachineBox.MakeGenericType(result, type);
    }

    /// <summary>The comparer that <c>EqualityComparer.Default</c> makes for what a type compares.</summary>
    private static IEnumerable<Type> ComparersOf(Type type)
    {
        if (!type.IsConstructedGenericType
            || type.ContainsGenericParameters
            || type.GetGenericArguments()[0] is not { IsValueType: true } compared)
        {
            return [];
        }

        var definition = type.GetGenericTypeDefinition();
        return definition == typeof(Dictionary<,>) || definition == typeof(HashSet<>) || definition == typeof(EqualityComparer<>)
            ? [typeof(EqualityComparer<>).MakeGenericType(compared).GetProperty("Default")!.GetValue(null)!.GetType()]
            : [];
    }

    private static IEnumerable<Type> WithBasesAndNested(Type type)
    {
        for (var current = type; current is { IsConstructedGenericType: true }; current = current.BaseType)
        {
            yield return current;
            foreach (var nested in NestedIn(current))
            {
                yield return nested;
            }
        }
    }

    /// <summary>Enumerators and views of a collection.</summary>
    private static IEnumerable<Type> NestedIn(Type type)
    {
        var arguments = type.GetGenericArguments();
        return type.GetGenericTypeDefinition().GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic)
            .Where(nested => nested.GetGenericArguments().Length == arguments.Length)
            .Select(nested => nested.MakeGenericType(arguments))
            .SelectMany(nested => NestedIn(nested).Prepend(nested));
    }
}
