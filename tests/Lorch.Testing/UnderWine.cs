using System.Runtime.InteropServices;
using Xunit;

namespace Lorch.Testing;

/// <summary>Wine, which shows programs a Windows that isn't one in everything.</summary>
public static class UnderWine
{
    private static readonly bool Is = OperatingSystem.IsWindows()
        && NativeLibrary.TryLoad("ntdll.dll", out var library) && NativeLibrary.TryGetExport(library, "wine_get_version", out _);

    /// <summary>Skips the test that calls it under Wine.</summary>
    /// <param name="reason">What Wine does otherwise than Windows.</param>
    public static void Skip(string reason) => Assert.SkipWhen(Is, $"Wine: {reason}");

    /// <summary>Skips the test that calls it under Wine, whose symbolic links programs don't see.</summary>
    public static void SkipLinks() => Skip("the framework makes no links there that it sees.");
}
