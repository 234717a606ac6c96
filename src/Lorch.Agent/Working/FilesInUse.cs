using System.Globalization;
using System.Text;
using Lorch.Core.Agents;
using Lorch.Core.Storage;

namespace Lorch.Agent.Working;

/// <summary>Tells which files somebody else is writing just now, as a build writes its own log: those aren't the tool's.</summary>
/// <remarks>
/// Only Linux tells (<c>/proc/PID/fd</c>, see proc(5)), and of processes of the same user. All that the tool started carries the variable
/// that marks this agent, and is never somebody else.
/// </remarks>
internal sealed class FilesInUse
{
    private const string ProcessesFolder = "/proc";

    private const string Flags = "flags:";

    /// <summary>The access mode of open(2): a file that is only read is in nobody's hands.</summary>
    private const int AccessMode = 3;

    private readonly byte[]? _mark;

    /// <summary>Initializes a new instance of the <see cref="FilesInUse"/> class.</summary>
    /// <param name="environment">The agent's environment; without the mark of an agent nobody can be told from the tool.</param>
    public FilesInUse(IReadOnlyDictionary<string, string> environment)
    {
        var session = environment.GetValueOrDefault(AgentEnvironment.SessionVariable);
        _mark = OperatingSystem.IsLinux() && !string.IsNullOrEmpty(session)
            ? Encoding.ASCII.GetBytes($"{AgentEnvironment.SessionVariable}={session}\0")
            : null;
    }

    /// <summary>Finds those of some files that a process which isn't the tool's has open to write.</summary>
    /// <param name="files">Absolute paths.</param>
    /// <param name="cancellationToken">Stops between two processes.</param>
    /// <returns>The paths.</returns>
    public HashSet<string> HeldByOthers(IReadOnlyCollection<string> files, CancellationToken cancellationToken)
    {
        var held = new HashSet<string>(StringComparer.Ordinal);
        if (_mark is null || files.Count == 0)
        {
            return held;
        }

        var sought = files
            .Select(file => (Path: file, Stamp: FileStamp.OfEntry(file)))
            .Where(file => file.Stamp is { IsRegular: true })
            .ToLookup(file => Path.GetFileName(file.Path));
        foreach (var process in Directory.EnumerateDirectories(ProcessesFolder).Where(IsProcess))
        {
            cancellationToken.ThrowIfCancellationRequested();
            held.UnionWith(
                from descriptor in DescriptorsOf(process)
                from file in sought[Path.GetFileName(TargetOf(descriptor))]
                where FileStamp.Of(descriptor)?.IsSameFileAs(file.Stamp!.Value) == true
                    && IsWriting(process, descriptor)
                    && !IsMarked(process)
                select file.Path);
        }

        return held;
    }

    private static bool IsProcess(string folder) =>
        int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static string[] DescriptorsOf(string process)
    {
        try
        {
            return Directory.GetFiles(Path.Join(process, "fd"));
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            // It ended meanwhile, or is another user's.
            return [];
        }
    }

    private static string TargetOf(string descriptor)
    {
        try
        {
            return new FileInfo(descriptor).LinkTarget ?? "";
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            // It was closed meanwhile.
            return "";
        }
    }

    private static bool IsWriting(string process, string descriptor)
    {
        try
        {
            var lines = File.ReadLines(Path.Join(process, "fdinfo", Path.GetFileName(descriptor)));
            var flags = lines.First(line => line.StartsWith(Flags, StringComparison.Ordinal))[Flags.Length..].Trim();
            return (Convert.ToInt64(flags, 8) & AccessMode) != 0;
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception) || exception is InvalidOperationException)
        {
            // It was closed meanwhile.
            return false;
        }
    }

    /// <summary>Whether a process belongs to the tool. One that can't be asked is taken to.</summary>
    private bool IsMarked(string process)
    {
        try
        {
            var environment = File.ReadAllBytes(Path.Join(process, "environ")).AsSpan();
            var index = environment.IndexOf(_mark);
            return index == 0 || (index > 0 && environment[index - 1] == 0);
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            return true;
        }
    }
}
