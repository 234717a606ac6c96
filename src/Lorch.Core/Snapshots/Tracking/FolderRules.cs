using System.Text;

namespace Lorch.Core.Snapshots.Tracking;

/// <summary>What is tracked of one folder: made once for each folder on the way down, then asked about each name in it.</summary>
/// <remarks>
/// Names are the bytes that the system gives, which may be no UTF-8. Several threads ask at once, and folders are entered in any order.
/// </remarks>
internal abstract class FolderRules
{
    /// <summary>Whether a snapshot holds the file or link with a name, if there is one.</summary>
    public abstract bool IsTracked(ReadOnlySpan<byte> name);

    /// <summary>
    /// Gives the rules of the folder with a name; <see langword="null"/> if nothing below it can be tracked, so that it needn't be read.
    /// </summary>
    public abstract FolderRules? Enter(ReadOnlySpan<byte> name);
}

/// <summary>The rules of a folder below which everything is tracked but what never is.</summary>
internal sealed class EverythingBelow : FolderRules
{
    public static readonly EverythingBelow Instance = new();

    public override bool IsTracked(ReadOnlySpan<byte> name) => !NeverTracked.HoldsName(name);

    public override FolderRules? Enter(ReadOnlySpan<byte> name) => NeverTracked.HoldsName(name) ? null : this;
}

/// <summary>The rules of a folder in which every path has to be matched against globs.</summary>
internal sealed class GlobbedFolder(TrackedGlobs globs, string folder) : FolderRules
{
    private const int MaxBytesOnStack = 1024;

    private static readonly UTF8Encoding Lossy = new(false);

    private readonly byte[] _prefix = folder.Length == 0 ? [] : Lossy.GetBytes($"{folder}/");

    public override bool IsTracked(ReadOnlySpan<byte> name)
    {
        if (NeverTracked.HoldsName(name))
        {
            return false;
        }

        // At the root some names more are never tracked.
        if (folder.Length == 0 && NeverTracked.Holds(PathOf(name)))
        {
            return false;
        }

        var length = _prefix.Length + name.Length;
        var path = length <= MaxBytesOnStack ? stackalloc byte[length] : new byte[length];
        _prefix.CopyTo(path);
        name.CopyTo(path[_prefix.Length..]);
        return globs.Match(path);
    }

    public override FolderRules? Enter(ReadOnlySpan<byte> name)
    {
        if (NeverTracked.HoldsName(name))
        {
            return null;
        }

        var path = PathOf(name);
        return globs.TracksEverythingBelow(path) ? EverythingBelow.Instance
            : globs.CanContainTracked(path) ? new GlobbedFolder(globs, path)
            : null;
    }

    private string PathOf(ReadOnlySpan<byte> name) => folder.Length == 0 ? Lossy.GetString(name) : $"{folder}/{Lossy.GetString(name)}";
}
