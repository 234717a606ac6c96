namespace Lorch.Core.Storage;

/// <summary>Remembers what files were like, and copies of the smaller ones, so that what somebody else did to them is found.</summary>
/// <param name="copy">Where copies go; the caller disposes it.</param>
/// <param name="maxCopied">The most bytes that are copied, all files together.</param>
internal sealed class WatchedFiles(HiddenCopy copy, long maxCopied)
{
    private readonly Dictionary<string, Watched> _files = new(StringComparer.Ordinal);

    /// <summary>Gets the files that are watched.</summary>
    public IEnumerable<string> Paths => _files.Keys;

    /// <summary>Whether a file is watched.</summary>
    /// <param name="path">An absolute path.</param>
    /// <returns><see langword="true"/> if it is.</returns>
    public bool Contains(string path) => _files.ContainsKey(path);

    /// <summary>Watches a file from now on, as it is now.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="isFresh">Whether it was written just now: then its stamp alone says too little.</param>
    public void Add(string path, bool isFresh)
    {
        // Stamped first: what changes while it is copied differs from its stamp later. What a link to a folder leads to changes whenever
        // anything in it does.
        if (FileStamp.Of(path) is { } stamp && !Directory.Exists(path))
        {
            _files[path] = new Watched(stamp, copy.Append(path, maxCopied - copy.Length), isFresh);
        }
    }

    /// <summary>Says what somebody did to a watched file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The end of a sentence that begins with the file; <see langword="null"/> if it holds what it did.</returns>
    public string? FindAlteration(string path)
    {
        var known = _files[path];
        if (FileStamp.Of(path) is not { } now)
        {
            return "was deleted";
        }

        if (now == known.Stamp && !known.IsFresh)
        {
            return null;
        }

        // Written anew with the same content, by a checkout or an editor: what counts is what would be read.
        if (known.Copy is { } part && copy.IsEqualTo(path, part))
        {
            _files[path] = known with { Stamp = now };
            return null;
        }

        return known.Copy is null && now == known.Stamp ? null
            : !now.IsSameFileAs(known.Stamp) ? "was replaced by another file"
            : now.Size < known.Stamp.Size ? "was cut"
            : "was changed";
    }

    /// <summary>Gives what a watched file held.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its bytes, or <see langword="null"/> if it wasn't copied.</returns>
    public byte[]? ContentOf(string path) => _files[path].Copy is { } part ? copy.Read(part) : null;

    private sealed record Watched(FileStamp Stamp, CopiedPart? Copy, bool IsFresh);
}
