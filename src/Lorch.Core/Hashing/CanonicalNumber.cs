using System.Globalization;

namespace Lorch.Core.Hashing;

/// <summary>Numbers as ECMAScript writes a double (RFC 8785 §3.2.2.3, ECMA-262 Number::toString).</summary>
internal static class CanonicalNumber
{
    /// <summary>Writes a number.</summary>
    /// <param name="value">A finite number.</param>
    /// <returns>The shortest text that reads back as the same double.</returns>
    public static string Format(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new FormatException("A number is too large for canonical JSON, which knows only doubles (RFC 8785 §3.2.2.3).");
        }

        // Minus zero, too, is "0".
        if (value == 0)
        {
            return "0";
        }

        var (digits, point) = ShortestDigits(Math.Abs(value));
        var sign = value < 0 ? "-" : "";
        return sign + point switch
        {
            > 0 and <= 21 when digits.Length <= point => digits + new string('0', point - digits.Length),
            > 0 and <= 21 => $"{digits[..point]}.{digits[point..]}",
            > -6 and <= 0 => $"0.{new string('0', -point)}{digits}",
            _ => FormatExponent(digits, point - 1),
        };
    }

    private static string FormatExponent(string digits, int exponent)
    {
        var mantissa = digits.Length == 1 ? digits : $"{digits[0]}.{digits[1..]}";
        return string.Create(CultureInfo.InvariantCulture, $"{mantissa}e{(exponent < 0 ? "-" : "+")}{Math.Abs(exponent)}");
    }

    /// <summary>Splits a positive number into its digits and the place of the decimal point among them.</summary>
    private static (string Digits, int Point) ShortestDigits(double value)
    {
        // "R" gives the shortest digits that read back as the same double, as ECMAScript asks: 123.45, 0.001 or 1.5E-07.
        var parts = value.ToString("R", CultureInfo.InvariantCulture).Split('E');
        var shift = parts.Length == 2 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0;
        var point = parts[0].IndexOf('.', StringComparison.Ordinal);
        var all = parts[0].Replace(".", "", StringComparison.Ordinal);
        var digits = all.TrimStart('0');
        return (digits.TrimEnd('0'), (point < 0 ? all.Length : point) - (all.Length - digits.Length) + shift);
    }
}
