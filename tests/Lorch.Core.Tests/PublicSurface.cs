using System.Reflection;
using System.Runtime.CompilerServices;
using Lorch.Testing;

namespace Lorch.Core.Tests;

/// <summary>
/// What others than the projects of this repository can call: as little as can be, and each change of it is seen in PublicSurface.txt.
/// </summary>
public sealed class PublicSurface
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Fact]
    public void Is_what_was_agreed()
    {
        var found = string.Concat(Lines().Select(line => line + "\n"));

        var agreed = Path.Join(SourceTree.Root, "tests", "Lorch.Core.Tests", "PublicSurface.txt");
        if (found != File.ReadAllText(agreed))
        {
            var here = Path.Join(AppContext.BaseDirectory, "PublicSurface.txt");
            File.WriteAllText(here, found);
            Assert.Fail($"The public surface of Lorch.Core isn't that of {agreed}. If it is meant, copy {here} over it.");
        }
    }

    private static IEnumerable<string> Lines() =>
        typeof(TaskId).Assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal)
            .SelectMany(type => MembersOf(type).Select(member => $"{Name(type)}.{member}").Distinct().Order(StringComparer.Ordinal)
                .Prepend($"{Kind(type)} {Name(type)}"));

    private static IEnumerable<string> MembersOf(Type type) => type.GetMembers(Declared)
        .Where(member => !member.IsDefined(typeof(CompilerGeneratedAttribute)) && !member.Name.Contains('<', StringComparison.Ordinal))
        .Select(member => member switch
        {
            ConstructorInfo constructor when IsSeen(constructor) => $"new({Parameters(constructor)})",
            MethodInfo { IsSpecialName: false } method when IsSeen(method) =>
                $"{method.Name}({Parameters(method)}): {Name(method.ReturnType)}",
            PropertyInfo property when property.GetAccessors(nonPublic: true).Any(IsSeen) =>
                $"{property.Name}: {Name(property.PropertyType)} {{"
                    + $"{string.Concat(property.GetAccessors(nonPublic: true).Where(IsSeen).Select(Accessor))} }}",
            FieldInfo { IsSpecialName: false } field when field.IsPublic || field.IsFamily => $"{field.Name}: {Name(field.FieldType)}",
            _ => null,
        })
        .OfType<string>();

    private static bool IsSeen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Accessor(MethodInfo accessor) => accessor.ReturnType != typeof(void) ? " get;"
        : accessor.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? " init;"
        : " set;";

    private static string Parameters(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select(parameter => $"{Name(parameter.ParameterType)} {parameter.Name}"));

    private static string Kind(Type type) => type.IsEnum ? "enum"
        : type.IsInterface ? "interface"
        : type.IsValueType ? "struct"
        : type is { IsAbstract: true, IsSealed: true } ? "static class"
        : type.IsAbstract ? "abstract class"
        : type.IsSealed ? "sealed class"
        : "class";

    private static string Name(Type type) =>
        type.IsGenericParameter ? type.Name
        : type.HasElementType ? Name(type.GetElementType()!) + (type.IsArray ? "[]" : "&")
        : type.IsGenericType ? $"{Plain(type).Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : Plain(type);

    private static string Plain(Type type) => (type.Namespace == "System" ? type.Name : type.FullName ?? type.Name).Replace('+', '.');
}
