using System.Reflection;
using System.Reflection.Emit;

namespace Lorch.Ahead;

/// <summary>
/// Follows calls through the framework's generic code over structures, and finds the methods of generic types that they lead to.
/// </summary>
/// <remarks>A virtual method counts as called once an object that has it is made anywhere: rapid type analysis.</remarks>
internal sealed class Reach
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    /// <summary>What these give by default is made by reflection, from what a structure implements.</summary>
    private static readonly Type[] HoldersOfDefault =
    [
        typeof(EqualityComparer<>),
        typeof(Comparer<>),
        Framework.Type("System.Collections.Generic.ArraySortHelper`1"),
        Framework.Type("System.Collections.Generic.ArraySortHelper`2"),
    ];

    private readonly HashSet<(Type? Type, MethodBase Definition, string Arguments)> _seen = [];
    private readonly HashSet<Type> _made = [];
    private readonly Queue<MethodBase> _unread = new();
    private readonly List<WantedMethod> _found = [];

    /// <summary>Finds what some methods lead to.</summary>
    public IReadOnlyList<WantedMethod> From(IEnumerable<MethodBase> roots)
    {
        foreach (var root in roots)
        {
            Call(root, isMade: root.IsConstructor);
        }

        while (_unread.TryDequeue(out var method))
        {
            Read(method);
        }

        return _found;
    }

    private void Read(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } body)
        {
            return;
        }

        var ofType = method.DeclaringType is { IsConstructedGenericType: true } type ? type.GetGenericArguments() : null;
        var ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : null;
        foreach (var (code, token) in Instructions.WithTokens(body))
        {
            if (code == OpCodes.Box)
            {
                if (TryResolve(() => method.Module.ResolveType(token, ofType, ofMethod)) is { } boxed)
                {
                    Make(boxed);
                }
            }
            else if (code.OperandType is OperandType.InlineMethod
                && TryResolve(() => method.Module.ResolveMethod(token, ofType, ofMethod)) is { } called)
            {
                Call(called, code == OpCodes.Newobj);
            }
        }
    }

    private void Call(MethodBase method, bool isMade)
    {
        if (method.ContainsGenericParameters || method.DeclaringType is not { IsArray: false } type || !IsOverStructures(method))
        {
            return;
        }

        if (type.IsConstructedGenericType)
        {
            Touch(type);
            if (isMade)
            {
                Make(type);
            }
        }

        Follow(method);
    }

    /// <summary>The first use of a type runs its initializer, and may make what it holds.</summary>
    private void Touch(Type type)
    {
        if (type.TypeInitializer is { } initializer)
        {
            Follow(initializer);
        }

        if (HoldersOfDefault.Contains(type.GetGenericTypeDefinition())
            && type.GetProperty("Default", BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)?.GetValue(null) is { } made)
        {
            Make(made.GetType());
        }
    }

    private void Make(Type made)
    {
        for (var type = made; type is { IsConstructedGenericType: true, ContainsGenericParameters: false, IsInterface: false }
            && _made.Add(type); type = type.BaseType)
        {
            foreach (var method in type.GetMembers(Declared)
                .OfType<MethodBase>()
                .Where(method => method is { IsVirtual: true, IsGenericMethodDefinition: false } or ConstructorInfo))
            {
                Follow(method);
            }
        }
    }

    private void Follow(MethodBase method)
    {
        var type = Shared.FormOf(method.DeclaringType!);
        var definition = method.Module.ResolveMethod(method.MetadataToken)!;
        var arguments = method.IsGenericMethod
            ? string.Join(',', method.GetGenericArguments().Select(argument => argument.IsValueType ? argument.ToString() : ""))
            : "";
        if (!method.IsAbstract && _seen.Add((type ?? method.DeclaringType, definition, arguments)))
        {
            _unread.Enqueue(method);
            if (type is not null && !method.IsGenericMethod)
            {
                _found.Add(new WantedMethod(type, definition));
            }
        }
    }

    private static bool IsOverStructures(MethodBase method) =>
        (method.IsGenericMethod && method.GetGenericArguments().Any(argument => argument.IsValueType))
            || (method.DeclaringType is { IsConstructedGenericType: true } type
                && type.GetGenericArguments().Any(argument => argument.IsValueType));

    private static T? TryResolve<T>(Func<T?> resolve)
        where T : MemberInfo
    {
        try
        {
            return resolve();
        }
        catch (Exception exception) when (exception is BadImageFormatException
            or ArgumentException
            or TypeLoadException
            or FileNotFoundException)
        {
            // It stands inside of generic code that is for other types, or in an assembly that isn't here.
            return null;
        }
    }
}
