using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Runs.Records;
using Lorch.Core.Storage;

namespace Lorch.Core.Runs.Landing;

/// <summary>
/// Puts together, in a run's view, what the run and somebody else made of the same files. Where that can't be done the workspace's file
/// stays: the run can change it again, but a person's edit is never its to throw away.
/// </summary>
/// <param name="context">The run's context.</param>
/// <param name="run">The run.</param>
/// <param name="isChecked">Whether commands tell if what was put together is right; if none do, somebody has to look at it.</param>
internal sealed class WorkMerge(RunContext context, RunId run, bool isChecked)
{
    private readonly TextMerge _texts =
        new(context.View.PlainGit, Path.Join(context.Stores.Layout.StateFolder, $"merge-{run}"));

    private readonly WorkspaceRoot _workspace = new(context.Home.Layout.WorkspaceRoot);

    /// <summary>Puts them together.</summary>
    /// <param name="plan">Which files.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <returns>What became of them; <see langword="null"/> if the workspace holds something else by now.</returns>
    public async Task<MergedWork?> MergeAsync(LandingPlan plan, CancellationToken cancellationToken)
    {
        var merged = new MergedWork();
        foreach (var path in plan.Theirs)
        {
            merged.GivenUp.Add(path);
            if (context.View.TakeAgain(path) != (plan.Found[path] is not null))
            {
                return null;
            }
        }

        foreach (var file in plan.Both)
        {
            if (!await MergeAsync(file, merged, cancellationToken))
            {
                return null;
            }
        }

        context.View.StandOn(plan.Both.Select(file => file.Path).Concat(plan.Theirs));
        return merged;
    }

    private async Task<bool> MergeAsync(BothChanged file, MergedWork merged, CancellationToken cancellationToken)
    {
        var path = file.Path;
        if (file.Now is not { } now || file.After is not { } after)
        {
            merged.GivenUp.Add(path);
            merged.Conflicts.Add((path, file.Now is null
                ? "somebody removed it and you changed it: it is gone; make it again if it is still needed"
                : "somebody changed it and you removed it: it is there as they left it; remove it again if it still has to go"));
            return context.View.TakeAgain(path) == (file.Now is not null);
        }

        if (await ReadAsync(path, now, cancellationToken) is not { } theirs)
        {
            return false;
        }

        await KeepAsync(theirs, now, cancellationToken);
        var before = file.Before is { } digest ? await BeforeAsync(path, digest, cancellationToken) : null;
        var text = theirs.Length <= TextMerge.MaxBytes && context.Stores.Contents.TryRead(after) is { } made
            ? await _texts.MergeAsync(before ?? [], theirs, Together(made), cancellationToken)
            : null;
        if (text is null)
        {
            merged.GivenUp.Add(path);
            merged.Conflicts.Add(
                (path, "somebody changed it, too, and the two can't be put together: it is as they left it; make your change again"));
            return context.View.TakeAgain(path);
        }

        var artifact = new Artifact { Path = path, Sha256 = Sha256Digest.Of(text.Content), Size = text.Content.Length };
        await KeepAsync(text.Content, artifact.Sha256, cancellationToken);
        context.View.Write(path, text.Content);
        merged.Merged.Add(artifact);
        if (text.HasMarks)
        {
            merged.Conflicts.Add(
                (path, "somebody changed the same lines: both versions stand between marks; put them together and take the marks out"));
        }
        else if (!isChecked)
        {
            merged.Conflicts.Add((path, "somebody changed it, too: it holds both changes; look whether it is right"));
        }

        return true;
    }

    /// <summary>Reads what the workspace holds, if it still is what was found.</summary>
    private async Task<byte[]?> ReadAsync(RelativePath path, Sha256Digest digest, CancellationToken cancellationToken)
    {
        if (_workspace.Open(path) is not FileOpening.Opened { Stream: var stream })
        {
            return null;
        }

        await using (stream)
        {
            try
            {
                using var content = new MemoryStream();
                await stream.CopyToAsync(content, cancellationToken);
                var bytes = content.ToArray();
                return Sha256Digest.Of(bytes) == digest ? bytes : null;
            }
            catch (Exception exception) when (StorageFailure.IsOne(exception))
            {
                return null;
            }
        }
    }

    /// <summary>Finds what both began with: kept when the run's step was proven, or in the commit that was checked out.</summary>
    private async Task<byte[]?> BeforeAsync(RelativePath path, Sha256Digest digest, CancellationToken cancellationToken)
    {
        if (context.Stores.Contents.TryRead(digest) is { } kept)
        {
            return Together(kept);
        }

        if (context.View.Git is not { } git || context.View.Head is not { } head)
        {
            return null;
        }

        var (_, blob) = await git.AskAsync(context.Home.Layout.WorkspaceRoot, ["cat-file", "blob", $"{head}:./{path}"], cancellationToken);
        return Sha256Digest.Of(blob) == digest ? blob : null;
    }

    private async Task KeepAsync(byte[] bytes, Sha256Digest digest, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(bytes);
        await context.Stores.Contents.KeepAsync(content, digest, cancellationToken);
    }

    private static byte[] Together(IEnumerable<ReadOnlyMemory<byte>> parts)
    {
        using var all = new MemoryStream();
        foreach (var part in parts)
        {
            all.Write(part.Span);
        }

        return all.ToArray();
    }
}
