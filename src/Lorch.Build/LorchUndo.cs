using Microsoft.Build.Framework;

namespace Lorch.Build;

/// <summary>Takes back what a run that worked in a view put into the workspace, unless one of its files was changed since.</summary>
[MSBuildMultiThreadableTask]
public sealed class LorchUndo : WorkspaceTask
{
    /// <summary>Gets or sets the run; the last one that landed and isn't undone by default.</summary>
    public string? Run { get; set; }

    private protected override Task WorkAsync(BuildLog log, CancellationToken cancellationToken) =>
        Open().UndoAsync(RunIdOf(Run), log, cancellationToken);
}
