using System.Runtime.CompilerServices;

namespace Lorch.Core.Json;

/// <summary>The exact names that an enum's values have on the wire, both directions.</summary>
/// <remarks>
/// A dictionary over an enum is compiled anew for each enum at every start of a process, and these are wanted before an agent can say its
/// first word. There are few names, and the values of each enum count from 0: an array does.
/// </remarks>
/// <typeparam name="T">The enum.</typeparam>
internal sealed class WireNames<T>
    where T : struct, Enum
{
    private readonly string[] _names;

    /// <summary>Initializes a new instance of the <see cref="WireNames{T}"/> class.</summary>
    /// <param name="names">Every value with its name, in the order of the values.</param>
    /// <exception cref="ArgumentException">A value doesn't stand in its place.</exception>
    public WireNames(params (T Value, string Name)[] names)
    {
        _names = new string[names.Length];
        for (var index = 0; index < names.Length; index++)
        {
            _names[index] = ToIndex(names[index].Value) == index
                ? names[index].Name
                : throw new ArgumentException($"'{names[index].Name}' doesn't stand in its place.", nameof(names));
        }
    }

    /// <summary>Gets all names in the order of their values.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Gets the name of a value.</summary>
    /// <param name="value">The value.</param>
    public string this[T value] => _names[ToIndex(value)];

    /// <summary>Finds the value that has a name.</summary>
    /// <param name="name">The name, exactly.</param>
    /// <param name="value">The value.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryParse(string name, out T value)
    {
        var index = Array.IndexOf(_names, name);
        value = index < 0 ? default : Unsafe.BitCast<int, T>(index);
        return index >= 0;
    }

    private static int ToIndex(T value) => Unsafe.BitCast<T, int>(value);
}
