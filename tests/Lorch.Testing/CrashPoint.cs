using System.Globalization;

namespace Lorch.Testing;

/// <summary>On which side of an operation something happens.</summary>
internal enum Side
{
    Before,
    After,
}

/// <summary>What becomes of changes that were not synced when everything ends.</summary>
internal enum Loss
{
    /// <summary>Only the process was killed: the system still has them, and may lose them later.</summary>
    Nothing,

    /// <summary>The power went: they are gone.</summary>
    Everything,

    /// <summary>The power went: of appended bytes the first half is there, everything else is gone.</summary>
    HalfOfAppends,

    /// <summary>The power went: what is gone is a matter of chance.</summary>
    Some,
}

/// <summary>Where a simulated process ends.</summary>
/// <param name="Operation">The number of the durable operation, from 1.</param>
/// <param name="Side">Whether that one is still done.</param>
/// <param name="Loss">What is lost with it.</param>
internal sealed record CrashPoint(int Operation, Side Side, Loss Loss)
{
    /// <summary>How many bytes of an unsynced append stay; set instead of <see cref="Loss"/>.</summary>
    public int? KeptBytes { get; init; }

    /// <summary>What <see cref="Loss.Some"/> asks.</summary>
    public Random? Chance { get; init; }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Side} operation {Operation}, losing {(KeptBytes is { } kept ? $"all but {kept} bytes" : Loss.ToString())}");
}

/// <summary>The end of the simulated process. It is no error that anybody may handle.</summary>
public sealed class SimulatedCrashException(string message) : Exception(message);

/// <summary>A durable operation that fails once.</summary>
/// <param name="Operation">Its number, from 1.</param>
/// <param name="Reason">What the system says.</param>
internal sealed record Fault(int Operation, Exception Reason)
{
    public static Exception DiskFull =>
        new IOException("No space left on device", OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28);

    public static Exception InputOutputError => new IOException("Input/output error", 5);

    public static Exception AccessDenied => new UnauthorizedAccessException("Access to the path is denied.");
}

/// <summary>One durable operation that was begun.</summary>
/// <param name="Deed">What was done.</param>
/// <param name="Path">The file or folder, relative to the workspace.</param>
internal sealed record FileOperation(string Deed, string Path)
{
    /// <summary>Whether the disk could lose something right after it.</summary>
    public bool LeavesUnsynced { get; set; }

    /// <summary>The number of bytes that it appended.</summary>
    public int Appended { get; init; }

    public override string ToString() => $"{Deed} {Path}";
}
