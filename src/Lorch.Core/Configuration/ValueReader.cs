using System.Globalization;
using System.Text;
using System.Text.Json;
using Lorch.Core.Json;

namespace Lorch.Core.Configuration;

/// <summary>Turns located values into typed ones, and says where and why where that isn't possible.</summary>
/// <param name="source">The text that the values stand in.</param>
internal sealed class ValueReader(SourceText source)
{
    /// <summary>The greatest whole number that every JSON tool holds exactly (RFC 8259 §6).</summary>
    public const long MaxExact = 9_007_199_254_740_991;

    /// <summary>
    /// Linux gives a process no longer argument or variable than 128 KiB with its name and its end (execve(2), MAX_ARG_STRLEN).
    /// </summary>
    private const int MaxArgumentBytes = 130_000;

    public SourceText Source => source;

    /// <summary>Makes the exception that tells what is wrong with a value.</summary>
    public LorchException Refuse(string code, LocatedValue value, string expected, string remedy) =>
        source.Refuse(code, value.Start, $"{value.Path}: found {value.Description}, expected {expected}. {remedy}");

    /// <summary>Takes an object whose members' names are free.</summary>
    public LocatedValue AnyObject(LocatedValue value)
    {
        Check(value, JsonValueKind.Object, "an object");
        return value;
    }

    public string Text(LocatedValue value, string expected)
    {
        Check(value, JsonValueKind.String, expected);
        return value.Text;
    }

    public string FilledText(LocatedValue value, string expected)
    {
        var text = Text(value, expected);
        return !string.IsNullOrWhiteSpace(text) && !text.Contains('\0', StringComparison.Ordinal)
            ? text
            : throw Refuse(DiagnosticCode.ConfigurationInvalidValue, value, $"{expected} that isn't empty", "Write one.");
    }

    /// <summary>
    /// Reads a text that a process is given: none that holds NUL, at which the system would cut it, and none that is longer than the system
    /// takes.
    /// </summary>
    public string Argument(LocatedValue value, string expected)
    {
        var text = Text(value, expected);
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw Refuse(
                DiagnosticCode.ConfigurationInvalidValue,
                value,
                $"{expected} without the character \\u0000",
                "Remove the character.");
        }

        return new UTF8Encoding(false).GetByteCount(text) is var size && size <= MaxArgumentBytes ? text : throw source.Refuse(
            DiagnosticCode.ArgumentTooLong,
            value.Start,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{value.Path}: found a text of {size} bytes, expected {expected} of at most {MaxArgumentBytes}: the system gives no "
                    + $"process more. Put the text into a file, and name that."));
    }

    /// <summary>Reads a program and its arguments.</summary>
    public List<string> Command(LocatedValue value, string expected, string program)
    {
        var items = Items(value, expected);
        if (items.Count == 0)
        {
            throw Refuse(DiagnosticCode.ConfigurationInvalidValue, value, $"a list with at least {program}", "Add the program.");
        }

        return [FilledText(items[0], program), .. items.Skip(1).Select(item => Argument(item, "an argument"))];
    }

    public IReadOnlyList<LocatedValue> Items(LocatedValue value, string expected)
    {
        Check(value, JsonValueKind.Array, expected);
        return value.Items;
    }

    public bool Flag(LocatedValue value) => value.Kind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw WrongType(value, "true or false"),
    };

    public long Whole(LocatedValue value, long min, long max)
    {
        var expected = string.Create(CultureInfo.InvariantCulture, $"a whole number from {min} to {max}");
        Check(value, JsonValueKind.Number, expected);
        if (!IsWhole(value.Text))
        {
            throw WrongType(value, expected);
        }

        return long.TryParse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= min
            && number <= max
            ? number
            : throw Refuse(
                DiagnosticCode.ConfigurationInvalidValue,
                value,
                expected,
                "Write a number in this range, or remove the member to get the default.");
    }

    public double Number(LocatedValue value, double min, double max)
    {
        var expected = string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max}");
        Check(value, JsonValueKind.Number, expected);
        var number = double.Parse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture);
        return number >= min && number <= max
            ? number
            : throw Refuse(
                DiagnosticCode.ConfigurationInvalidValue,
                value,
                expected,
                "Write a number in this range, or remove the member to get the default.");
    }

    public T Choice<T>(LocatedValue value, WireNames<T> choices)
        where T : struct, Enum
    {
        var names = choices.Names.Order(StringComparer.Ordinal).ToList();
        var expected = string.Join(" or ", names.Select(name => $"'{name}'"));
        return choices.TryParse(Text(value, expected), out var chosen)
            ? chosen
            : throw Refuse(
                DiagnosticCode.ConfigurationInvalidValue,
                value,
                expected,
                "Write one of these." + DidYouMean.Question(value.Text, names));
    }

    /// <summary>Refuses numbers that couldn't be told apart, or not be written at all, in canonical JSON (RFC 8785 §3.2.2.3).</summary>
    public void CheckNumbers(LocatedValue value)
    {
        foreach (var inner in value.Items.Concat(value.Members.Select(member => member.Value)))
        {
            CheckNumbers(inner);
        }

        if (value.Kind == JsonValueKind.Number && !IsExact(value.Text))
        {
            throw Refuse(
                DiagnosticCode.ConfigurationInvalidValue,
                value,
                string.Create(CultureInfo.InvariantCulture, $"a number that a double holds, and a whole one only up to {MaxExact}"),
                "Write it as a text.");
        }
    }

    /// <summary>Takes a value as it is written.</summary>
    public static JsonElement Element(LocatedValue value) => JsonText.Write(value.WriteTo);

    /// <summary>Takes some members of an object as they are written; those that aren't there are left out.</summary>
    public static JsonElement Members(LocatedValue value, IReadOnlyList<string> names) => JsonText.Write(json =>
    {
        json.WriteStartObject();
        foreach (var member in value.Members.Where(member => names.Contains(member.Name)))
        {
            json.WritePropertyName(member.Name);
            member.Value.WriteTo(json);
        }

        json.WriteEndObject();
    });

    private static bool IsWhole(string digits) => digits.AsSpan().IndexOfAny(".eE") < 0;

    private static bool IsExact(string digits)
    {
        var number = double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(number) && (!IsWhole(digits) || Math.Abs(number) <= MaxExact);
    }

    private void Check(LocatedValue value, JsonValueKind kind, string expected)
    {
        if (value.Kind != kind)
        {
            throw WrongType(value, expected);
        }
    }

    private LorchException WrongType(LocatedValue value, string expected) => Refuse(
        DiagnosticCode.ConfigurationWrongType,
        value,
        expected,
        value.Kind == JsonValueKind.Null ? "Write one, or remove the member." : "Write one.");
}
