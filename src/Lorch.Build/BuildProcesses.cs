using System.Globalization;
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
    /// <summary>The parent of those whose own has ended.</summary>
    public const int Orphan = 1;

    /// <summary>
    /// Whether the holder of a lock works for the build of this process. A process of another container, or of another machine, never does.
    /// </summary>
    public static bool Share(LockHolder other)
    {
        var self = Environment.ProcessId;
        return other.IsThisProcess
            || (other.SharesProcessIds && ParentOf(self) is { } mine && ParentOf(other.Pid) is { } theirs && AreRelated(self, mine, other.Pid, theirs));
    }

    /// <summary>Whether a process works for a build that another process leads: as a node (1) or as a task host (2).</summary>
    public static bool IsNode(int process) => Read(process, "cmdline")?.Contains("/nodemode:", StringComparison.Ordinal) ?? false;

    // proc(5): the process's name, in brackets, may hold anything; behind it stand its state and its parent.
    public static int? ParentOf(int process) =>
        Read(process, "stat") is { } text && text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var parent, ..]
        && int.TryParse(parent, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : null;

    internal static bool AreRelated(int self, int parent, int other, int otherParent) =>
        parent == other || otherParent == self || (IsNode(self) && IsNode(other) && parent == otherParent)
        || (parent == Orphan && IsNode(self)) || (otherParent == Orphan && IsNode(other));

    private static string? Read(int process, string file)
    {
        try
        {
            return OperatingSystem.IsLinux() ? File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/{file}")) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended, or belongs to somebody else.
            return null;
        }
    }
}
