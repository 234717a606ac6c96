using Lorch.Core.Storage;
using Lorch.Core.Storage.Locks;
using Lorch.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Lorch.Core.Tests.Storage;

public sealed class WorkspaceLockTests : IDisposable
{
    private static readonly LockHolder Self = new()
    {
        Pid = 4711,
        StartedAt = new DateTimeOffset(2026, 1, 31, 9, 5, 0, 123, TimeSpan.Zero),
    };

    private readonly TemporaryWorkspace _workspace = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly WorkspaceLayout _layout;

    public WorkspaceLockTests() => _layout = new WorkspaceLayout(_workspace.Root, null);

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Tells_a_second_one_who_holds_it()
    {
        using var held = await AcquireAsync(TimeSpan.Zero);
        held.SetRun(RunId.Parse("run-20260131-090500-0a1b2c3d"));

        var exception = await Assert.ThrowsAsync<LorchException>(() => AcquireAsync(TimeSpan.Zero));

        Assert.Equal(DiagnosticCode.WorkspaceLocked, exception.Diagnostic.Code);
        Assert.Contains(
            "process 4711 since 2026-01-31 09:05:00 UTC for run-20260131-090500-0a1b2c3d", exception.Diagnostic.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_who_holds_it_in_such_a_way_that_his_own_process_knows_him_again_and_another_container_does_not()
    {
        var self = LockHolder.ThisProcess(DateTimeOffset.UnixEpoch);
        using var held = await HeldLock.AcquireAsync(_layout, self, TimeSpan.Zero, _clock, TestContext.Current.CancellationToken);

        var read = HeldLock.ReadHolder(_layout)!;

        Assert.Equal(self, read);
        Assert.True(read.IsThisProcess);
        Assert.True(read.SharesProcessIds);
        Assert.All(
            [read with { Token = "another" }, read with { Token = null }],
            other => Assert.False(other.IsThisProcess));
        Assert.All(
            [read with { Place = $"{read.Place}1" }, read with { Place = null }],
            other => Assert.False(other.SharesProcessIds));
    }

    [Fact]
    public async Task Says_that_a_process_id_counts_elsewhere()
    {
        var other = LockHolder.ThisProcess(DateTimeOffset.UnixEpoch) with { Pid = 1, Place = "another" };
        using var held = await HeldLock.AcquireAsync(_layout, other, TimeSpan.Zero, _clock, TestContext.Current.CancellationToken);

        var exception = await Assert.ThrowsAsync<LorchException>(() => AcquireAsync(TimeSpan.Zero));

        Assert.Contains("process 1 of another container or machine since", exception.Diagnostic.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lets_the_next_one_in_when_it_is_disposed()
    {
        (await AcquireAsync(TimeSpan.Zero)).Dispose();

        using var next = await AcquireAsync(TimeSpan.Zero);

        Assert.NotNull(HeldLock.ReadHolder(_layout));
    }

    [Fact]
    public async Task Waits_for_the_one_that_holds_it()
    {
        var held = await AcquireAsync(TimeSpan.Zero);
        var waiting = AcquireAsync(TimeSpan.FromSeconds(10));
        Assert.False(waiting.IsCompleted);

        held.Dispose();
        _clock.Advance(TimeSpan.FromMilliseconds(50));

        using var next = await waiting.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Gives_up_after_the_time_out()
    {
        using var held = await AcquireAsync(TimeSpan.Zero);
        var waiting = AcquireAsync(TimeSpan.FromSeconds(10));

        _clock.Advance(TimeSpan.FromSeconds(10));

        var exception = await Assert.ThrowsAsync<LorchException>(() =>
            waiting.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.Contains("waited 10 s", exception.Diagnostic.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Takes_what_is_let_go_while_it_looks_who_holds_it()
    {
        var held = await AcquireAsync(TimeSpan.Zero);
        var readings = 0;
        var clock = new WatchedClock(() =>
        {
            // The first reading comes before the lock is tried, the second between the try in vain and the look.
            if (++readings == 2)
            {
                held.Dispose();
            }
        });

        using var next = await HeldLock.AcquireAsync(_layout, Self, TimeSpan.Zero, clock, TestContext.Current.CancellationToken);

        Assert.Equal(2, readings);
    }

    [Fact]
    public async Task Stops_waiting_when_cancelled()
    {
        using var held = await AcquireAsync(TimeSpan.Zero);
        using var source = new CancellationTokenSource();
        var waiting = HeldLock.AcquireAsync(_layout, Self, TimeSpan.FromSeconds(10), _clock, source.Token);

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Can_be_read_while_it_is_held()
    {
        using var held = await AcquireAsync(TimeSpan.Zero);

        Assert.Equal(Self, HeldLock.ReadHolder(_layout));
    }

    [Fact]
    public async Task Reading_does_not_take_it()
    {
        Assert.Null(HeldLock.ReadHolder(_layout));
        (await AcquireAsync(TimeSpan.Zero)).Dispose();
        Assert.Null(HeldLock.ReadHolder(_layout));

        using var held = await AcquireAsync(TimeSpan.Zero);

        Assert.NotNull(HeldLock.ReadHolder(_layout));
    }

    [Fact]
    public async Task Is_not_kept_by_a_copy_of_the_file_that_a_look_opened()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "On Windows, a look takes no lock, and no copy of its file is made.");
        _workspace.Write("state/run.lock", "");
        using var copy = UnixCalls.OpenFile(_layout.LockFile);

        Assert.Null(LockProbe.Look(_layout.LockFile, copy));

        using var taken = await AcquireAsync(TimeSpan.Zero);
    }

    [Fact]
    public void What_the_file_says_counts_for_nothing_when_nobody_holds_it()
    {
        var alive = Environment.ProcessId;
        _workspace.Write("state/run.lock", $$"""{"pid":{{alive}},"started_at":"2026-01-31T09:05:00.000Z"}""" + "\n");

        Assert.Null(HeldLock.ReadHolder(_layout));
    }

    [Fact]
    public async Task Writes_the_holder_as_one_line_of_json()
    {
        using (var held = await AcquireAsync(TimeSpan.Zero))
        {
            held.SetRun(RunId.Parse("run-20260131-090500-0a1b2c3d"));
        }

        Assert.Equal(
            """{"run_id":"run-20260131-090500-0a1b2c3d","pid":4711,"started_at":"2026-01-31T09:05:00.123Z"}""" + "\n",
            _workspace.Read("state/run.lock"));
    }

    [Fact]
    public async Task Cuts_what_an_earlier_holder_left()
    {
        _workspace.Write("state/run.lock", new string('x', 4000));

        (await AcquireAsync(TimeSpan.Zero)).Dispose();

        Assert.Equal("""{"pid":4711,"started_at":"2026-01-31T09:05:00.123Z"}""" + "\n", _workspace.Read("state/run.lock"));
    }

    private Task<HeldLock> AcquireAsync(TimeSpan timeout) =>
        HeldLock.AcquireAsync(_layout, Self, timeout, _clock, TestContext.Current.CancellationToken);
}
