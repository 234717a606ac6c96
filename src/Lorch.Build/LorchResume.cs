using Lorch.Core.Runs.Contract;
using Microsoft.Build.Framework;

namespace Lorch.Build;

/// <summary>Goes on with an interrupted or failed run, whatever changed in the workspace.</summary>
[MSBuildMultiThreadableTask]
public sealed class LorchResume : WorkspaceTask
{
    /// <summary>Gets or sets the run; the latest one that can go on by default.</summary>
    public string? Run { get; set; }

    /// <summary>Gets or sets a value indicating whether findings of reviews are errors rather than warnings.</summary>
    public bool TreatFindingsAsErrors { get; set; }

    /// <summary>Gets what came of it: the task, its artifacts and its findings, told apart by <c>Kind</c>.</summary>
    [Output]
    public ITaskItem[] Results { get; private set; } = [];

    private protected override async Task WorkAsync(BuildLog log, CancellationToken cancellationToken)
    {
        var request = new ResumeRequest { RunId = RunIdOf(Run), FailOnDrift = FailOnDrift };
        if (await Open().ResumeAsync(request, log, cancellationToken) is { } result)
        {
            Results = Report(log, Worked(result, TreatFindingsAsErrors));
        }
    }
}
