namespace Lorch.Core;

/// <summary>
/// Names that Windows takes for a device wherever they stand, with any extension: learn.microsoft.com/windows/win32/fileio/naming-a-file.
/// </summary>
internal static class DeviceNames
{
    private static readonly string[] Devices = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];

    /// <summary>Whether a name is that of a device.</summary>
    /// <param name="name">The name of a file or folder.</param>
    public static bool Contain(string name)
    {
        var stem = name.Split('.')[0].TrimEnd(' ');
        return Devices.Contains(stem, StringComparer.OrdinalIgnoreCase) || IsPort(stem);
    }

    /// <summary>COM1 to COM9 and LPT1 to LPT9, also with superscript digits.</summary>
    private static bool IsPort(string stem) => stem.Length == 4
        && (stem.StartsWith("COM", StringComparison.OrdinalIgnoreCase) || stem.StartsWith("LPT", StringComparison.OrdinalIgnoreCase))
        && stem[3] is (>= '1' and <= '9') or '\u00B9' or '\u00B2' or '\u00B3';
}
