using Lorch.Core.Runs.Records;
using Lorch.Core.Snapshots.Manifests;
using Lorch.Core.Storage;
using Lorch.Core.Views;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Landing;

/// <summary>Shows what a run made and didn't land as a patch that people can read and apply.</summary>
/// <param name="context">The run's context.</param>
internal sealed class WorkPatch(RunContext context)
{
    private const int MaxBytes = 256 * 1024 * 1024;

    /// <summary>Writes it, as far as git can.</summary>
    /// <param name="run">The run.</param>
    /// <param name="history">What it has proven.</param>
    /// <param name="snapshot">The snapshot that it is pinned to.</param>
    /// <param name="cancellationToken">Stops git.</param>
    /// <returns>Its path below the state root; <see langword="null"/> if there is nothing to show, or no git.</returns>
    public async Task<string?> WriteAsync(RunId run, History history, Manifest snapshot, CancellationToken cancellationToken)
    {
        var products = history.Products();
        if (!context.View.IsApart
            || history.HasLanded
            || products.Count + history.Removals().Count == 0
            || context.View.PlainGit is not { } git)
        {
            return null;
        }

        var folder = Path.Join(context.Stores.Layout.StateFolder, $"patch-{run}");
        try
        {
            foreach (var (artifact, _) in products)
            {
                Write(Path.Join(folder, "b", artifact.Path.ToString()), context.Stores.Contents.TryRead(artifact.Sha256));
            }

            foreach (var path in products.Select(product => product.Artifact.Path).Concat(history.Removals()))
            {
                var before = snapshot.Find(path) is { } known ? context.Stores.Contents.TryRead(known.Sha256) : null;
                Write(Path.Join(folder, "a", path.ToString()), before);
            }

            Directory.CreateDirectory(Path.Join(folder, "a"));
            Directory.CreateDirectory(Path.Join(folder, "b"));
            string[] question =
                ["-c", "core.autocrlf=false", "diff", "--no-index", "--no-prefix", "--no-color", "--no-ext-diff", "--binary", "a", "b"];
            var (exitCode, output) = await git.AskAsync(folder, question, cancellationToken);
            if (exitCode is not 1 || output.Length > MaxBytes)
            {
                return null;
            }

            var file = context.Stores.Layout.Patch(run);
            await context.Stores.Files.ReplaceAsync(file, output, cancellationToken);
            return context.Stores.Layout.RelativeToStateRoot(file);
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            // It is a way to look at what contents/ keeps; the failure that it goes with is the one to tell.
            return null;
        }
        finally
        {
            FolderRemoval.Remove(folder);
        }
    }

    private static void Write(string target, IEnumerable<ReadOnlyMemory<byte>>? content)
    {
        if (content is null)
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        using var file = new FileStream(target, FileMode.Create, FileAccess.Write, FileShare.None);
        foreach (var part in content)
        {
            file.Write(part.Span);
        }
    }
}
