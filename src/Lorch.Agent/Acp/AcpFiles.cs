using System.Globalization;
using System.Text;
using Lorch.Core;
using Lorch.Core.Storage;

namespace Lorch.Agent.Acp;

/// <summary>Reads and writes the files that a tool asks for, inside the workspace.</summary>
/// <param name="places">Tells what is inside.</param>
/// <param name="pid">This process' id, for the names of temporary files.</param>
internal sealed class AcpFiles(AcpPlaces places, int pid)
{
    private const long MaxBytes = 8 * 1024 * 1024;

    private readonly WorkspaceRoot _root = new(places.Root);
    private int _written;

    /// <summary>Reads a text file.</summary>
    /// <param name="path">Its absolute path.</param>
    /// <param name="firstLine">The number of the first line that is wanted, from 1; null: the first.</param>
    /// <param name="maxLines">How many lines are wanted; null: all.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The text.</returns>
    /// <exception cref="RpcError">It may not or can't be read.</exception>
    public async Task<string> ReadAsync(string path, long? firstLine, long? maxLines, CancellationToken cancellationToken)
    {
        var place = Find(path, toWrite: false);
        switch (_root.Open(place))
        {
            case FileOpening.Opened(var stream, var size):
                await using (stream)
                {
                    return size > MaxBytes
                        ? throw TooLarge(place, size)
                        : Cut(await ReadAsync(stream, cancellationToken), firstLine, maxLines);
                }

            case FileOpening.NotAllowed(var reason):
                throw new RpcError(RpcError.NotPermitted, $"'{place}' {reason}.");
            default:
                throw new RpcError(RpcError.NotFound, $"Resource not found: there is no '{place}'.");
        }
    }

    /// <summary>Writes a text file: it is there whole, or as it was before. Its folders are made, its mode is kept.</summary>
    /// <param name="path">Its absolute path.</param>
    /// <param name="content">The text, written as UTF-8.</param>
    /// <param name="cancellationToken">Stops before the file appears.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="RpcError">It may not be written.</exception>
    public async Task<RelativePath> WriteAsync(string path, string content, CancellationToken cancellationToken)
    {
        var place = Find(path, toWrite: true);
        if (_root.Open(place) is var opening && opening is FileOpening.NotAllowed(var reason))
        {
            throw new RpcError(RpcError.NotPermitted, $"'{place}' {reason}.");
        }

        if (opening is FileOpening.Opened { Stream: var before })
        {
            await before.DisposeAsync();
        }

        var target = Path.Join(places.Root, place.ToString());
        var folder = Path.Join(places.Root, place.Folder);
        var temporary = Path.Join(
            folder,
            string.Create(CultureInfo.InvariantCulture, $".{place.Name}.tmp.{pid}.{Interlocked.Increment(ref _written)}"));
        Directory.CreateDirectory(folder);
#pragma warning disable RS0030 // A tool's files are not Lorch's: what changed is observed, not believed
        try
        {
            await File.WriteAllBytesAsync(temporary, new UTF8Encoding(false).GetBytes(content), cancellationToken);
            if (opening is FileOpening.Opened && !OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(temporary, File.GetUnixFileMode(target));
            }

            File.Move(temporary, target, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
#pragma warning restore RS0030

        return place;
    }

    private static async Task<string> ReadAsync(FileStream stream, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream, new UTF8Encoding(false));
        return await reader.ReadToEndAsync(cancellationToken);
    }

    private static RpcError TooLarge(RelativePath place, long size) => new(
        RpcError.NotPermitted,
        string.Create(CultureInfo.InvariantCulture, $"'{place}' has {size} bytes; up to {MaxBytes} are served."));

    private static string Cut(string text, long? firstLine, long? maxLines)
    {
        if (firstLine is null or <= 1 && maxLines is null)
        {
            return text;
        }

        var start = Skip(text, 0, Math.Max(firstLine ?? 1, 1) - 1);
        return text[start..(maxLines is { } most ? Skip(text, start, most) : text.Length)];
    }

    private static int Skip(string text, int start, long lines)
    {
        for (; lines > 0 && start < text.Length; lines--)
        {
            var end = text.IndexOf('\n', start);
            start = end < 0 ? text.Length : end + 1;
        }

        return start;
    }

    private RelativePath Find(string path, bool toWrite) => !places.TryFind(path, toWrite, out var place, out var problem)
        ? throw new RpcError(RpcError.NotPermitted, $"'{path}' {problem}.")
        : place ?? throw new RpcError(RpcError.NotPermitted, $"'{path}' is a folder.");
}
