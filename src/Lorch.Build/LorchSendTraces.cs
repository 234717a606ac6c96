using Microsoft.Build.Framework;

namespace Lorch.Build;

/// <summary>
/// Sends the traces of runs that weren't sent yet. That a collector is away is a message: no build fails by what looks at builds.
/// </summary>
[MSBuildMultiThreadableTask]
public sealed class LorchSendTraces : WorkspaceTask
{
    private protected override async Task WorkAsync(BuildLog log, CancellationToken cancellationToken)
    {
        var result = await Open().SendTracesAsync(cancellationToken);
        if (result.Sent > 0)
        {
            log.Say(MessageImportance.Normal, FormattableString.Invariant($"Sent {result.Sent} spans."));
        }

        if (result.Problem is { } problem)
        {
            log.Say(MessageImportance.High, $"Traces: {problem.TrimEnd('.')}.");
        }
    }
}
