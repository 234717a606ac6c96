using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Lorch.Testing;

/// <summary>Gives a file a second name, a hard link.</summary>
public static partial class SecondName
{
    /// <summary>Makes it.</summary>
    /// <param name="existing">The absolute path of a file.</param>
    /// <param name="path">The absolute path that is to lead to it as well.</param>
    public static void Give(string existing, string path)
    {
        if (OperatingSystem.IsWindows())
        {
            if (!CreateHardLink(path, existing, 0))
            {
                throw new IOException($"'{path}' can't be linked: {Marshal.GetLastPInvokeErrorMessage()}");
            }

            return;
        }

        using var link = Process.Start("ln", [existing, path]);
        link.WaitForExit();
    }

    [LibraryImport("kernel32", EntryPoint = "CreateHardLinkW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CreateHardLink(string path, string existing, nint security);
}
