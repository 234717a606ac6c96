using Lorch.Core.Protocol;
using Lorch.Core.Runs.Records;
using Lorch.Core.Snapshots.Manifests;

namespace Lorch.Core.Runs.Working;

/// <summary>
/// Finds what somebody else changed, while a run works, of the files that its work rests on: the task's inputs, and what its steps made.
/// </summary>
/// <remarks>
/// An agent that is at work may have read such a file before the change or after it, so that what it made belongs to neither content. A
/// change that is taken back before the next look isn't seen.
/// </remarks>
internal sealed class MeanwhileEdits(RunContext context, OpenedRun run)
{
    private readonly RunJournal _journal = run.Journal;

    /// <summary>Looks, while the answer of a step is judged: what it names is its own work.</summary>
    /// <param name="artifacts">The files that the step made.</param>
    /// <param name="removed">The files that it removed.</param>
    /// <param name="cancellationToken">Stops the look.</param>
    /// <returns>The paths that hold something else than the run knows of, sorted.</returns>
    public async Task<IReadOnlyList<RelativePath>> FindAsync(
        IReadOnlyList<Artifact> artifacts,
        IReadOnlyList<RelativePath> removed,
        CancellationToken cancellationToken)
    {
        try
        {
            var now = (await context.Capture.CaptureAsync(cancellationToken)).Manifest;
            return await FindAsync(now, artifacts, removed, cancellationToken);
        }
        catch (LorchException)
        {
            // What no snapshot can hold is told when the run's end is looked at; a paid answer isn't held up by it.
            return run.Drifted;
        }
    }

    /// <summary>All that was found since the run began: when its steps were judged, and in a snapshot of now.</summary>
    public async Task<IReadOnlyList<RelativePath>> FindAllAsync(Manifest now, CancellationToken cancellationToken) =>
    [
        .. _journal.History.EditedMeanwhile().Concat(await FindAsync(now, [], [], cancellationToken)).Distinct().Order(),
    ];

    private async Task<IReadOnlyList<RelativePath>> FindAsync(
        Manifest now,
        IReadOnlyList<Artifact> artifacts,
        IReadOnlyList<RelativePath> removed,
        CancellationToken cancellationToken)
    {
        var history = _journal.History;
        var named = artifacts.Select(artifact => artifact.Path).Concat(removed).ToHashSet();
        var products = history.Products().Select(product => product.Artifact).Where(product => !named.Contains(product.Path)).ToList();
        var inputs = context.InputsOf(context.Graph[history.TaskId]);
        var expected = inputs.After(
            run.Found,
            products.Concat(artifacts),
            history.Removals().Where(path => !named.Contains(path)).Concat(removed));
        var difference = ManifestDifference.Between(expected, inputs.Of(now));
        var edited = new SortedSet<RelativePath>(run.Drifted.Concat(difference.Added).Concat(difference.Changed));
        var before = difference.Removed.Count == 0 ? [] : expected.ToDictionary(file => file.Path);
        foreach (var path in difference.Removed)
        {
            // Rules of what is tracked may have changed instead.
            if (await context.Verifier.VerifyAsync(
                new Artifact { Path = path, Sha256 = before[path].Sha256, Size = before[path].Size },
                cancellationToken) is not null)
            {
                edited.Add(path);
            }
        }

        foreach (var product in products.Where(product => !edited.Contains(product.Path)))
        {
            if (await context.Verifier.VerifyAsync(product, cancellationToken) is not null)
            {
                edited.Add(product.Path);
            }
        }

        // What the run makes people may edit as soon as it is there, unless it is to be as it was made.
        return context.Graph[history.TaskId].Regenerate ? [.. edited] : [.. edited.Where(path => !IsMade(path))];

        bool IsMade(RelativePath path) =>
            named.Contains(path) || history.Removals().Contains(path) || products.Any(product => product.Path == path);
    }
}
