using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Lorch.Core.Storage;

/// <summary>
/// A file that is written and synced under a passing name, <c>.&lt;name&gt;.tmp.&lt;pid&gt;.&lt;16 hex&gt;</c>, before it gets its real
/// one.
/// </summary>
/// <remarks>The first 8 digits tell where the process id counts (<see cref="ProcessPlace.Mark"/>), the others are random.</remarks>
internal sealed partial class TemporaryFile : IDisposable
{
    private bool _moved;

    private TemporaryFile(string path) => FullPath = path;

    /// <summary>Gets where it lies.</summary>
    public string FullPath { get; }

    /// <summary>Writes and syncs a file beside the target.</summary>
    public static TemporaryFile Write(string target, IEnumerable<ReadOnlyMemory<byte>> parts)
    {
        var file = Name(target);
        try
        {
            using var stream = OwnerOnlyFile.Open(file.FullPath, FileMode.CreateNew, FileAccess.Write, FileShare.None);
            foreach (var part in parts)
            {
                stream.Write(part.Span);
            }

            stream.Flush(flushToDisk: true);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Writes a file beside the target that may come out torn after a power loss: for what is checked when it is read and can be made
    /// again.
    /// </summary>
    public static TemporaryFile WriteUnsynced(string target, ReadOnlySpan<byte> content)
    {
        var file = Name(target);
        try
        {
            // Unless its place on the disk is known, ext4 begins to write out a file that replaces another before it renames it.
            using var stream = OwnerOnlyFile.Open(file.FullPath, FileMode.CreateNew, FileAccess.Write, FileShare.None, content.Length);
            stream.Write(content);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Gets the process that wrote a temporary file, and whether its id is one of those here; null if the name isn't that of one.
    /// </summary>
    public static (int Pid, bool IsFromHere)? GetWriter(string name) =>
        NamePattern().Match(name) is { Success: true } match
        && int.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            ? (pid, !match.Groups[2].Success || match.Groups[2].ValueSpan.SequenceEqual(ProcessPlace.Mark))
            : null;

    /// <summary>Gives it its real name, replacing the file that has it.</summary>
    public void ReplaceTarget(string target)
    {
        FileReplacement.Move(FullPath, target);
        _moved = true;
    }

    /// <summary>Gives it its real name unless a file has it.</summary>
    public bool TryBecome(string target) => _moved = ExclusiveMove.TryMove(FullPath, target);

    /// <summary>Removes it unless it got its real name.</summary>
    public void Dispose()
    {
        if (_moved)
        {
            return;
        }

        try
        {
#pragma warning disable RS0030 // This is part of what stands behind IDurableFiles
            File.Delete(FullPath);
#pragma warning restore RS0030
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            // The failure that led here is the one to tell; what is left is removed at the next start.
        }
    }

    private static TemporaryFile Name(string target)
    {
        var random = RandomNumberGenerator.GetHexString(8, lowercase: true);
        var name = string.Create(
            CultureInfo.InvariantCulture,
            $".{Path.GetFileName(target)}.tmp.{Environment.ProcessId}.{ProcessPlace.Mark}{random}");
        return new TemporaryFile(Path.Join(Path.GetDirectoryName(target), name));
    }

    [GeneratedRegex(@"\A\..+\.tmp\.([0-9]{1,10})\.([0-9a-f]{8})?[0-9a-f]{8}\z", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex NamePattern();
}
