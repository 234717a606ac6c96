namespace Lorch.Core.Agents.Processes;

/// <summary>Finds programs as an agent's command names them: with a slash relative to the workspace root, otherwise in the PATH.</summary>
/// <param name="root">The workspace root.</param>
/// <param name="environment">The environment whose PATH is searched.</param>
internal sealed class ProgramSearch(string root, IReadOnlyDictionary<string, string> environment)
{
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Looks for a program.</summary>
    /// <param name="name">Its name or path.</param>
    /// <param name="program">Its absolute path, or null.</param>
    /// <returns>What stands in the way: what was found where and what to do; null when it was found.</returns>
    public string? Find(string name, out string? program)
    {
        program = null;
        var isPath = IsPath(name);
        string? nearest = null;
        foreach (var candidate in (isPath ? [root] : PathFolders()).SelectMany(folder => Candidates(folder, name)))
        {
            if (Problem(candidate) is not { } problem)
            {
                program = candidate;
                return null;
            }

            nearest ??= problem.Length > 0 ? problem : null;
        }

        return nearest ?? (isPath
            ? $"there is no '{Path.GetFullPath(name, root)}'. A program with a '/' is looked for from the workspace root: correct 'cmd' in "
                + $"lorch.json."
            : $"there is no '{name}' in the PATH. Install it, or name its path in 'cmd' in lorch.json.");
    }

    private static bool IsPath(string name) =>
        name.Contains('/', StringComparison.Ordinal) || (OperatingSystem.IsWindows() && name.Contains('\\', StringComparison.Ordinal));

    private List<string> PathFolders() =>
        [.. (environment.GetValueOrDefault("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.GetFullPath(folder, root))];

    private IEnumerable<string> Candidates(string folder, string name)
    {
        var path = Path.GetFullPath(name, folder);
        return OperatingSystem.IsWindows()
            ? WithExtensions(
                path,
                environment.GetValueOrDefault("PATHEXT") ?? ".COM;.EXE;.BAT;.CMD",
                alsoPlain: IsPath(name) || Path.HasExtension(name))
            : [path];
    }

    /// <summary>
    /// A name with an extension that starts something stands for itself; any other one, as the dot in <c>agent1.0</c> shows, may lack its
    /// extension.
    /// </summary>
    internal static IEnumerable<string> WithExtensions(string path, string extensions, bool alsoPlain)
    {
        var known = extensions.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return known.Any(extension => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase)) ? [path]
            : [.. known.Select(extension => path + extension), .. alsoPlain ? [path] : Array.Empty<string>()];
    }

    /// <summary>Null: can be started. Empty: nothing there. Otherwise what is there instead.</summary>
    private static string? Problem(string path)
    {
        if (Directory.Exists(path))
        {
            return $"'{path}' is a folder. Name the program in it in 'cmd' in lorch.json.";
        }

        if (!File.Exists(path))
        {
            return "";
        }

        return OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & AnyExecute) != 0
            ? null
            : $"'{path}' isn't executable. Make it so (chmod +x), or name its interpreter first in 'cmd' in lorch.json.";
    }
}
