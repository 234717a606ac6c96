using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Lorch.Core.Json;

/// <summary>Says where a text stops being UTF-8.</summary>
internal static class Utf8Check
{
    /// <summary>Finds the first byte that isn't UTF-8, or -1.</summary>
    public static int FindInvalid(ReadOnlySpan<byte> text)
    {
        if (Utf8.IsValid(text))
        {
            return -1;
        }

        var at = 0;
        while (Rune.DecodeFromUtf8(text[at..], out _, out var used) == OperationStatus.Done)
        {
            at += used;
        }

        return at;
    }
}
