using Lorch.Core.Runs.Verdicts;
using Lorch.Core.Storage;
using Lorch.Core.Views;

namespace Lorch.Core.Runs.Landing;

/// <summary>Puts two changes of one text together as git does: by bytes, and by none of its filters.</summary>
/// <param name="git">Git; <see langword="null"/> if there is none, and then nothing can be put together.</param>
/// <param name="folder">A folder to write the three texts to; nobody else uses it.</param>
internal sealed class TextMerge(GitProgram? git, string folder)
{
    /// <summary>How many bytes a text may have.</summary>
    public const int MaxBytes = 1024 * 1024;

    // What git answers otherwise isn't the number of conflicts.
    private const int MostConflicts = 127;

    private static readonly string[] Question =
    [
        "-c", "merge.conflictStyle=merge", "merge-file", "-p", "-q",
        "-L", "workspace", "-L", "before", "-L", "run", "workspace", "before", "run",
    ];

    /// <summary>Puts them together.</summary>
    /// <param name="before">What both were made from; nothing if that isn't known.</param>
    /// <param name="workspace">What the workspace holds, whose line ends are kept.</param>
    /// <param name="run">What the run made.</param>
    /// <param name="cancellationToken">Ends git.</param>
    /// <returns>The text; <see langword="null"/> if they aren't texts, or git can't do it.</returns>
    public async Task<MergedText?> MergeAsync(byte[] before, byte[] workspace, byte[] run, CancellationToken cancellationToken)
    {
        byte[][] all = [before, workspace, run];
        if (git is null || all.Any(text => text.Length > MaxBytes || text.Contains((byte)0)))
        {
            return null;
        }

        var ends = TextLines.EndsOf(workspace) ?? TextLines.EndsOf(run) ?? LineEnd.LineFeed;
        if (ends is not LineEnd.Mixed)
        {
            (before, workspace, run) =
                (LineEnds.WithLf(before), LineEnds.WithLf(workspace), LineEnds.WithLf(run));
        }

        try
        {
            Directory.CreateDirectory(folder);
            Write("before", before);
            Write("workspace", workspace);
            Write("run", run);
            var (exitCode, output) = await git.AskAsync(folder, Question, cancellationToken);
            return exitCode is not (>= 0 and <= MostConflicts) ? null : new MergedText(
                ends is LineEnd.CarriageReturn ? LineEnds.WithCrLf(output) : output,
                exitCode > 0);
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            throw StorageFailure.Because(folder, "written", exception);
        }
        finally
        {
            FolderRemoval.Remove(folder);
        }
    }

    private void Write(string name, byte[] content)
    {
        using var file = new FileStream(Path.Join(folder, name), FileMode.Create, FileAccess.Write, FileShare.None);
        file.Write(content);
    }
}

/// <summary>A text that was put together.</summary>
/// <param name="Content">It, with marks where the changes exclude each other.</param>
/// <param name="HasMarks">Whether there are such marks.</param>
internal sealed record MergedText(byte[] Content, bool HasMarks);
