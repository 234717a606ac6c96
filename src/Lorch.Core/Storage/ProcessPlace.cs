using System.Security.Cryptography;
using System.Text;

namespace Lorch.Core.Storage;

/// <summary>
/// Tells processes apart that share a file and not their process ids: each container counts its own from 1, and so does each machine.
/// </summary>
internal static class ProcessPlace
{
    /// <summary>Gets what names this process and no other one anywhere.</summary>
    public static string Token { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>Gets what names the place in which this process has its id: on Linux boot and namespace (pid_namespaces(7)), on macOS the
    /// boot, on Windows the machine, as which a container counts; null where that can't be told.</summary>
    public static string? Current { get; } = Find();

    /// <summary>Gets a value indicating whether this process works for a build that another one leads.</summary>
    public static bool IsNode { get; } = Environment.CommandLine.Contains("/nodemode:", StringComparison.Ordinal);

    /// <summary>Gets 8 hexadecimal digits that stand for the place in the names of files.</summary>
    internal static string Mark { get; } =
        Convert.ToHexStringLower(SHA256.HashData(new UTF8Encoding(false, true).GetBytes(Current ?? Environment.MachineName)))[..8];

    private static string? Find()
    {
        if (!OperatingSystem.IsLinux())
        {
            return OperatingSystem.IsWindows()
                ? $"windows/{Environment.MachineName}"
                : UnixCalls.BootSession() is { } session ? $"macos/{session}" : null;
        }

        try
        {
            return File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() is { Length: > 0 } boot
                && new FileInfo("/proc/self/ns/pid").LinkTarget is { Length: > 0 } space
                    ? $"{boot}/{space}"
                    : null;
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            // A system without /proc, or one that hides it.
            return null;
        }
    }
}
