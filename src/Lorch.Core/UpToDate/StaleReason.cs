namespace Lorch.Core.UpToDate;

/// <summary>One reason why a task must be worked, for people.</summary>
/// <param name="Text">A sentence part that follows the task's id: <c>specs/a.md changed</c>.</param>
/// <param name="Path">The path that it is about, if it is about one.</param>
internal sealed record StaleReason(string Text, RelativePath? Path = null)
{
    /// <summary>Gets a value indicating whether the path holds something else than it did.</summary>
    public bool IsChange { get; private init; }

    public static StaleReason Added(RelativePath path) => new($"{path} was added", path);

    public static StaleReason Removed(RelativePath path) => new($"{path} was removed", path);

    public static StaleReason Changed(RelativePath path) => new($"{path} changed", path) { IsChange = true };

    public static StaleReason LineEndsChanged(RelativePath path) => new($"{path} changed, by its line ends only", path);

    public static StaleReason Converted(int count) => new(
        $"{(count == 1 ? "a file differs" : $"{count} files differ")} by line ends only, CRLF against LF: git's core.autocrlf makes such "
            + $"checkouts; "
        + "with '* text=auto eol=lf' in .gitattributes all are alike");

    public static StaleReason Damaged(Diagnostic damage) =>
        new($"{System.IO.Path.GetFileName(damage.File)}, which tells of it, is damaged ({damage.Code})");

    public static StaleReason EditedMeanwhile(RelativePath path, RunId run) => new($"{path} changed during {run}", path);

    public static StaleReason ArtifactMissing(RelativePath path) => new($"its artifact {path} is gone", path);

    public static StaleReason ArtifactAltered(RelativePath path) => new($"its artifact {path} was altered", path) { IsChange = true };

    public static StaleReason WorkTakenBack(RelativePath path) => new($"{path} holds none of its work", path) { IsChange = true };

    public static StaleReason ArtifactBack(RelativePath path) => new($"{path}, which it removed, is there again", path);
}
