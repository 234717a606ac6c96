using Lorch.Core;
using Lorch.Core.Runs.Contract;
using Microsoft.Build.Framework;

namespace Lorch.Build;

/// <summary>Records a person's word that tasks are done as they are on the disk; no agent is asked, and nothing is checked.</summary>
[MSBuildMultiThreadableTask]
public sealed class LorchAccept : WorkspaceTask
{
    /// <summary>Gets or sets the task ids, joined by <c>+</c>.</summary>
    public string? Selection { get; set; }

    /// <summary>Gets or sets why.</summary>
    public string? Reason { get; set; }

    private protected override async Task WorkAsync(BuildLog log, CancellationToken cancellationToken)
    {
        var names = LorchSelectTasks.Split(Selection);
        if (names.Count == 0)
        {
            throw new LorchException(new Diagnostic
            {
                Code = DiagnosticCode.InvalidProperty,
                Message = "LorchTasks is ''; expected is the task that is done: dotnet build -t:LorchAccept -p:Task=T-0042.",
            });
        }

        var workspace = Open();
        foreach (var task in workspace.Select(names).Where(task => names.Contains(task.ToString())))
        {
            await workspace.AcceptAsync(new AcceptRequest { TaskId = task, Reason = Reason }, log, cancellationToken);
        }
    }
}
