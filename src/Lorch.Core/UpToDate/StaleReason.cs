namespace Lorch.Core.UpToDate;

/// <summary>One reason why a task must be worked, for people.</summary>
/// <param name="Text">A sentence part that follows the task's id: <c>specs/a.md changed</c>.</param>
/// <param name="Path">The path that it is about, if it is about one.</param>
internal sealed record StaleReason(string Text, RelativePath? Path = null)
{
    public static StaleReason Added(RelativePath path) => new($"{path} was added", path);

    public static StaleReason Removed(RelativePath path) => new($"{path} was removed", path);

    public static StaleReason Changed(RelativePath path) => new($"{path} changed", path);

    public static StaleReason EditedMeanwhile(RelativePath path, RunId run) => new($"{path} changed while {run} worked it", path);

    public static StaleReason ArtifactMissing(RelativePath path) => new($"its artifact {path} is gone", path);

    public static StaleReason ArtifactAltered(RelativePath path) => new($"its artifact {path} was altered", path);

    public static StaleReason ArtifactBack(RelativePath path) => new($"{path}, which it removed, is there again", path);
}
