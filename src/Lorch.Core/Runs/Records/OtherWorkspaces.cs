using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Storage;

namespace Lorch.Core.Runs.Records;

/// <summary>Tells the runs of this workspace from those of another one that keeps its records in the same state root.</summary>
/// <remarks>A workspace that was moved finds its runs again: where it was there is none any more.</remarks>
internal static class OtherWorkspaces
{
    /// <summary>
    /// Gets what a run that starts here says of its workspace; nothing where its records lie in it, and no other one's can.
    /// </summary>
    public static string? NameOf(WorkspaceLayout layout) => layout.StateRoot == layout.WorkspaceRoot ? null : layout.WorkspaceRoot;

    /// <summary>Gets the other workspace that a run works in.</summary>
    /// <returns>Its root; <see langword="null"/> if the run is of this one.</returns>
    public static string? Find(RunStarted started, WorkspaceLayout layout) =>
        started.Workspace is { } other && other != layout.WorkspaceRoot && Directory.Exists(other) && !IsSame(other, layout.WorkspaceRoot)
            ? other
            : null;

    /// <summary>Says that a run is left alone.</summary>
    public static Diagnostic Describe(RunIndexEntry run, WorkspaceLayout layout, DiagnosticSeverity severity) => new()
    {
        Code = DiagnosticCode.RunOfAnotherWorkspace,
        Severity = severity,
        Message = $"{run.RunId} of {run.TaskId} belongs to the workspace '{run.Elsewhere}', which has the same state root, so this build "
            + $"doesn't touch it. "
            + "Resume or abort it there, and give each workspace a LorchStateRoot of its own.",
        File = layout.Ledger(run.RunId),
    };

    /// <summary>Whether two paths lead to one folder, over whatever links.</summary>
    private static bool IsSame(string one, string other) =>
        FileStamp.Of(one) is { HasIdentity: true } mine && FileStamp.Of(other) is { } theirs && mine.IsSameFileAs(theirs);
}
