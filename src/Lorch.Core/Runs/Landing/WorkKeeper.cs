using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Receipts;
using Lorch.Core.Runs.Records;
using Lorch.Core.Snapshots.Manifests;
using Lorch.Core.Storage;

namespace Lorch.Core.Runs.Landing;

/// <summary>
/// Keeps what a step made, before the receipt that names it is written: the view may be gone by the next build. And what it was made
/// from, as long as the workspace has it.
/// </summary>
/// <param name="context">The run's context.</param>
/// <param name="snapshot">The snapshot that the run is pinned to.</param>
internal sealed class WorkKeeper(RunContext context, Manifest snapshot)
{
    private readonly WorkspaceRoot _view = new(context.Layout.WorkspaceRoot);
    private readonly WorkspaceRoot _workspace = new(context.Home.Layout.WorkspaceRoot);

    /// <summary>Keeps the artifacts of a step; of one that was worked in the workspace itself they lie there.</summary>
    /// <param name="artifacts">What the step made.</param>
    /// <param name="removed">What it removed.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <returns>What isn't what was said any more; <see langword="null"/> if all is durable.</returns>
    public async Task<ArtifactProblem?> KeepAsync(
        IReadOnlyList<Artifact> artifacts,
        IReadOnlyList<RelativePath> removed,
        CancellationToken cancellationToken)
    {
        foreach (var path in context.View.IsApart ? artifacts.Select(artifact => artifact.Path).Concat(removed) : [])
        {
            if (snapshot.Find(path) is { } before)
            {
                await KeepAsync(_workspace, path, before.Sha256, cancellationToken);
            }
        }

        foreach (var artifact in context.View.IsApart ? artifacts : [])
        {
            if (!await KeepAsync(_view, artifact.Path, artifact.Sha256, cancellationToken))
            {
                return new ArtifactProblem { Path = artifact.Path, Reason = "changed while Lorch kept it" };
            }
        }

        return null;
    }

    /// <summary>Puts what the proven steps of a run made into its view, which was made from the workspace just now.</summary>
    /// <param name="products">What they made.</param>
    /// <param name="removals">What they removed.</param>
    /// <exception cref="LorchException">A content that was kept is gone (LORCH3025), or can't be written.</exception>
    public void PutBack(IEnumerable<Artifact> products, IEnumerable<RelativePath> removals)
    {
        foreach (var path in removals.Select(At))
        {
            Write(path, null);
        }

        foreach (var artifact in products)
        {
            var content = context.Stores.Contents.TryRead(artifact.Sha256) ?? throw new LorchException(new Diagnostic
            {
                Code = DiagnosticCode.ContentLost,
                Message = $"{artifact.Path}, which a step of an interrupted run made, isn't in contents/ any more, so the run can't go on. "
                    + "Restore that folder, or start a new run with -p:LorchFresh=true.",
                File = context.Stores.Layout.Content(artifact.Sha256),
            });
            Write(At(artifact.Path), content);
        }
    }

    private async Task<bool> KeepAsync(WorkspaceRoot root, RelativePath path, Sha256Digest digest, CancellationToken cancellationToken)
    {
        if (root.Open(path) is not FileOpening.Opened { Stream: var stream })
        {
            return false;
        }

        await using (stream)
        {
            return await context.Stores.Contents.KeepAsync(stream, digest, cancellationToken);
        }
    }

    private string At(RelativePath path) => Path.Join(context.Layout.WorkspaceRoot, path.ToString());

    private static void Write(string path, IEnumerable<ReadOnlyMemory<byte>>? content)
    {
        try
        {
#pragma warning disable RS0030 // What lies in a view proves nothing
            if (content is null)
            {
                File.Delete(path);
                return;
            }

            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None);
#pragma warning restore RS0030
            foreach (var part in content)
            {
                file.Write(part.Span);
            }
        }
        catch (DirectoryNotFoundException) when (content is null)
        {
            // Its folder is gone as well.
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            throw StorageFailure.Because(path, "written into the run's view", exception);
        }
    }
}
