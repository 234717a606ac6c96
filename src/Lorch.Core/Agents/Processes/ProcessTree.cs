using System.Globalization;
using System.Text;

namespace Lorch.Core.Agents.Processes;

/// <summary>A process and all that it started, also what detached itself and was adopted by another parent.</summary>
/// <remarks>
/// Only Linux tells enough (<c>/proc</c>, see proc(5)); elsewhere the tree is empty. A process belongs to it if it is in the session that
/// the root leads, if it inherited the variable that marks this agent, or if its parent belongs to it.
/// </remarks>
/// <param name="root">The process that the tree began with.</param>
/// <param name="mark">The variable that all of them inherit, as <c>NAME=value</c>.</param>
internal sealed class ProcessTree(int root, string mark)
{
    private const string ProcessesFolder = "/proc";

    // Fields of stat that follow the name.
    private const int FieldOfState = 0;
    private const int FieldOfParent = 1;
    private const int FieldOfSession = 3;
    private const int FieldOfBeginning = 19;

    private readonly byte[] _mark = Encoding.ASCII.GetBytes(mark + "\0");
    private readonly Lock _killing = new();

    // What runs longer than the root wasn't started by it. 0 where that isn't known.
    private readonly ulong _beginning = OperatingSystem.IsLinux() ? Read(root)?.Beginning ?? 0 : 0;
    private bool _isOver;

    /// <summary>Sends a signal to every process of the tree.</summary>
    /// <param name="signal">The signal's number.</param>
    /// <param name="withRoot">Whether the root is still there; if not, its process id may be somebody else's by now.</param>
    public void Send(int signal, bool withRoot)
    {
        foreach (var pid in Members(withRoot))
        {
            UnixSignals.Send(pid, signal);
        }
    }

    /// <summary>Kills every process of the tree, also those that are being started meanwhile.</summary>
    /// <param name="withRoot">Whether the root is still there.</param>
    public void Kill(bool withRoot)
    {
        lock (_killing)
        {
            // A process with a pending SIGKILL starts no other, so each round finds only what the one before didn't see.
            var killed = new HashSet<int>();
            while (!_isOver && Members(withRoot).Where(killed.Add).ToList() is { Count: > 0 } found)
            {
                found.ForEach(pid => UnixSignals.Send(pid, UnixSignals.Kill));
            }

            // Where nobody is left, nobody is added.
            _isOver |= !withRoot;
        }
    }

    /// <summary>Lists the processes of the tree that still run.</summary>
    /// <param name="withRoot">Whether the root is still there.</param>
    /// <returns>Their process ids.</returns>
    public IReadOnlyCollection<int> Members(bool withRoot)
    {
        if (!OperatingSystem.IsLinux())
        {
            return [];
        }

        var running = Running();
        var members = running.Where(process => BelongsByItself(process, withRoot)).Select(process => process.Pid).ToHashSet();
        int before;
        do
        {
            before = members.Count;
            members.UnionWith(running.Where(process => members.Contains(process.Parent)).Select(process => process.Pid).ToList());
        }
        while (members.Count > before);
        return members;
    }

    private bool BelongsByItself(ProcessStatus process, bool withRoot) =>
        process.Pid == root ? withRoot : process.Beginning >= _beginning && (process.Session == root || InheritedMark(process.Pid));

    private bool InheritedMark(int pid)
    {
        try
        {
            var environment = File.ReadAllBytes($"{ProcessesFolder}/{pid}/environ").AsSpan();
            var index = environment.IndexOf(_mark);
            return index == 0 || (index > 0 && environment[index - 1] == 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile, or belongs to somebody else: in either case it is none of ours to end.
            return false;
        }
    }

    private static List<ProcessStatus> Running()
    {
        var running = new List<ProcessStatus>();
        foreach (var folder in Directory.EnumerateDirectories(ProcessesFolder))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && Read(pid) is { IsZombie: false } process)
            {
                running.Add(process);
            }
        }

        return running;
    }

    private static ProcessStatus? Read(int pid)
    {
        try
        {
            // "pid (name) state ppid pgrp session ... starttime ...", where the name may hold anything.
            var status = File.ReadAllText($"{ProcessesFolder}/{pid}/stat");
            var fields = status[(status.LastIndexOf(')') + 2)..].Split(' ');
            return new ProcessStatus(
                pid,
                int.Parse(fields[FieldOfParent], CultureInfo.InvariantCulture),
                int.Parse(fields[FieldOfSession], CultureInfo.InvariantCulture),
                ulong.Parse(fields[FieldOfBeginning], CultureInfo.InvariantCulture))
            {
                IsZombie = fields[FieldOfState] is "Z" or "X",
            };
        }
        catch (IOException)
        {
            // It ended meanwhile.
            return null;
        }
    }

    // Beginning is in ticks of the system's clock since that was started.
    private sealed record ProcessStatus(int Pid, int Parent, int Session, ulong Beginning)
    {
        public required bool IsZombie { get; init; }
    }
}
