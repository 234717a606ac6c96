using System.Text;
using Lorch.Core.Storage;

namespace Lorch.Core.Views;

/// <summary>What a slot was made from: for each file the stamp that it had in the workspace, and the one that its copy got.</summary>
/// <remarks>A cache: where it can't be read everything is copied again.</remarks>
internal sealed class ViewIndex
{
    private const int Format = 1;
    private static readonly UTF8Encoding Utf8 = new(false, true);

    private readonly Dictionary<string, CopiedFile> _files;

    /// <summary>Initializes a new instance of the <see cref="ViewIndex"/> class.</summary>
    /// <param name="top">The folder that the slot is a copy of.</param>
    /// <param name="run">The run that worked in it.</param>
    /// <param name="files">The files, by their paths below it.</param>
    public ViewIndex(string top, string run, Dictionary<string, CopiedFile> files) => (Top, Run, _files) = (top, run, files);

    /// <summary>Gets the folder that the slot is a copy of.</summary>
    public string Top { get; }

    /// <summary>Gets the run that worked in it.</summary>
    public string Run { get; }

    /// <summary>Gets the paths of the files.</summary>
    public IEnumerable<string> Paths => _files.Keys;

    /// <summary>Gives what is known of a file.</summary>
    public CopiedFile? Find(string path) => _files.GetValueOrDefault(path);

    /// <summary>Reads it.</summary>
    /// <returns>The index; an empty one if there is none that can be believed.</returns>
    public static ViewIndex Read(string file)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(File.ReadAllBytes(file)), Utf8);
            if (reader.ReadInt32() != Format)
            {
                return Empty();
            }

            var (top, run, count) = (reader.ReadString(), reader.ReadString(), reader.ReadInt32());
            var files = new Dictionary<string, CopiedFile>(StringComparer.Ordinal);
            for (var i = 0; i < count; i++)
            {
                files.Add(
                    reader.ReadString(),
                    new CopiedFile(reader.ReadBytes(FileStamp.ByteCount), reader.ReadBytes(FileStamp.ByteCount), reader.ReadBoolean()));
            }

            return new ViewIndex(top, run, files);
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception) || exception is ArgumentException or FormatException)
        {
            return Empty();
        }
    }

    /// <summary>Writes it.</summary>
    public void Write(string file)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Utf8);
        writer.Write(Format);
        writer.Write(Top);
        writer.Write(Run);
        writer.Write(_files.Count);
        foreach (var (path, copied) in _files)
        {
            writer.Write(path);
            writer.Write(copied.Source);
            writer.Write(copied.Copy);
            writer.Write(copied.IsCertain);
        }

        using var temporary = TemporaryFile.WriteUnsynced(file, bytes.ToArray());
        temporary.ReplaceTarget(file);
    }

    private static ViewIndex Empty() => new("", "", new Dictionary<string, CopiedFile>(StringComparer.Ordinal));
}
