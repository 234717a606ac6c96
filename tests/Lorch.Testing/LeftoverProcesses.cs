namespace Lorch.Testing;

/// <summary>Agents and build processes that outlived their command. An agent's current folder is its workspace.</summary>
internal static class LeftoverProcesses
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The agents that work in a folder: their environment says so from the moment they start.</summary>
    public static IReadOnlyList<int> AgentsIn(string folder) => With($"LORCH_WORKSPACE_ROOT={folder}");

    /// <summary>The processes that have a variable, written <c>NAME=value</c>, in their environment.</summary>
    public static IReadOnlyList<int> With(string variable) => !OperatingSystem.IsLinux() ? [] :
    [
        .. from process in Directory.EnumerateDirectories("/proc")
           where char.IsAsciiDigit(Path.GetFileName(process)[0])
           where Variables(process).Contains(variable)
           select int.Parse(Path.GetFileName(process), null),
    ];

    /// <summary>
    /// Waits until no agent works in a folder any more: they end when their input does. Gives those that didn't end in time.
    /// </summary>
    public static async Task<IReadOnlyList<string>> ThatStayAsync(string folder, CancellationToken cancellationToken)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (AgentsIn(folder) is { Count: > 0 } agents)
        {
            if (TimeProvider.System.GetElapsedTime(since) > Patience)
            {
                return [.. agents.Select(agent => $"{agent} {CommandLine($"/proc/{agent}")}")];
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, cancellationToken);
        }

        return [];
    }

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

    private static string[] Variables(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "environ")).Split('\0');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
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
