using System.Globalization;
using System.Text;

namespace Lorch.Core.Json;

/// <summary>The way to the value that is looked at, as a JSON path.</summary>
internal static class JsonPathTrail
{
    public const string Root = "$";

    public static string Member(string path, string name) =>
        IsPlain(name) ? $"{path}.{name}" : $"{path}['{name}']";

    public static string Item(string path, int index) => string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]");

    private static bool IsPlain(string name)
    {
        foreach (var rune in name.EnumerateRunes())
        {
            if (!Rune.IsLetterOrDigit(rune) && rune.Value is not ('_' or '-'))
            {
                return false;
            }
        }

        return name.Length > 0;
    }
}
