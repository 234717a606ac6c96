using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Storage;
using Lorch.Core.Views;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Landing;

/// <summary>Says why a complete run mustn't land yet: what it made belongs to the branch on which it began.</summary>
internal static class LandingHold
{
    /// <summary>Looks at what is checked out.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="started">What the run began with.</param>
    /// <returns>Why it is held; <see langword="null"/> if it may land.</returns>
    public static FailureReason? Find(WorkspaceLayout workspace, RunStarted started)
    {
        if (!started.IsInView)
        {
            return null;
        }

        var now = CheckedOut.Find(workspace.WorkspaceRoot);
        var why = now.UnderWay is { } underWay ? $"{underWay} is under way there. End it"
            : IsElsewhere(now, started) ? $"'{Name(now.Branch!)}' is checked out there, and the run began on '{Name(started.Branch!)}'. "
                + "Check that out"
            : null;
        return why is null ? null : new FailureReason(
            FailureReason.LandingHeld,
            $"nothing of it was put into the workspace: {why} and run the same command again, then it lands without asking any agent");
    }

    /// <summary>Whether a run is complete and waits for another branch than the one that is checked out.</summary>
    public static bool WaitsForAnotherBranch(WorkspaceLayout workspace, History history) =>
        history.Failure?.Code is FailureReason.LandingHeld && IsElsewhere(CheckedOut.Find(workspace.WorkspaceRoot), history.Started!);

    private static bool IsElsewhere(CheckedOut now, RunStarted started) =>
        now.Branch is not null && started.Branch is not null && now.Branch != started.Branch;

    private static string Name(string branch) => CheckedOut.Short(branch);
}
