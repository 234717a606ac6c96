using System.Diagnostics.CodeAnalysis;
using Lorch.Core;
using Lorch.Core.Storage;

namespace Lorch.Agent.Acp;

/// <summary>Tells which paths that a tool names are inside the workspace, and none of Lorch's own.</summary>
/// <param name="layout">Where the workspace is.</param>
internal sealed class AcpPlaces(WorkspaceLayout layout)
{
    private static readonly string[] NeverWritten = [".git", "lorch.json"];

    private readonly string[] _roots = [Slashed(layout.WorkspaceRoot), Slashed(WithoutLinks(layout.WorkspaceRoot))];

    /// <summary>
    /// The root may be written as its system takes it (<c>c:/</c> for <c>C:/</c>); what lies below it is compared with the disk when it is
    /// opened.
    /// </summary>
    private static StringComparison Comparison => OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    /// <summary>Gets the workspace root.</summary>
    public string Root => layout.WorkspaceRoot;

    /// <summary>Tells whether a path lies in the workspace. Looks at the disk, too: no part of it may be a link.</summary>
    /// <param name="path">The path as the tool names it.</param>
    /// <param name="toWrite">Whether the tool wants to change what is there.</param>
    /// <param name="place">The path below the workspace root; unset for the root itself.</param>
    /// <param name="problem">Why it may not be used, as the end of a sentence.</param>
    /// <returns>Whether it may be used.</returns>
    public bool TryFind(string path, bool toWrite, out RelativePath? place, [NotNullWhen(false)] out string? problem)
    {
        place = null;
        if (!Path.IsPathFullyQualified(path))
        {
            problem = "is no absolute path";
            return false;
        }

        var slashed = Slashed(path);
        if (_roots.Contains(slashed, StringComparer.FromComparison(Comparison)))
        {
            problem = null;
            return true;
        }

        if (Array.Find(_roots, root => slashed.StartsWith(root + "/", Comparison)) is not { } parent
            || !RelativePath.TryParse(slashed[(parent.Length + 1)..], out var found))
        {
            problem = "is outside of the workspace, or isn't written without '.', '..' and '//'";
            return false;
        }

        place = found;
        problem = Own(found.ToString(), toWrite) ?? Link(found.ToString());
        return problem is null;
    }

    private static string Slashed(string path) =>
        Path.TrimEndingDirectorySeparator(OperatingSystem.IsWindows() ? Plain(path) : path);

    /// <summary>
    /// A path of Windows in the one form in which it is compared: tools write it with either slash, and with the mark of a long one.
    /// </summary>
    internal static string Plain(string path)
    {
        var slashed = path.Replace('\\', '/');
        return slashed.StartsWith("//?/UNC/", StringComparison.OrdinalIgnoreCase) ? $"//{slashed[8..]}"
            : slashed.StartsWith("//?/", StringComparison.Ordinal) ? slashed[4..]
            : slashed;
    }

    /// <summary>The root as tools name it that follow its links.</summary>
    private static string WithoutLinks(string path)
    {
        var place = Path.GetPathRoot(path)!;
        foreach (var part in path[place.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            place = Path.Join(place, part);
            place = new DirectoryInfo(place) is { LinkTarget: not null } link
                && link.ResolveLinkTarget(returnFinalTarget: true) is { } target
                ? WithoutLinks(target.FullName)
                : place;
        }

        return place;
    }

    private string? Own(string path, bool toWrite)
    {
        var first = path.Split('/')[0];
        if (WorkspaceLayout.OwnFolders.Except(WorkspaceLayout.FoldersForAgents).Contains(first, StringComparer.OrdinalIgnoreCase)
            || IsBelow(layout.StateRoot, Path.GetFullPath(path, Root)))
        {
            return "belongs to Lorch";
        }

        return toWrite && NeverWritten.Contains(first, StringComparer.OrdinalIgnoreCase)
            ? $"is, or is in, '{first}', which agents don't write"
            : null;
    }

    /// <summary>A state root elsewhere in the workspace; the workspace root itself is everything's.</summary>
    private bool IsBelow(string folder, string path) =>
        folder != Root
            && (path + Path.DirectorySeparatorChar).StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.OrdinalIgnoreCase);

    private string? Link(string path)
    {
        var place = Root;
        foreach (var part in path.Split('/'))
        {
            place = Path.Join(place, part);
            if (new FileInfo(place).LinkTarget is not null)
            {
                return $"is, or is reached over, the link '{Path.GetRelativePath(Root, place)}'";
            }
        }

        return null;
    }
}
