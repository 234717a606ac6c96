using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Lorch.Core.Agents.Processes;

/// <summary>Tells which process started which: proc(5) on Linux, a snapshot on Windows, the process's information on macOS.</summary>
/// <remarks>
/// learn.microsoft.com/windows/win32/toolhelp/taking-a-snapshot-and-viewing-processes; macOS: libproc.h, proc_pidinfo with PROC_PIDTBSDINFO
/// of sys/proc_info.h.
/// </remarks>
internal static partial class RunningProcesses
{
    private const uint Processes = 2;
    private const int MacInformation = 3;
    private const int MacInformationSize = 136;

    /// <summary>Gets the process that started another one.</summary>
    /// <param name="process">The process id.</param>
    /// <returns>
    /// The parent's id; <see langword="null"/> if that can't be told, or the process has ended. The parent may have ended, too.
    /// </returns>
    public static int? ParentOf(int process) =>
        OperatingSystem.IsWindows() ? Snapshot().Where(running => running.Id == process)
            .Select(running => (int?)running.Parent)
            .FirstOrDefault()
        : OperatingSystem.IsMacOS() ? ParentOnMac(process)
        : ParentOnLinux(process);

    /// <summary>Lists the processes that a process on Windows started and that still run.</summary>
    /// <param name="process">The process id.</param>
    /// <returns>Their process ids.</returns>
    internal static IReadOnlyCollection<int> ChildrenOf(int process) =>
        [.. Snapshot().Where(running => running.Parent == process && running.Id != process).Select(running => running.Id)];

    /// <summary>Gets a file's name, without its folder, that a process on Windows runs.</summary>
    /// <param name="process">The process id.</param>
    /// <returns>The name; <see langword="null"/> if there is no such process.</returns>
    public static string? ProgramOf(int process) =>
        OperatingSystem.IsWindows()
            ? Snapshot().Where(running => running.Id == process).Select(running => running.Program).FirstOrDefault()
            : null;

    // The process's name, in brackets, may hold anything; behind it stand its state and its parent.
    private static int? ParentOnLinux(int process)
    {
        try
        {
            var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            return text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var parent, ..]
                && int.TryParse(parent, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                    ? id
                    : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It has ended, or belongs to somebody else.
            return null;
        }
    }

    private static int? ParentOnMac(int process)
    {
        Span<byte> information = stackalloc byte[MacInformationSize];
        return ProcessInformation(process, MacInformation, 0, information, MacInformationSize) == MacInformationSize
            ? MemoryMarshal.Read<int>(information[16..])
            : null;
    }

    private static List<(int Id, int Parent, string Program)> Snapshot()
    {
        var running = new List<(int Id, int Parent, string Program)>();
        if (!OperatingSystem.IsWindows())
        {
            return running;
        }

        using var snapshot = CreateToolhelp32Snapshot(Processes, 0);

        // PROCESSENTRY32W: the id of the process stands at 8, its parent's behind a pointer and two numbers, its program's name of 260
        // characters after two more.
        var (parentAt, programAt) = IntPtr.Size == 8 ? (32, 44) : (24, 36);
        Span<byte> entry = stackalloc byte[(programAt + 520 + IntPtr.Size - 1) / IntPtr.Size * IntPtr.Size];
        entry.Clear();
        MemoryMarshal.Write(entry, entry.Length);
        for (var more = !snapshot.IsInvalid && Process32First(snapshot, entry); more; more = Process32Next(snapshot, entry))
        {
            var program = MemoryMarshal.Cast<byte, char>(entry[programAt..]);
            running.Add(
                (
                    MemoryMarshal.Read<int>(entry[8..]), MemoryMarshal.Read<int>(entry[parentAt..]),
                    new string(program[..program.IndexOf('\0')])));
        }

        return running;
    }

    [LibraryImport("kernel32", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial SafeFileHandle CreateToolhelp32Snapshot(uint flags, uint process);

    [LibraryImport("kernel32", EntryPoint = "Process32FirstW", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool Process32First(SafeFileHandle snapshot, Span<byte> entry);

    [LibraryImport("kernel32", EntryPoint = "Process32NextW", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool Process32Next(SafeFileHandle snapshot, Span<byte> entry);

    [LibraryImport("libproc", EntryPoint = "proc_pidinfo")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ProcessInformation(int process, int kind, ulong argument, Span<byte> information, int size);
}
