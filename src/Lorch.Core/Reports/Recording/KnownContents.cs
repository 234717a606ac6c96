using System.Text;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Storage;

namespace Lorch.Core.Reports.Recording;

/// <summary>
/// Reads what files hold before agents change them, and afterwards, within bounds: a report isn't worth reading a whole repository.
/// </summary>
/// <param name="root">The workspace root.</param>
/// <param name="isListed">Whether a path would be among the files that are read before, if anything were there.</param>
internal sealed class KnownContents(string root, Func<RelativePath, bool> isListed)
{
    private const int MaxFileBytes = 256 * 1024;
    private const int MaxFiles = 1000;
    private const int MaxBytesBefore = 8 * 1024 * 1024;

    private readonly Dictionary<Sha256Digest, byte[]> _before = [];
    private readonly Dictionary<RelativePath, Artifact> _last = [];
    private readonly HashSet<RelativePath> _gone = [];

    /// <summary>Reads files that agents may change.</summary>
    /// <param name="files">The files, by a manifest.</param>
    public void ReadBefore(IEnumerable<Artifact> files)
    {
        var bytes = 0L;
        foreach (var file in files)
        {
            _last[file.Path] = file;
            if (_before.Count < MaxFiles
                && bytes + file.Size <= MaxBytesBefore
                && file.Size <= MaxFileBytes
                && TryRead(file) is { } content)
            {
                _before[file.Sha256] = content;
                bytes += content.Length;
            }
        }
    }

    /// <summary>Looks what single paths hold that no manifest tells of.</summary>
    /// <param name="paths">The paths.</param>
    public void LookAt(IEnumerable<RelativePath> paths)
    {
        foreach (var path in paths.Where(path => !_last.ContainsKey(path)))
        {
            var full = Path.Join(root, path.ToString());
            if (FileStamp.Of(full) is not { } stamp)
            {
                _gone.Add(path);
            }
            else if (stamp is { IsRegular: true, Size: <= MaxFileBytes } && Projection.TryRead(full) is { } bytes)
            {
                var file = new Artifact { Path = path, Sha256 = Sha256Digest.Of(bytes), Size = bytes.Length };
                (_last[path], _before[file.Sha256]) = (file, bytes);
            }
        }
    }

    /// <summary>Tells what a path held before a step, and takes note of what it holds now.</summary>
    /// <param name="path">The path.</param>
    /// <param name="now">What it holds now; <see langword="null"/> for nothing.</param>
    /// <returns>What it held before, and whether nothing was there: neither, if nobody knows.</returns>
    public (Artifact? Before, bool IsNew) Follow(RelativePath path, Artifact? now)
    {
        var before = _last.GetValueOrDefault(path);
        var isNew = before is null && (_gone.Contains(path) || isListed(path));
        if (now is null)
        {
            _last.Remove(path);
            _gone.Add(path);
        }
        else
        {
            _last[path] = now;
        }

        return (before, isNew);
    }

    /// <summary>Gives the text of a file.</summary>
    /// <param name="file">The file.</param>
    /// <returns>The content, or why there is none; <see langword="null"/> if it is gone.</returns>
    public ReportContent? Describe(Artifact file)
    {
        if (file.Size > MaxFileBytes)
        {
            return new ReportContent { Sha256 = file.Sha256, LeftOut = "large" };
        }

        if ((_before.GetValueOrDefault(file.Sha256) ?? TryRead(file)) is not { } bytes)
        {
            return null;
        }

        _before[file.Sha256] = bytes;
        return TextOf(bytes) is { } text
            ? new ReportContent { Sha256 = file.Sha256, Text = text }
            : new ReportContent { Sha256 = file.Sha256, LeftOut = "binary" };
    }

    private static string? TextOf(byte[] bytes)
    {
        try
        {
            return bytes.AsSpan().Contains((byte)0) ? null : new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Reads a file if it still is what was named.</summary>
    private byte[]? TryRead(Artifact file)
    {
        var path = Path.Join(root, file.Path.ToString());
        return FileStamp.Of(path) is { IsRegular: true, Size: <= MaxFileBytes }
            && Projection.TryRead(path) is { } bytes
            && Sha256Digest.Of(bytes) == file.Sha256
            ? bytes
            : null;
    }
}
