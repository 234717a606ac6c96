using System.Globalization;
using System.Text.Json;
using Lorch.Core.Snapshots.Index;
using Lorch.Core.Storage;

namespace Lorch.Core.Snapshots.Manifests;

/// <summary>The manifests on disk, each written once.</summary>
internal sealed class ManifestStore(WorkspaceLayout layout, IDurableFiles files)
{
    /// <summary>Saves a manifest unless one with its id is there.</summary>
    public Task SaveAsync(Manifest manifest, CancellationToken cancellationToken) =>
        files.CreateAsync(layout.Manifest(manifest.SnapshotId), ManifestJson.GetParts(manifest), cancellationToken);

    /// <summary>Loads a manifest; <see langword="null"/> when there is none with that id.</summary>
    /// <exception cref="LorchException">LORCH2010: a newer version wrote it. LORCH2013: it is damaged, or belongs to another
    /// id.</exception>
    public Manifest? TryLoad(SnapshotId id)
    {
        var file = layout.Manifest(id);
        if (TryRead(file) is not { } bytes)
        {
            return null;
        }

        var manifest = Parse(file, bytes);
        return FindProblem(manifest, id) is { } problem ? throw Damaged(file, problem, null) : manifest;
    }

    private static byte[]? TryRead(string file)
    {
        try
        {
            return NoFifo.ReadAllBytes(file);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Damaged(file, $"it can't be read: {exception.Message.TrimEnd('.')}", exception);
        }
    }

    /// <summary>Finds the id of the manifest that was written last, without reading it.</summary>
    public SnapshotId? FindLatest()
    {
        var folder = new DirectoryInfo(layout.SnapshotsFolder);
        var newest = folder.Exists
            ? folder.EnumerateFiles("snap-*.manifest.json").MaxBy(file => FileStamp.WrittenAtOf(file.FullName))
            : null;
        return newest is not null && SnapshotId.TryParse(newest.Name.Split('.')[0], out var id) ? id : null;
    }

    /// <summary>Loads a manifest to compare with; one that can't be used is as good as none.</summary>
    public Manifest? TryLoadUsable(SnapshotId id)
    {
        try
        {
            return TryLoad(id);
        }
        catch (LorchException exception) when (exception.Diagnostic.Code is DiagnosticCode.ManifestDamaged or DiagnosticCode.FormatTooNew)
        {
            // There is nothing to compare with, which is all that is asked here; a run that needs this manifest says what is wrong with it.
            return null;
        }
    }

    private static Manifest Parse(string file, byte[] bytes)
    {
        try
        {
            var format = ManifestJson.ReadFormat(bytes);
            return format <= Manifest.CurrentFormat ? ManifestJson.Parse(bytes) : throw TooNew(file, format);
        }
        catch (JsonException exception)
        {
            throw MergeMarks.FindLine(bytes) is { } line ? Merged(file, line) : Damaged(file, exception.Message.TrimEnd('.'), exception);
        }
    }

    private static string? FindProblem(Manifest manifest, SnapshotId id) => manifest switch
    {
        { Format: < Manifest.CurrentFormat } => string.Create(CultureInfo.InvariantCulture, $"there is no format {manifest.Format}"),
        { WorkspaceRoot: not Manifest.RootOfWorkspace } => $"its workspace_root is '{manifest.WorkspaceRoot}', expected is './'",
        _ when manifest.SnapshotId != id => $"it says that it is {manifest.SnapshotId}",
        _ => FindProblemOfFiles(manifest.Files, id),
    };

    private static string? FindProblemOfFiles(IReadOnlyList<ManifestFile> list, SnapshotId id)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i].Size < 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"the size of '{list[i].Path}' is {list[i].Size}");
            }

            if (i > 0 && list[i - 1].Path.CompareTo(list[i].Path) >= 0)
            {
                return $"'{list[i].Path}' is out of order, or there twice";
            }
        }

        return Manifest.ComputeId(list) is var actual && actual == id ? null : $"its files are those of {actual}";
    }

    private static LorchException Damaged(string file, string reason, Exception? cause) => new(
        new Diagnostic
        {
            Code = DiagnosticCode.ManifestDamaged,
            File = file,
            Message =
                $"The manifest '{file}' is damaged: {reason}. Delete it; Lorch writes it again when the workspace has the same content.",
        },
        cause);

    private static LorchException Merged(string file, int line) => new(new Diagnostic
    {
        Code = DiagnosticCode.ManifestDamaged,
        File = file,
        Line = line,
        Column = 1,
        Message = string.Create(
            CultureInfo.InvariantCulture,
            $"The manifest '{file}' holds the marks of a merge, from line {line} on. {MergeMarks.Remedy}: either is right, for they differ "
                + $"in times alone. ")
            + "Or delete it; Lorch writes it again when the workspace has the same content.",
    });

    private static LorchException TooNew(string file, int format) => new(new Diagnostic
    {
        Code = DiagnosticCode.FormatTooNew,
        File = file,
        Message = string.Create(
            CultureInfo.InvariantCulture,
            $"The manifest '{file}' has format {format}, this version of Lorch.Build knows {Manifest.CurrentFormat}: use a newer version."),
    });
}
