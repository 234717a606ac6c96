using System.Text;
using Lorch.Core.Snapshots.GitIgnore;

namespace Lorch.Core.Snapshots.Tracking;

/// <summary>The rules of a folder in which .gitignore files leave something out.</summary>
/// <param name="files">Where further .gitignore files are read.</param>
/// <param name="globs">What is tracked.</param>
/// <param name="inner">The folder's rules without them.</param>
/// <param name="ignored">What they ignore in this folder.</param>
/// <param name="folder">The folder's path below the workspace root, lossy where it isn't UTF-8.</param>
internal sealed class IgnoringFolder(
    GitIgnoreFiles files,
    TrackedGlobs globs,
    FolderRules inner,
    IgnoreRules ignored,
    string folder) : FolderRules
{
    private static readonly UTF8Encoding Lossy = new(false);

    private readonly bool _hasNamedFiles = globs.NamesFilesIn(folder);

    public override bool IsTracked(ReadOnlySpan<byte> name) =>
        inner.IsTracked(name) && (!ignored.Ignore(name, isFolder: false) || (_hasNamedFiles && globs.NamesFile(PathOf(name))));

    public override FolderRules? Enter(ReadOnlySpan<byte> name)
    {
        if (inner.Enter(name) is not { } rules)
        {
            return null;
        }

        var path = PathOf(name);
        if (ignored.Ignore(name, isFolder: true))
        {
            return globs.InIgnored(path) is { } named ? new GlobbedFolder(named, path) : null;
        }

        var inside = files.IsSubmodule(path) ? IgnoreRules.None.With(files.ReadIn(path)) : ignored.Enter(name, files.ReadIn(path));
        return new IgnoringFolder(files, globs, rules, inside, path);
    }

    private string PathOf(ReadOnlySpan<byte> name) => folder.Length == 0 ? Lossy.GetString(name) : $"{folder}/{Lossy.GetString(name)}";
}
