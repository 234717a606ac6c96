using System.Buffers;

namespace Lorch.Core;

/// <summary>The characters that the text forms of ids are made of.</summary>
internal static class AllowedCharacters
{
    public static readonly SearchValues<char> InIds =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    public static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    /// <summary>Whether a text is exactly so many lower-case hexadecimal digits.</summary>
    public static bool IsLowerHex(ReadOnlySpan<char> text, int length) =>
        text.Length == length && text.IndexOfAnyExcept(LowerHex) < 0;
}
