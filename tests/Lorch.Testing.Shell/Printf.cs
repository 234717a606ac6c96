using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Lorch.Testing.Shell;

/// <summary>Formats texts.</summary>
internal static class Printf
{
    /// <summary>As printf(1): the format is used again as long as there are arguments.</summary>
    public static string Format(string format, List<string> arguments)
    {
        var (result, at) = (new StringBuilder(), 0);
        do
        {
            var used = at;
            result.Append(Regex.Replace(
                Unescape(format.Replace("%%", "\uE001", StringComparison.Ordinal)),
                "%(0?)([0-9]*)([sdxb])",
                match =>
                {
                    var value = arguments.ElementAtOrDefault(at++) ?? "";
                    var width = match.Groups[2].Length > 0 ? int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) : 0;
                    var text = match.Groups[3].Value switch
                    {
                        "s" => value,
                        "b" => Unescape(value),
                        "x" => (value.Length == 0
                            ? 0
                            : long.Parse(value, CultureInfo.InvariantCulture)).ToString("x", CultureInfo.InvariantCulture),
                        _ => value.Length == 0 ? "0" : value,
                    };
                    return text.PadLeft(width, match.Groups[1].Length > 0 ? '0' : ' ');
                }));
            if (at == used)
            {
                break;
            }
        }
        while (at < arguments.Count);
        return result.ToString().Replace('\uE001', '%');
    }

    /// <summary>Puts characters in place of their escapes.</summary>
    public static string Unescape(string text) =>
        Regex.Replace(text, @"\\(n|t|r|\\|a|b|e|0?[0-7]{1,3}|""|')", match => match.Groups[1].Value switch
        {
            "n" => "\n",
            "t" => "\t",
            "r" => "\r",
            "a" => "\a",
            "b" => "\b",
            "e" => "\e",
            [>= '0' and <= '7', ..] octal => $"{(char)Convert.ToInt32(octal, 8)}",
            var other => other,
        });
}
