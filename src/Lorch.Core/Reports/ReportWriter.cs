using Lorch.Core.Storage;

namespace Lorch.Core.Reports;

/// <summary>Writes pages: never synced, because each can be made again.</summary>
internal static class ReportWriter
{
    /// <summary>Writes a page unless it says the same already.</summary>
    /// <exception cref="LorchException">It can't be written.</exception>
    public static void Write(string path, byte[] content)
    {
        if (Projection.TryRead(path) is { } present && content.AsSpan().SequenceEqual(present))
        {
            return;
        }

        try
        {
            DurableFolders.Make(Path.GetDirectoryName(path)!);
            using var file = TemporaryFile.WriteUnsynced(path, content);
            file.ReplaceTarget(path);
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            throw StorageFailure.Because(path, "written", exception);
        }
    }

    /// <summary>Appends to a file of somebody else's.</summary>
    /// <exception cref="LorchException">It can't be written.</exception>
    public static void Append(string path, byte[] content)
    {
        try
        {
            NoFifo.Avoid(path);
            using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            file.Write(content);
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            throw StorageFailure.Because(path, "written", exception);
        }
    }
}
