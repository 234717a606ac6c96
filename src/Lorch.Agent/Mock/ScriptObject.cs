using System.Text.Json;
using Lorch.Agent.Talking;
using Lorch.Core;
using Lorch.Core.Configuration;

namespace Lorch.Agent.Mock;

/// <summary>A JSON object of a script that is read member by member; what nobody asked for is an error.</summary>
internal sealed class ScriptObject
{
    private readonly Dictionary<string, JsonElement> _members;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly string _path;

    /// <summary>Initializes a new instance of the <see cref="ScriptObject"/> class.</summary>
    /// <param name="element">The object.</param>
    /// <param name="path">Where it stands.</param>
    public ScriptObject(JsonElement element, string path)
    {
        _path = path;
        Expect(element, path, "an object", JsonValueKind.Object);
        _members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            _members.Add(member.Name, member.Value);
        }
    }

    /// <summary>Makes the error for a place in the script.</summary>
    /// <param name="path">The place.</param>
    /// <param name="problem">What was found, what was expected.</param>
    /// <returns>The exception.</returns>
    public static UsageException Wrong(string path, string problem) => new($"at {path}: {problem}");

    /// <summary>Gives the place of a member.</summary>
    /// <param name="name">The member.</param>
    /// <returns>The place.</returns>
    public string PathOf(string name) => $"{_path}.{name}";

    /// <summary>Takes a member of any type.</summary>
    /// <param name="name">The member.</param>
    /// <returns>Its value, or null if it isn't there.</returns>
    public JsonElement? Any(string name)
    {
        _known.Add(name);
        return _members.TryGetValue(name, out var value) ? value : null;
    }

    /// <summary>Takes a text.</summary>
    /// <param name="name">The member.</param>
    /// <returns>Its value, or null if it isn't there.</returns>
    public string? Text(string name) => Any(name) is { } value
        ? Expect(value, PathOf(name), "a string", JsonValueKind.String).GetString()
        : null;

    /// <summary>Takes a whole number.</summary>
    /// <param name="name">The member.</param>
    /// <param name="max">The greatest that is allowed; the smallest is 0.</param>
    /// <returns>Its value, or null if it isn't there.</returns>
    public long? Number(string name, long max) => Any(name) is not { } value
        ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= 0 && number <= max
            ? number
            : throw Wrong(PathOf(name), $"{value.GetRawText()} is not a whole number from 0 to {max}");

    /// <summary>Takes a switch.</summary>
    /// <param name="name">The member.</param>
    /// <returns>Its value; false if it isn't there.</returns>
    public bool Flag(string name) => Any(name) is { } value
        && Expect(value, PathOf(name), "true or false", JsonValueKind.True, JsonValueKind.False).GetBoolean();

    /// <summary>Takes an object as it is.</summary>
    /// <param name="name">The member.</param>
    /// <returns>Its value, or null if it isn't there.</returns>
    public JsonElement? Object(string name) =>
        Any(name) is { } value ? Expect(value, PathOf(name), "an object", JsonValueKind.Object) : null;

    /// <summary>Takes a list.</summary>
    /// <typeparam name="T">What it is a list of.</typeparam>
    /// <param name="name">The member.</param>
    /// <param name="read">Reads an item at a place.</param>
    /// <returns>The items, or null if the member isn't there.</returns>
    public IReadOnlyList<T>? List<T>(string name, Func<JsonElement, string, T> read) => Any(name) is { } value
        ? Items(Expect(value, PathOf(name), "a list", JsonValueKind.Array), PathOf(name), read)
        : null;

    /// <summary>Reads the items of a list.</summary>
    /// <typeparam name="T">What it is a list of.</typeparam>
    /// <param name="list">The list.</param>
    /// <param name="path">Its place.</param>
    /// <param name="read">Reads an item at a place.</param>
    /// <returns>The items.</returns>
    public static IReadOnlyList<T> Items<T>(JsonElement list, string path, Func<JsonElement, string, T> read)
    {
        var items = new List<T>();
        foreach (var item in list.EnumerateArray())
        {
            items.Add(read(item, $"{path}[{items.Count}]"));
        }

        return items;
    }

    /// <summary>Parses a text form.</summary>
    /// <typeparam name="T">What is expected.</typeparam>
    /// <param name="text">The text.</param>
    /// <param name="path">Its place.</param>
    /// <returns>The value.</returns>
    public static T Parse<T>(string? text, string path)
        where T : struct, ITextValue<T> =>
        T.TryParse(text, out var value) ? value : throw Wrong(path, $"'{text}' is not {T.Expected}");

    /// <summary>Ends the reading: every member must have been taken.</summary>
    public void End()
    {
        foreach (var name in _members.Keys.Where(name => !_known.Contains(name)))
        {
            throw Wrong(PathOf(name), $"there is no such member here.{DidYouMean.Question(name, _known)}");
        }
    }

    private static JsonElement Expect(JsonElement value, string path, string expected, params ReadOnlySpan<JsonValueKind> kinds) =>
        kinds.Contains(value.ValueKind) ? value : throw Wrong(path, $"{value.GetRawText()} is not {expected}");
}
