using Microsoft.Build.Framework;

namespace Lorch.Build;

/// <summary>Gives an interrupted or failed run up; the receipts of its steps are kept.</summary>
[MSBuildMultiThreadableTask]
public sealed class LorchAbort : WorkspaceTask
{
    /// <summary>Gets or sets the run; the latest one that is open by default.</summary>
    public string? Run { get; set; }

    private protected override Task WorkAsync(BuildLog log, CancellationToken cancellationToken) =>
        Open().AbortAsync(RunIdOf(Run), log, cancellationToken);
}
