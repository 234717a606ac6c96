using System.Text;
using Lorch.Core.Runs;
using Lorch.Core.Storage;

namespace Lorch.Build;

/// <summary>The files that MSBuild compares with completion records: <c>state/keys/&lt;task&gt;.key</c>.</summary>
internal static class KeyFiles
{
    // Coarser than any file system's clock.
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(2);

    public static async Task WriteAsync(IReadOnlyList<TaskVerdict> verdicts, CancellationToken cancellationToken)
    {
        var files = new DurableFiles();
        foreach (var verdict in verdicts)
        {
            // What has changed its mind is asked again when its turn comes, though it was to be worked and now is up to date: a gate that is shut says nothing.
            var isNew = await WriteWhenDifferentAsync(files, verdict, cancellationToken);
            if (isNew || !verdict.IsUpToDate)
            {
                MakeNewer(verdict.KeyFile, verdict.CompletionFile);
            }
        }
    }

    private static async Task<bool> WriteWhenDifferentAsync(DurableFiles files, TaskVerdict verdict, CancellationToken cancellationToken)
    {
        var content = new UTF8Encoding(false, true).GetBytes(verdict.KeyText);
        var present = File.Exists(verdict.KeyFile) ? await File.ReadAllBytesAsync(verdict.KeyFile, cancellationToken) : null;
        if (present is not null && present.AsSpan().SequenceEqual(content))
        {
            return false;
        }

        await files.ReplaceAsync(verdict.KeyFile, content, cancellationToken);
        return true;
    }

    private static void MakeNewer(string keyFile, string completionFile)
    {
        if (!File.Exists(completionFile))
        {
            return;
        }

        var completed = File.GetLastWriteTimeUtc(completionFile);
        if (File.GetLastWriteTimeUtc(keyFile) <= completed)
        {
            File.SetLastWriteTimeUtc(keyFile, completed + Step);
        }
    }
}
