using Lorch.Core.Hashing;
using Lorch.Core.Reports.Recording;

namespace Lorch.Core.Reports;

/// <summary>What became of a file, as far as its contents were recorded.</summary>
internal sealed record FileChange
{
    public required RelativePath Path { get; init; }

    public Sha256Digest? Before { get; init; }

    public Sha256Digest? After { get; init; }

    /// <summary>Gets a value indicating whether nothing was there before.</summary>
    public bool IsNew { get; init; }

    /// <summary>Gets the lines; <see langword="null"/> if they can't be shown.</summary>
    public IReadOnlyList<DiffLine>? Lines { get; init; }

    /// <summary>Gets why they can't.</summary>
    public string? Why { get; init; }

    public int Added => Lines?.Count(line => line.Kind is DiffKind.Added) ?? 0;

    public int Removed => Lines?.Count(line => line.Kind is DiffKind.Removed) ?? 0;

    public string Word => (After, IsNew, Before) switch
    {
        (null, _, _) => "removed",
        (_, true, _) => "new",
        (_, _, null) => "written",
        _ => "changed",
    };
}

/// <summary>Finds what steps, and a run in all, changed.</summary>
internal static class FileChanges
{
    /// <summary>What one step changed, sorted by path.</summary>
    public static IReadOnlyList<FileChange> OfStep(RunStory story, int step) =>
        [.. story.Changes.Where(change => change.Step == step).OrderBy(change => change.Path).Select(change => Of(story, change))];

    /// <summary>What the run changed from its beginning to its last step, sorted by path.</summary>
    public static IReadOnlyList<FileChange> InAll(RunStory story) =>
    [
        .. story.Changes.GroupBy(change => change.Path)
            .Select(group => group.First() with { After = group.Last().After })
            .Where(change => change.Before != change.After)
            .OrderBy(change => change.Path)
            .Select(change => Of(story, change)),
    ];

    private static FileChange Of(RunStory story, ReportChange change)
    {
        var file = new FileChange { Path = change.Path, Before = change.Before, After = change.After, IsNew = change.IsNew };
        var (before, after) = (ContentOf(story, change.Before), ContentOf(story, change.After));
        if (!change.IsNew && change.Before is null)
        {
            // Nobody knows what was there: what is there now is shown as it is.
            return after is { Text: { } now }
                ? file with { Lines = [.. TextDiff.Compare("", now).Select(line => line with { Kind = DiffKind.Same })] }
                : file with { Why = Why(after) };
        }

        return (
            before?.Text ?? (change.Before is null ? "" : null), after?.Text ?? (change.After is null ? "" : null)) is ({ } old, { } young)
            ? file with { Lines = TextDiff.Compare(old, young) }
            : file with { Why = Why(change.After is not null && after?.Text is null ? after : before) };
    }

    private static ReportContent? ContentOf(RunStory story, Sha256Digest? digest) =>
        digest is { } known ? story.Contents.GetValueOrDefault(known) : null;

    private static string Why(ReportContent? content) => content?.LeftOut switch
    {
        "binary" => "no text",
        "large" => "too large to keep for reports",
        "many" => "left out, because the run changed so much",
        _ => "its content wasn't kept",
    };
}
