using System.Diagnostics;
using System.Globalization;
using Lorch.Core.Agents.Processes;
using Lorch.Testing;

namespace Lorch.Core.Tests.Agents;

[DiffersOnWindows]
public sealed class RunningProcessesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Know_who_started_this_one()
    {
        var parent = RunningProcesses.ParentOf(Environment.ProcessId);

        Assert.NotNull(parent);
        Assert.NotEqual(Environment.ProcessId, parent);
    }

    [Fact]
    public void Are_told_from_those_that_never_were() => Assert.Null(RunningProcesses.ParentOf(int.MaxValue - 3));

    [Fact]
    public async Task Are_started_in_a_session_of_their_own_by_perl()
    {
        var words = SessionStarter.WithPerl("/usr/bin/perl");
        Assert.SkipWhen(words.Count == 0 || !OperatingSystem.IsLinux(), "There is no perl, or no /proc that tells of sessions.");
        using var child = Process.Start(
            new ProcessStartInfo(words[0], [.. words.Skip(1), "/bin/cat", "/proc/self/stat"]) { RedirectStandardOutput = true })!;

        var status = await child.StandardOutput.ReadToEndAsync(Token);
        await child.WaitForExitAsync(Token);

        // pid (name) state ppid pgrp session
        var fields = status[(status.LastIndexOf(')') + 2)..].Split(' ');
        Assert.Equal(child.Id.ToString(CultureInfo.InvariantCulture), fields[3]);
        Assert.Equal(child.Id.ToString(CultureInfo.InvariantCulture), fields[2]);
        Assert.Equal(0, child.ExitCode);
    }

    [Fact]
    public async Task Say_by_perl_why_there_is_no_program()
    {
        var words = SessionStarter.WithPerl("/usr/bin/perl");
        Assert.SkipWhen(words.Count == 0, "There is no perl.");
        using var child = Process.Start(
            new ProcessStartInfo(words[0], [.. words.Skip(1), "/no/such/program"]) { RedirectStandardError = true })!;

        Assert.Contains("/no/such/program: ", await child.StandardError.ReadToEndAsync(Token), StringComparison.Ordinal);
        await child.WaitForExitAsync(Token);
        Assert.Equal(127, child.ExitCode);
    }
}
