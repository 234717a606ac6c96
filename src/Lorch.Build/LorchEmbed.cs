using System.Text;
using Lorch.Core;
using Lorch.Core.Storage;
using Microsoft.Build.Framework;

namespace Lorch.Build;

/// <summary>Copies what a build proved and recorded, with its secrets made unreadable, so that a binary log can hold it.</summary>
/// <remarks>The engine reads the copies when it likes, so they stay until the next build that makes some.</remarks>
[MSBuildMultiThreadableTask]
public sealed class LorchEmbed : WorkspaceTask, IIncrementalTask
{
    /// <summary>Gets or sets what <see cref="LorchJudge"/> found.</summary>
    [Required]
    public ITaskItem[] Verdicts { get; set; } = [];

    /// <summary>Gets or sets what the tasks that were worked handed on.</summary>
    public ITaskItem[] Results { get; set; } = [];

    /// <inheritdoc/>
    public bool FailIfNotIncremental { private get; set; }

    /// <summary>Gets the copies; none unless the build has a log that takes everything.</summary>
    [Output]
    public string[] Files { get; private set; } = [];

    private protected override async Task WorkAsync(BuildLog log, CancellationToken cancellationToken)
    {
        if (FailIfNotIncremental || !Log.LogsMessagesOfImportance(MessageImportance.Low))
        {
            return;
        }

        var workspace = Open();
        var files = new DurableFiles();
        var copies = new List<string>();
        foreach (var original in Originals(workspace.Layout).Where(File.Exists).Distinct(StringComparer.Ordinal))
        {
            var copy = Path.Join(workspace.Layout.StateFolder, "binlog", Path.GetRelativePath(workspace.Layout.StateRoot, original));
            if (Projection.TryRead(original) is not { } bytes)
            {
                continue;
            }

            var text = workspace.Redact(new UTF8Encoding(false).GetString(bytes));
            await Projection.ReplaceAsync(files, copy, new UTF8Encoding(false).GetBytes(text), cancellationToken);
            copies.Add(copy.Replace("%", "%25", StringComparison.Ordinal).Replace(";", "%3b", StringComparison.Ordinal));
        }

        Files = [.. copies];
    }

    private IEnumerable<string> Originals(WorkspaceLayout layout)
    {
        foreach (var verdict in Verdicts.Where(item => item.GetMetadata(TaskItems.Kind) is TaskItems.TaskKind))
        {
            yield return verdict.GetMetadata(TaskItems.KeyFile);
        }

        foreach (var result in Results)
        {
            if (RunId.TryParse(result.GetMetadata(TaskItems.RunId), out var run) && TaskId.TryParse(result.ItemSpec, out var task))
            {
                yield return layout.Ledger(run);
                yield return layout.Completion(task);
                foreach (var receipt in Receipts(layout.TaskReceiptsFolder(task), run))
                {
                    yield return receipt;
                }
            }
        }
    }

    private static IEnumerable<string> Receipts(string folder, RunId run) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, "step-*.json")
            .Where(
                file => Projection.TryRead(file) is { } bytes
                    && bytes.AsSpan().IndexOf(new UTF8Encoding(false).GetBytes(run.ToString())) >= 0)
        : [];
}
