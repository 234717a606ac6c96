using Lorch.Core.Configuration;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Runs.Records;
using Lorch.Core.Snapshots;
using Lorch.Core.Snapshots.GitIgnore;
using Lorch.Core.Snapshots.Index;
using Lorch.Core.Storage;
using Lorch.Core.Tools;

namespace Lorch.Core.Runs.Verdicts;

/// <summary>
/// Remembers verdicts by which everything was up to date, so that a build needn't read lorch.json, ledgers and completions again to come to
/// them.
/// </summary>
/// <remarks>
/// What is remembered holds as long as the snapshot is the same and the file system says of every other file that decided what it said
/// then. As in the stat index, only what was touched clearly before the verdicts were taken is trusted, and only on Linux. Anything else is
/// judged anew.
/// </remarks>
/// <param name="question">What is asked.</param>
/// <param name="clock">The clock.</param>
internal sealed class VerdictMemory(VerdictQuestion question, TimeProvider clock)
{
    /// <summary>Looks whether the verdicts still hold.</summary>
    /// <param name="mayWrite">Whether digests that the look has to take may be written down.</param>
    /// <param name="cancellationToken">Stops the scan.</param>
    /// <returns>The verdicts, all of them up to date; <see langword="null"/> if nothing is known.</returns>
    public async Task<IReadOnlyList<TaskVerdict>?> RecallAsync(bool mayWrite, CancellationToken cancellationToken)
    {
        if (Read() is not { } memory || memory.Files.TryLook() is not { } look || !look.Seen.AsSpan().SequenceEqual(memory.Seen))
        {
            return null;
        }

        var ignored = GitIgnoreFiles.Of(question.Layout, memory.RespectGitIgnore);
        var rules = TrackedFiles.Compose(question.Layout, memory.Include, memory.Exclude, memory.TaskInputs, ignored);
        var capture = new SnapshotCapture(question.Layout, rules, new DurableFiles(), SnapshotTrust.Stat, clock);
        var found = await capture.CaptureAsync(cancellationToken);
        if (mayWrite)
        {
            capture.Remember();
        }

        // What there is to warn of isn't remembered, so that it is said as it is then.
        var isAsBefore = found.Manifest.SnapshotId == memory.Snapshot
            && found.Warnings.Count == 0
            && PrivateFolders.FindProblems(question.Layout).Count == 0;
        if (!isAsBefore && mayWrite)
        {
            // Whoever asks next needn't look to learn the same: a lorch.proj asks, and then the runner that it calls.
            Forget(question.Layout);
        }

        return isAsBefore ? memory.Verdicts : null;
    }

    /// <summary>Keeps verdicts, if they are such that they can be kept.</summary>
    /// <param name="configuration">What lorch.json said when the verdicts were taken.</param>
    /// <param name="verdicts">The verdicts, after all that follows from them was written.</param>
    public void Remember(LorchConfiguration configuration, IReadOnlyList<TaskVerdict> verdicts)
    {
        if (configuration.Trust is not SnapshotTrust.Stat || verdicts.Count == 0 || !verdicts.All(CanBeKept))
        {
            return;
        }

        var files = FilesOf(configuration.TaskFiles, verdicts);
        if (files.TryLook() is not var (seen, touchedAt) || touchedAt > verdicts[0].Grounds!.LookedAt - StatIndexFile.Margin)
        {
            return;
        }

        // A folder can be put in another's place without any of its files being touched.
        if (ConfigurationEdits.FindInTaskFiles(configuration).Count > 0)
        {
            return;
        }

        Write(new RememberedVerdicts
        {
            Question = question.Text,
            Include = configuration.Include,
            Exclude = configuration.Exclude,
            TaskInputs = [.. configuration.Tasks.SelectMany(task => task.Inputs ?? [])],
            RespectGitIgnore = configuration.RespectGitIgnore,
            Snapshot = verdicts[0].Grounds!.Snapshot,
            Files = files,
            Seen = seen,
            Verdicts = verdicts,
        });
    }

    /// <summary>Forgets everything, whoever wrote it; to be called when the agents have ended, who could have written anything.</summary>
    /// <param name="layout">The workspace.</param>
    public static void Forget(WorkspaceLayout layout)
    {
        try
        {
            foreach (var file in Directory.Exists(layout.KeysFolder) ? Directory.GetFiles(layout.KeysFolder, "*.verdicts") : [])
            {
#pragma warning disable RS0030 // Nobody relies on what is remembered
                File.Delete(file);
#pragma warning restore RS0030
            }
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            // It is no error of the run: whatever stands there was taken from the files as they were before its last lines.
        }
    }

    private static bool CanBeKept(TaskVerdict verdict) =>
        verdict is { IsUpToDate: true, HasOpenRun: false, Completion: not null, Warnings.Count: 0, Grounds.Removed.Count: 0 };

    /// <summary>All that a verdict is taken from, apart from what the snapshot holds. A manifest is what its name says, for ever.</summary>
    private DecidingFiles FilesOf(TaskFiles taskFiles, IReadOnlyList<TaskVerdict> verdicts)
    {
        var layout = question.Layout;
        var artifacts = verdicts.SelectMany(verdict => verdict.Grounds!.Besides)
            .Select(path => Path.Join(layout.WorkspaceRoot, path.ToString()));
        IEnumerable<string> receipts = verdicts.Any(verdict => verdict.Grounds!.RestsOnReceipts) && Directory.Exists(layout.ReceiptsFolder)
            ? [layout.ReceiptsFolder, .. Directory.GetDirectories(layout.ReceiptsFolder).Order(StringComparer.Ordinal)]
            : [];
        return new DecidingFiles(
            [
                layout.EventsFolder,
                Path.Join(layout.WorkspaceRoot, ShippedPrompts.Folder),
                .. taskFiles.Folders,
                .. verdicts.Select(verdict => layout.CompletionsFolder(verdict.TaskId)),
                .. receipts,
            ],
            [
                question.ConfigurationPath,
                .. verdicts.SelectMany(verdict => new[] { verdict.CompletionFile, verdict.KeyFile }),
                .. artifacts
            ]);
    }

    private RememberedVerdicts? Read()
    {
        try
        {
            return Projection.TryRead(question.File) is { } bytes ? RememberedVerdicts.Parse(bytes, question) : null;
        }
        catch (Exception exception) when (exception is FormatException
            or ArgumentException
            or IOException
            or OverflowException
            or OutOfMemoryException)
        {
            // Whoever writes a memory with the right digest may still write what none of ours holds.
            return null;
        }
    }

    private void Write(RememberedVerdicts memory)
    {
        try
        {
            using var file = TemporaryFile.Write(question.File, [memory.ToBytes()]);
            if (FileStamp.OfEntry(file.FullPath) is { } stamp
                && (stamp.WrittenAt - clock.GetUtcNow()).Duration() <= StatIndexFile.Tolerance)
            {
                file.ReplaceTarget(question.File);
            }
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            // It only saves time: the next build judges again.
        }
    }
}
