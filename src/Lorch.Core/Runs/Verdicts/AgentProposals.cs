using Lorch.Core.Hashing;
using Lorch.Core.Runs.Records;
using Lorch.Core.Storage;
using Lorch.Core.UpToDate;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Verdicts;

/// <summary>
/// Finds task files that agents wrote: what they ask for is only proposed, whatever they say, until a person changes them or accepts the
/// task.
/// </summary>
/// <remarks>
/// Receipts name what agents wrote, by path and digest. They are asked only of tasks that would be worked for words which none of their
/// completions knows.
/// </remarks>
internal static class AgentProposals
{
    /// <summary>Finds who wrote a task.</summary>
    /// <returns>The task whose agent did, and its run; <see langword="null"/> if a person wrote it, or it is none of a task file.</returns>
    public static Product? Find(TaskId id, WorkspaceLook look, RunContext context)
    {
        var (task, judgement) = (context.Graph[id], look.Of(id));
        return judgement.IsUpToDate
            || task.IsProposed
            || PathOf(task, context) is not { } path
            || AreKnown(task, judgement, look, context) ? null
            : look.Receipts.Products.TryGetValue(path, out var product) && product.Artifact?.Sha256 == Read(task.File!) ? product
            : null;
    }

    /// <summary>Says that a task is only proposed.</summary>
    public static Diagnostic Describe(TaskDefinition task, Product product) => new()
    {
        Code = DiagnosticCode.TaskProposed,
        Message = $"Task {task.Id} is only proposed, because an agent wrote it ({product.TaskId}, {product.RunId}), so it doesn't run. "
            + "Read it; once you change it, if only by a word, it is yours and runs.",
        File = task.File,
        Line = task.Line,
        Column = task.Column,
    };

    private static bool AreKnown(TaskDefinition task, Judgement judgement, WorkspaceLook look, RunContext context) =>
        judgement.Definition is { } definition
            ? look.Completions[task.Id].Any(
                completion => SameWords.Asked(completion, task, definition, judgement.Key!, context.Agents.TeamOf(task.Id).Identities))
            : look.Completions[task.Id].Count > 0;

    private static RelativePath? PathOf(TaskDefinition task, RunContext context) =>
        task.File is { } file && Path.IsPathFullyQualified(file) && file != context.Configuration.Path
            && RelativePath.TryParse(Path.GetRelativePath(context.Layout.WorkspaceRoot, file).Replace('\\', '/'), out var path)
            ? path
            : null;

    private static Sha256Digest? Read(string file)
    {
        try
        {
            return Sha256Digest.Of(NoFifo.ReadAllBytes(file));
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            // It was read a moment ago: whoever looks next says what is wrong with it.
            return null;
        }
    }
}
