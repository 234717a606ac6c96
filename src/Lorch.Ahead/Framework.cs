using System.Text.Json;

namespace Lorch.Ahead;

/// <summary>The framework's own types, by their names.</summary>
internal static class Framework
{
    public static Type Type(string name) => typeof(object).Assembly.GetType(name, throwOnError: true)!;

    public static Type SerializerType(string name) =>
        typeof(JsonSerializer).Assembly.GetType($"System.Text.Json.Serialization.{name}", throwOnError: true)!;
}
