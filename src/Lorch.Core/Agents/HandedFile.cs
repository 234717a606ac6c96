using Lorch.Core.Storage;

namespace Lorch.Core.Agents;

/// <summary>
/// A file that an agent is handed by the name of an environment variable. It can be made again at any time, so it is there whenever an
/// agent starts.
/// </summary>
/// <param name="Path">Its absolute path.</param>
/// <param name="Content">What it holds.</param>
internal sealed record HandedFile(string Path, ReadOnlyMemory<byte> Content)
{
    /// <summary>Writes the file unless it is there as it should be.</summary>
    /// <exception cref="LorchException">It can't be written.</exception>
    public void Provide()
    {
        if (IsThere())
        {
            return;
        }

        try
        {
            DurableFolders.Make(System.IO.Path.GetDirectoryName(Path)!);
            using var file = TemporaryFile.WriteUnsynced(Path, Content.Span);
            file.ReplaceTarget(Path);
            RemoveEarlierOnes();
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            throw StorageFailure.Because(Path, "written", exception);
        }
    }

    /// <summary>One run at a time works here, so nobody is left who was handed another one.</summary>
    private void RemoveEarlierOnes()
    {
        foreach (var file in Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!, "*.json").Where(file => file != Path))
        {
#pragma warning disable RS0030 // It can be made again
            File.Delete(file);
#pragma warning restore RS0030
        }
    }

    private bool IsThere()
    {
        try
        {
            return NoFifo.ReadAllBytes(Path).AsSpan().SequenceEqual(Content.Span);
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            // Whatever stands there is replaced; if it can't be, that is told.
            return false;
        }
    }
}
