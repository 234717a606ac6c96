using Lorch.Core.Json;

namespace Lorch.Core.Configuration;

/// <summary>Reads the members of one object, all of which it knows by name.</summary>
internal sealed class ObjectReader
{
    private readonly ValueReader _values;
    private readonly LocatedValue? _object;

    private ObjectReader(ValueReader values, LocatedValue? value, IReadOnlyCollection<string> known)
    {
        _values = values;
        _object = value;
        foreach (var member in value?.Members ?? [])
        {
            if (!known.Contains(member.Name))
            {
                throw Unknown(member, known);
            }
        }
    }

    /// <exception cref="LorchException">The value is no object, or has a member that isn't known.</exception>
    public static ObjectReader Open(ValueReader values, LocatedValue value, IReadOnlyCollection<string> known) =>
        new(values, values.AnyObject(value), known);

    public IReadOnlyList<LocatedMember> Members => _object?.Members ?? [];

    public LocatedValue? Find(string name) => _object?.Find(name);

    /// <exception cref="LorchException">The member isn't there.</exception>
    public LocatedValue Require(string name, string remedy) => Find(name) ?? throw _values.Source.Refuse(
        DiagnosticCode.MissingMember,
        _object!.Start,
        $"{_object.Path}: found an object without the member '{name}', expected one with it. {remedy}");

    /// <summary>Opens a member that is an object; one that isn't there has no members.</summary>
    public ObjectReader Object(string name, IReadOnlyCollection<string> known) =>
        Find(name) is { } value ? Open(_values, value, known) : new ObjectReader(_values, value: null, known);

    public bool Flag(string name, bool otherwise) => Find(name) is { } value ? _values.Flag(value) : otherwise;

    public int Whole(string name, int otherwise, int min, int max) =>
        Find(name) is { } value ? (int)_values.Whole(value, min, max) : otherwise;

    public long Bytes(string name, long otherwise, long min) =>
        Find(name) is { } value ? _values.Whole(value, min, ValueReader.MaxExact) : otherwise;

    public double Number(string name, double otherwise, double min, double max) =>
        Find(name) is { } value ? _values.Number(value, min, max) : otherwise;

    public T Choice<T>(string name, T otherwise, WireNames<T> choices)
        where T : struct, Enum =>
        Find(name) is { } value ? _values.Choice(value, choices) : otherwise;

    private LorchException Unknown(LocatedMember member, IReadOnlyCollection<string> known) => _values.Source.Refuse(
        DiagnosticCode.UnknownMember,
        member.Start,
        $"{member.Value.Path}: found the unknown member '{member.Name}', expected one of {string.Join(", ", known)}."
            + (DidYouMean.Nearest(member.Name, known) is { } nearest ? $" Did you mean '{nearest}'?" : " Remove it."));
}
