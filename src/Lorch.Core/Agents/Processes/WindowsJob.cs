using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Lorch.Core.Agents.Processes;

/// <summary>
/// A process on Windows and all that it starts: a job object, which ends with the last handle to it, and so with the process that owns it.
/// </summary>
/// <remarks>
/// learn.microsoft.com/windows/win32/procthread/job-objects, with JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE. What a process in a job starts is in
/// it, too; jobs nest. What it started before it was taken in isn't, so its children are taken in after it.
/// </remarks>
internal sealed partial class WindowsJob : IDisposable
{
    private const string Library = "kernel32";
    private const int BasicProcessIdList = 3;
    private const int ExtendedLimits = 9;
    private const int KillOnClose = 0x2000;
    private const int MoreData = 234;

    // JOBOBJECT_EXTENDED_LIMIT_INFORMATION on 32 and 64 bits; LimitFlags stands behind two times in both.
    private static readonly int LimitsSize = IntPtr.Size == 8 ? 144 : 112;
    private const int OffsetOfFlags = 16;

    private readonly SafeFileHandle _handle;

    private WindowsJob(SafeFileHandle handle) => _handle = handle;

    /// <summary>Makes a job with a process in it.</summary>
    /// <param name="process">A process that was started just now.</param>
    /// <returns>The job; <see langword="null"/> if the system refuses it, as where the process has ended.</returns>
    public static WindowsJob? TryMake(Process process)
    {
#pragma warning disable CA2000 // The job takes the handle over; otherwise it is disposed below
        var handle = CreateJobObject(0, null);
#pragma warning restore CA2000
        Span<byte> limits = stackalloc byte[LimitsSize];
        limits.Clear();
        MemoryMarshal.Write(limits[OffsetOfFlags..], KillOnClose);
        if (handle.IsInvalid
            || !SetInformationJobObject(handle, ExtendedLimits, limits, (uint)limits.Length)
            || !TryTakeIn(handle, process))
        {
            handle.Dispose();
            return null;
        }

        var job = new WindowsJob(handle);
        job.TakeInChildren(process.Id);
        return job;
    }

    /// <summary>Ends every process in it.</summary>
    public void Kill() => _ = TerminateJobObject(_handle, 1);

    /// <summary>Lists the processes in it.</summary>
    /// <returns>Their process ids.</returns>
    public IReadOnlyCollection<int> Members()
    {
        for (var room = 64; ; room *= 4)
        {
            // JOBOBJECT_BASIC_PROCESS_ID_LIST: how many there are, how many fit, and their ids as long as a pointer.
            var list = new byte[8 + (room * IntPtr.Size)];
            if (QueryInformationJobObject(_handle, BasicProcessIdList, list, (uint)list.Length, 0))
            {
                var count = MemoryMarshal.Read<int>(list.AsSpan(4));
                return [.. MemoryMarshal.Cast<byte, nint>(list.AsSpan(8))[..count].ToArray().Select(id => (int)id)];
            }

            if (Marshal.GetLastPInvokeError() != MoreData)
            {
                return [];
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private static bool TryTakeIn(SafeFileHandle job, Process process)
    {
        try
        {
            return AssignProcessToJobObject(job, process.SafeHandle);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception)
        {
            // It has ended, or isn't ours.
            return false;
        }
    }

    private void TakeInChildren(int parent)
    {
        foreach (var child in RunningProcesses.ChildrenOf(parent))
        {
            try
            {
                using var process = Process.GetProcessById(child);
                if (TryTakeIn(_handle, process))
                {
                    TakeInChildren(child);
                }
            }
            catch (ArgumentException)
            {
                // It has ended.
            }
        }
    }

    [LibraryImport(Library, EntryPoint = "CreateJobObjectW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial SafeFileHandle CreateJobObject(nint security, string? name);

    [LibraryImport(Library, EntryPoint = "SetInformationJobObject", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetInformationJobObject(SafeFileHandle job, int kind, ReadOnlySpan<byte> information, uint length);

    [LibraryImport(Library, EntryPoint = "QueryInformationJobObject", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool QueryInformationJobObject(SafeFileHandle job, int kind, Span<byte> information, uint length, nint returned);

    [LibraryImport(Library, EntryPoint = "AssignProcessToJobObject", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool AssignProcessToJobObject(SafeFileHandle job, SafeProcessHandle process);

    [LibraryImport(Library, EntryPoint = "TerminateJobObject", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool TerminateJobObject(SafeFileHandle job, uint exitCode);
}
