using Microsoft.Build.Framework;

namespace Lorch.Build;

/// <summary>Shows what a run changed, as a unified diff. Changes nothing.</summary>
[MSBuildMultiThreadableTask]
public sealed class LorchDiff : WorkspaceTask
{
    /// <summary>Gets or sets the run; the last one that worked a task by default.</summary>
    public string? Run { get; set; }

    private protected override Task WorkAsync(BuildLog log, CancellationToken cancellationToken)
    {
        foreach (var line in Open().Diff(RunIdOf(Run), cancellationToken))
        {
            log.Answer(line);
        }

        return Task.CompletedTask;
    }
}
