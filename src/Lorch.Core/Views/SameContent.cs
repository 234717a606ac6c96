using Lorch.Core.Storage;

namespace Lorch.Core.Views;

/// <summary>Compares what two files hold.</summary>
internal static class SameContent
{
    private const int PartBytes = 64 * 1024;

    /// <summary>Whether two regular files are there and hold the same.</summary>
    public static bool Hold(string one, string other)
    {
        if (FileStamp.OfEntry(one) is not { IsRegular: true } first
            || FileStamp.OfEntry(other) is not { IsRegular: true } second
            || first.Access != second.Access)
        {
            return false;
        }

        using var left = OwnerOnlyFile.Open(one, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var right = OwnerOnlyFile.Open(other, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var (leftPart, rightPart) = (new byte[PartBytes], new byte[PartBytes]);
        while (true)
        {
            var count = left.ReadAtLeast(leftPart, PartBytes, throwOnEndOfStream: false);
            if (right.ReadAtLeast(rightPart, PartBytes, throwOnEndOfStream: false) != count
                || !leftPart.AsSpan(0, count).SequenceEqual(rightPart.AsSpan(0, count)))
            {
                return false;
            }

            if (count < PartBytes)
            {
                return true;
            }
        }
    }
}
