using Lorch.Core;
using Lorch.Core.Runs.Contract;
using Microsoft.Build.Framework;

namespace Lorch.Build;

/// <summary>What came of a task in this build.</summary>
/// <param name="Said">What is to be reported by whoever reports it; warnings are handed on with the items.</param>
/// <param name="Items">What is handed on.</param>
internal sealed record WorkedTask(IReadOnlyList<Diagnostic> Said, IReadOnlyList<ITaskItem> Items)
{
    /// <summary>Gets whether those may be worked that depend on it.</summary>
    public bool IsDone =>
        Items.Any(item => item.GetMetadata(TaskItems.Outcome) is nameof(RunOutcome.Completed) or nameof(RunOutcome.UpToDate));
}
