using System.Text;
using Lorch.Core.Runs.Contract;
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
            // What has changed its mind is asked again when its turn comes, though it was to be worked and now is up to date: a gate that
            // is shut says nothing.
            var isNew = await Projection.UpdateAsync(
                files,
                verdict.KeyFile,
                new UTF8Encoding(false, true).GetBytes(verdict.KeyText),
                cancellationToken);
            if (isNew || !verdict.IsUpToDate)
            {
                Projection.MakeNewer(verdict.KeyFile, verdict.CompletionFile, Step);
            }
        }
    }
}
