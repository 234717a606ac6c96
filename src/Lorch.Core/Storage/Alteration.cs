namespace Lorch.Core.Storage;

/// <summary>One of Lorch's own files that isn't as Lorch left it.</summary>
/// <param name="Path">The absolute path.</param>
/// <param name="What">What was found, as the end of a sentence that begins with the file: <c>was deleted</c>.</param>
/// <param name="Done">What was done about it, as a sentence.</param>
internal sealed record Alteration(string Path, string What, string Done)
{
    /// <summary>What a file's name ends with that somebody else wrote in the place of Lorch's.</summary>
    public const string Suffix = ".altered";

    /// <summary>Gives what stands under a name another one, so that nobody takes it for Lorch's.</summary>
    /// <param name="files">What renames durably.</param>
    /// <param name="path">An absolute path.</param>
    /// <returns>The new name without its folder; <see langword="null"/> if nothing was there.</returns>
    public static async Task<string?> PutAsideAsync(IDurableFiles files, string path)
    {
        if (IsFree(path))
        {
            return null;
        }

        var aside = path + Suffix;
        for (var i = 2; !IsFree(aside); i++)
        {
            aside = $"{path}{Suffix}-{i}";
        }

        // What was begun here must be finished, whoever cancels: between two names there is no file.
        await files.RenameAsync(path, aside, CancellationToken.None);
        return System.IO.Path.GetFileName(aside);
    }

    /// <summary>Puts a file aside and the right content in its place.</summary>
    /// <param name="files">What writes durably.</param>
    /// <param name="path">An absolute path.</param>
    /// <param name="what">What was found.</param>
    /// <param name="content">What it held.</param>
    /// <returns>The alteration, told.</returns>
    public static async Task<Alteration> MendAsync(IDurableFiles files, string path, string what, ReadOnlyMemory<byte> content)
    {
        if (System.IO.Path.GetDirectoryName(path) is { } folder && !Directory.Exists(folder))
        {
            // A file in the place of the folder.
            await PutAsideAsync(files, folder);
        }

        var aside = await PutAsideAsync(files, path);
        await files.ReplaceAsync(path, content, CancellationToken.None);
        return new Alteration(
            path,
            what,
            aside is null ? "It was put back." : $"It was put back; what was found is kept beside it as '{aside}'.");
    }

    /// <summary>Whether nothing has a name, be it a link to nowhere.</summary>
    private static bool IsFree(string path) => !System.IO.Path.Exists(path) && new FileInfo(path).LinkTarget is null;
}
