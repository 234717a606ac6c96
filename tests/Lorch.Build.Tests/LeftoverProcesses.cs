namespace Lorch.Build.Tests;

/// <summary>Agents and build processes that outlived their command. An agent's current folder is its workspace.</summary>
internal static class LeftoverProcesses
{
    public static IReadOnlyList<string> In(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            return [];
        }

        return
        [
            .. from process in Directory.EnumerateDirectories("/proc")
               where char.IsAsciiDigit(Path.GetFileName(process)[0])
               where CurrentFolder(process)?.StartsWith(folder, StringComparison.Ordinal) == true
               select CommandLine(process),
        ];
    }

    private static string? CurrentFolder(string process)
    {
        try
        {
            return new DirectoryInfo(Path.Combine(process, "cwd")).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile, or belongs to somebody else.
            return null;
        }
    }

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ');
        }
        catch (IOException)
        {
            return process;
        }
    }
}
