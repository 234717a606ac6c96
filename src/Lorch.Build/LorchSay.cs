using Microsoft.Build.Framework;

namespace Lorch.Build;

/// <summary>
/// Says what is wrong with tasks that are done: in an instance of the runner for each way in which projects want warnings to be treated.
/// </summary>
[MSBuildMultiThreadableTask]
public sealed class LorchSay : LorchTask
{
    /// <summary>Gets or sets what is to be said, as the tasks that look and work hand it on.</summary>
    [Required]
    public string Said { get; set; } = "";

    private protected override Task WorkAsync(BuildLog log, CancellationToken cancellationToken)
    {
        foreach (var diagnostic in SaidText.Decode(Said))
        {
            log.Report(diagnostic);
        }

        return Task.CompletedTask;
    }
}
