using System.IO.Enumeration;
using System.Text;
using Lorch.Core.Storage;

namespace Lorch.Core.Views;

/// <summary>Lists what a view holds: what git tracks or would add; without git all but the folders that are never tracked.</summary>
/// <param name="place">The workspace and the repository that it lies in.</param>
internal sealed class WorkspaceFiles(RepositoryPlace place)
{
    private static readonly string[] NeverTracked = [".git", "bin", "obj", "node_modules", "TestResults"];
    private static readonly UTF8Encoding Utf8 = new(false, true);

    private readonly string[] _records = [.. RecordFolders(place)];

    /// <summary>Lists.</summary>
    /// <param name="besides">Paths below the workspace root that a view holds whatever git says of them.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <returns>Paths of files and links below <see cref="RepositoryPlace.Top"/>, with <c>/</c>; some may be gone by now.</returns>
    public async Task<HashSet<string>> ListAsync(IEnumerable<RelativePath> besides, CancellationToken cancellationToken)
    {
        var known = await AskGitAsync(cancellationToken);
        var files = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in known ?? (IEnumerable<string>)Walk(""))
        {
            // Git names a submodule by its folder.
            if (known is not null && Directory.Exists(place.At(path)) && !IsLink(place.At(path)))
            {
                files.UnionWith(Walk(path).Where(inner => !IsRecord(inner)));
            }
            else if (!IsRecord(path))
            {
                files.Add(path);
            }
        }

        files.UnionWith(besides.Select(place.Below));
        return files;
    }

    private async Task<List<string>?> AskGitAsync(CancellationToken cancellationToken)
    {
        if (place.Git is not { } git)
        {
            return null;
        }

        string[] question = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
        var (exitCode, output) = await git.AskAsync(place.Top, question, cancellationToken);
        return exitCode == 0 ? [.. Names(output)] : null;
    }

    private static IEnumerable<string> Names(byte[] output)
    {
        for (var start = 0; start < output.Length;)
        {
            var length = output.AsSpan(start).IndexOf((byte)0);
            var name = TryDecode(output.AsSpan(start, length < 0 ? output.Length - start : length));
            if (name is { Length: > 0 })
            {
                yield return name.TrimEnd('/');
            }

            start += (length < 0 ? output.Length - start : length) + 1;
        }
    }

    private static string? TryDecode(ReadOnlySpan<byte> name)
    {
        try
        {
            return Utf8.GetString(name);
        }
        catch (DecoderFallbackException)
        {
            // No record can name such a file, so no agent can be asked for it.
            return null;
        }
    }

    private FileSystemEnumerable<string> Walk(string folder) => new FileSystemEnumerable<string>(
        place.At(folder),
        (ref FileSystemEntry entry) => Path.GetRelativePath(place.Top, entry.ToFullPath()).Replace(Path.DirectorySeparatorChar, '/'),
        new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = default, IgnoreInaccessible = false })
    {
        ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory || IsLink(ref entry),
        ShouldRecursePredicate = (ref FileSystemEntry entry) => !IsLink(ref entry) && !IsNever(entry.FileName),
    };

    private static bool IsNever(ReadOnlySpan<char> name)
    {
        foreach (var never in NeverTracked)
        {
            if (name.SequenceEqual(never))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsLink(ref FileSystemEntry entry) => entry.Attributes.HasFlag(FileAttributes.ReparsePoint);

    private static bool IsLink(string path) => new FileInfo(path).LinkTarget is not null;

    private bool IsRecord(string path) => Array.Exists(_records, record => path.StartsWith(record, StringComparison.Ordinal));

    /// <summary>Where Lorch's records lie or could lie, in the workspace and in a state root inside the repository.</summary>
    private static IEnumerable<string> RecordFolders(RepositoryPlace place)
    {
        var roots = new List<string> { place.Prefix };
        var state = Path.GetRelativePath(place.Top, place.Layout.StateRoot).Replace(Path.DirectorySeparatorChar, '/');
        if (state is not ".." && !state.StartsWith("../", StringComparison.Ordinal) && !Path.IsPathRooted(state))
        {
            roots.Add(state is "." ? "" : $"{state}/");
        }

        return roots.Distinct().SelectMany(root => WorkspaceLayout.OwnFolders.Select(folder => $"{root}{folder}/"));
    }
}
