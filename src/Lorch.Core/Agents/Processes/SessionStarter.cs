namespace Lorch.Core.Agents.Processes;

/// <summary>
/// What starts a program in a session of its own: the terminal's Ctrl+C ends the build, and the build then ends the agent in its own order.
/// </summary>
/// <remarks>
/// Both replace themselves by the program, so the process id stays the same: setsid(1); perl's setsid(2), since macOS has perl and no
/// setsid(1).
/// </remarks>
internal static class SessionStarter
{
    private const string Script = "use POSIX; POSIX::setsid(); exec {$ARGV[0]} @ARGV; print STDERR qq($ARGV[0]: $!\\n); POSIX::_exit(127)";

    /// <summary>Gets the words that stand before a program's own; none where there is nothing that does it.</summary>
    public static IReadOnlyList<string> Words { get; } =
        OperatingSystem.IsLinux() ? Array.Find(["/usr/bin/setsid", "/bin/setsid"], File.Exists) is { } setsid ? [setsid] : []
        : OperatingSystem.IsMacOS() ? WithPerl("/usr/bin/perl")
        : [];

    /// <summary>Gets the words for a perl; none if there is none.</summary>
    internal static IReadOnlyList<string> WithPerl(string perl) => File.Exists(perl) ? [perl, "-e", Script, "--"] : [];
}
