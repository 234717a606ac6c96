using System.Diagnostics;
using Lorch.Core.Storage;
using Lorch.Core.Storage.Locks;
using Lorch.Testing;

namespace Lorch.Core.Tests.Storage;

/// <summary>The other process is flock(1), which knows nothing of .NET.</summary>
public sealed class WorkspaceLockBetweenProcesses : IDisposable
{
    private readonly TemporaryWorkspace _workspace = new();
    private readonly WorkspaceLayout _layout;

    public WorkspaceLockBetweenProcesses()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/flock"), "There is no flock(1) to play the other process.");
        _layout = new WorkspaceLayout(_workspace.Root, null);
        _workspace.Write("state/run.lock", "");
    }

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Is_not_given_to_another_process_before_it_is_let_go()
    {
        using (await AcquireAsync())
        {
            Assert.Equal(1, await TryInAnotherProcessAsync());
        }

        Assert.Equal(0, await TryInAnotherProcessAsync());
    }

    [Fact]
    public async Task Dies_with_its_process()
    {
        // With -o, the lock is flock's alone: the shell, which lives on, doesn't inherit it.
        using var other = Start("-o", _layout.LockFile, "sh", "-c", "echo held; read line");
        Assert.Equal("held", await other.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));

        var exception = await Assert.ThrowsAsync<LorchException>(AcquireAsync);
        Assert.Equal(DiagnosticCode.WorkspaceLocked, exception.Diagnostic.Code);
        Assert.Contains("another process", exception.Diagnostic.Message, StringComparison.Ordinal);
        Assert.Equal(0, HeldLock.ReadHolder(_layout)?.Pid);

        other.Kill();
        await other.WaitForExitAsync(TestContext.Current.CancellationToken);
        using var mine = await AcquireAsync();
    }

    private static Process Start(params string[] arguments) => Process.Start(
        new ProcessStartInfo("/usr/bin/flock", arguments) { RedirectStandardOutput = true, RedirectStandardInput = true })!;

    private Task<HeldLock> AcquireAsync() => HeldLock.AcquireAsync(
        _layout,
        new LockHolder { Pid = Environment.ProcessId, StartedAt = DateTimeOffset.UnixEpoch },
        TimeSpan.Zero,
        TimeProvider.System,
        TestContext.Current.CancellationToken);

    private async Task<int> TryInAnotherProcessAsync()
    {
        using var other = Start("-n", _layout.LockFile, "true");
        await other.WaitForExitAsync(TestContext.Current.CancellationToken);
        return other.ExitCode;
    }
}
