using Lorch.Core.Agents.Processes;
using Lorch.Core.Storage;
using Lorch.Core.Storage.Locks;

namespace Lorch.Build;

/// <summary>
/// Tells whether two processes work for the same build. One build is one process, or that one and the nodes that it started.
/// </summary>
/// <remarks>
/// A node that an earlier build left behind (node reuse) is nobody's child any more. Whose build it works for can't be told then, and it is
/// taken for the same one: to wait, which can be cancelled, does less harm than to fail a build because of itself.
/// </remarks>
internal static class BuildProcesses
{
    /// <summary>The parent of those whose own has ended. On Windows no process has this number.</summary>
    public const int Orphan = 1;

    /// <summary>
    /// Whether the holder of a lock works for the build of this process. A process of another container, or of another machine, never does.
    /// </summary>
    public static bool Share(LockHolder other)
    {
        var self = Environment.ProcessId;
        return other.IsThisProcess
            || (other.SharesProcessIds
                && ParentOf(self) is { } mine
                && ParentOf(other.Pid) is { } theirs
                && AreRelated(self, mine, other, theirs));
    }

    /// <summary>
    /// Gets the process that started one, or <see cref="Orphan"/> if that has ended: Windows gives its number to another one some time.
    /// </summary>
    public static int? ParentOf(int process) => RunningProcesses.ParentOf(process) is not { } parent ? null
        : OperatingSystem.IsWindows() && RunningProcesses.ProgramOf(parent) is null ? Orphan
        : parent;

    internal static bool AreRelated(int self, int parent, LockHolder other, int otherParent) =>
        parent == other.Pid || otherParent == self || (ProcessPlace.IsNode && other.IsNode && parent == otherParent)
        || (parent == Orphan && ProcessPlace.IsNode) || (otherParent == Orphan && other.IsNode);
}
