using System.Runtime.InteropServices;

namespace Lorch.Core.Agents.Processes;

/// <summary>Signals of Unix systems: see signal(7) and kill(2).</summary>
internal static class UnixSignals
{
    public const int Kill = 9;
    public const int Terminate = 15;

    /// <summary>Names the signal in an exit code as shells and .NET report it: 128 + number.</summary>
    /// <param name="exitCode">The exit code.</param>
    /// <returns>The signal's name, or null if the code says no signal that usually ends a process.</returns>
    public static string? NameFromExitCode(int exitCode) => (exitCode - 128) switch
    {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        5 => "SIGTRAP",
        6 => "SIGABRT",
        8 => "SIGFPE",
        Kill => "SIGKILL",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        14 => "SIGALRM",
        Terminate => "SIGTERM",
        _ => null,
    };

    /// <summary>Sends a signal. A process that is gone, or isn't ours, is passed over.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="signal">The signal's number.</param>
    public static void Send(int pid, int signal) => _ = SendSignal(pid, signal);

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int pid, int signal);
}
