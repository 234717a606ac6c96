using System.Globalization;

namespace Lorch.Core.Storage.Locks;

/// <summary>What is held by one at a time, or by as many as it has files.</summary>
internal sealed record LockedPlace
{
    /// <summary>Gets the absolute paths of its files: who has the lock of one of them holds it.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>Gets what is said of it and whoever holds it, for example <c>T-0042 is worked by</c>.</summary>
    public required string HeldBy { get; init; }

    /// <summary>Gets what whoever couldn't have it may do, as whole sentences.</summary>
    public required string Remedy { get; init; }

    /// <summary>The records of a workspace, and what lies in it: whoever changes either holds it.</summary>
    public static LockedPlace OfWorkspace(WorkspaceLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        return new LockedPlace
        {
            Paths = [layout.LockFile],
            HeldBy = $"The workspace '{layout.WorkspaceRoot}' is held by",
            Remedy = "One run at a time works in a workspace: wait until that one ends, or end it, then run the same command again.",
        };
    }

    /// <summary>The same where runs work in views: they hold it only to begin and to land.</summary>
    public static LockedPlace OfWorkspaceWithViews(WorkspaceLayout layout) => OfWorkspace(layout) with
    {
        Remedy = "Runs begin and land one at a time: wait until that one has, or end it, then run the same command again.",
    };

    /// <summary>A task: whoever works it, or says something of it, holds it.</summary>
    public static LockedPlace OfTask(WorkspaceLayout layout, TaskId task)
    {
        ArgumentNullException.ThrowIfNull(layout);
        return new LockedPlace
        {
            Paths = [layout.TaskLock(task)],
            HeldBy = $"{task} is worked by",
            Remedy = "One build at a time works a task: wait until that one is done, or end it, then run the same command again.",
        };
    }

    /// <summary>The places in which the tasks of a workspace are worked at once, whichever builds work them.</summary>
    /// <param name="layout">The workspace.</param>
    /// <param name="count">How many there are.</param>
    public static LockedPlace ToWork(WorkspaceLayout layout, int count)
    {
        ArgumentNullException.ThrowIfNull(layout);
        return new LockedPlace
        {
            Paths = [.. Enumerable.Range(1, count).Select(layout.WorkPermit)],
            HeldBy = string.Create(
                CultureInfo.InvariantCulture,
                $"As many tasks as policy.concurrency allows, {count}, are worked in '{layout.WorkspaceRoot}', one by"),
            Remedy = "Wait until one is done, or end its build, then run the same command again.",
        };
    }

    /// <summary>The list of all runs, which is read and written.</summary>
    public static LockedPlace OfIndex(WorkspaceLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        return new LockedPlace
        {
            Paths = [layout.IndexLock],
            HeldBy = "The list of runs is written by",
            Remedy = "Run the same command again.",
        };
    }
}
