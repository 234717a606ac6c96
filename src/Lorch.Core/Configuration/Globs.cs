using System.IO.Enumeration;

namespace Lorch.Core.Configuration;

/// <summary>What the configuration asks of globs.</summary>
internal static class Globs
{
    private static readonly string[] NeverTracked = [".git", "node_modules", "bin", "obj", ".vs", ".idea", ".cache", "TestResults"];

    /// <summary>Tells in a sentence why a glob can't be used, or <see langword="null"/>.</summary>
    public static string? FindProblem(string glob) =>
        glob.Length == 0 ? "It is empty."
        : glob.StartsWith('/') ? "It starts with '/'."
        : glob.Contains('\\', StringComparison.Ordinal) ? "It holds '\\'; write '/'."
        : glob.Split('/').Contains("..") ? "It holds '..' and so leaves the workspace."
        : null;

    public static bool NamesNeverTracked(string glob) => glob.Split('/').Any(NeverTracked.Contains);

    public static bool IsMatch(string glob, string path) =>
        IsMatch((glob.EndsWith('/') ? glob + "**" : glob).Split('/'), path.Split('/'));

    private static bool IsMatch(ReadOnlySpan<string> glob, ReadOnlySpan<string> path)
    {
        if (glob.IsEmpty)
        {
            return path.IsEmpty;
        }

        if (glob[0] == "**")
        {
            return IsMatch(glob[1..], path) || (!path.IsEmpty && IsMatch(glob, path[1..]));
        }

        return !path.IsEmpty && FileSystemName.MatchesSimpleExpression(glob[0], path[0], ignoreCase: false) && IsMatch(glob[1..], path[1..]);
    }
}
