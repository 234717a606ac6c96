using Lorch.Core;
using Lorch.Core.Runs;
using Lorch.Core.Runs.Contract;

namespace Lorch.Testing;

/// <summary>Judges tasks of which none is treated otherwise than the others, as most tests want it.</summary>
internal static class JudgingInOneMode
{
    public static Task<IReadOnlyList<TaskVerdict>> JudgeAsync(
        this LorchWorkspace workspace,
        IReadOnlyList<TaskId> tasks,
        WorkMode mode,
        CancellationToken cancellationToken) =>
        workspace.JudgeAsync(tasks, _ => mode, cancellationToken);
}
