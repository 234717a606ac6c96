using System.Globalization;

namespace Lorch.Build;

/// <summary>Tells whether two processes work for the same build. One build is one process, or that one and the nodes that it started.</summary>
/// <remarks>
/// A node that an earlier build left behind (node reuse) is nobody's child any more. Whose build it works for can't be told then, and it is taken for the
/// same one: to wait, which can be cancelled, does less harm than to fail a build because of itself.
/// </remarks>
internal static class BuildProcesses
{
    /// <summary>The parent of those whose own has ended.</summary>
    public const int Orphan = 1;

    public static bool Share(int other)
    {
        var self = Environment.ProcessId;
        return other == self || (ParentOf(self) is { } mine && ParentOf(other) is { } theirs && AreRelated(self, mine, other, theirs));
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
