using Lorch.Core.Agents;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Runs.Turns;
using Lorch.Core.Storage;
using Lorch.Core.Storage.Locks;
using Lorch.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Lorch.Core.Tests.Runs;

/// <summary>For whom a build waits that finds the workspace's lock taken, and how long.</summary>
public sealed class WaitingForTheTurn : IDisposable, IRunObserver
{
    private const int PartOfThisBuild = 4711;

    private readonly TemporaryWorkspace _workspace = new();
    private readonly PassingClock _clock = new();
    private readonly List<string> _said = [];
    private readonly WorkspaceLayout _layout;

    public WaitingForTheTurn()
    {
        _layout = new WorkspaceLayout(_workspace.Root, null);
        _workspace.Write("state/run.lock", "");
    }

    public void Dispose() => _workspace.Dispose();

    void IRunObserver.Say(RunNotice notice) => _said.Add(notice.Text);

    [Fact]
    public async Task Tries_three_times_more_where_the_holder_has_not_said_who_he_is()
    {
        using var silent = Hold();

        await AssertRefusedAfterAsync(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Tries_three_times_more_where_the_lock_is_taken_and_nobody_holds_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "On Windows, a look takes no lock.");
        using var look = UnixCalls.OpenFile(_layout.LockFile);
        Assert.True(AdvisoryLock.TryTake(_layout.LockFile, look, UnixCalls.LockShared));

        await AssertRefusedAfterAsync(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Gives_up_at_once_where_another_build_holds_it()
    {
        using var other = Hold();
        SayWho(other, PartOfThisBuild + 1);

        await AssertRefusedAfterAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task Takes_what_is_let_go_in_the_last_try()
    {
        using var silent = Hold();
        _clock.OnceWaited(TimeSpan.FromSeconds(3), silent.Dispose);

        using var mine = await WaitAsync();

        Assert.Equal(TimeSpan.FromSeconds(3), _clock.Waited);
    }

    [Fact]
    public async Task Waits_as_long_as_it_takes_once_the_holder_says_that_he_is_a_part_of_this_build()
    {
        using var other = Hold();
        _clock.OnceWaited(TimeSpan.FromSeconds(2), () => SayWho(other, PartOfThisBuild));
        _clock.OnceWaited(TimeSpan.FromSeconds(20), other.Dispose);

        using var mine = await WaitAsync();

        Assert.Equal(TimeSpan.FromSeconds(20), _clock.Waited);
        Assert.Equal(["waits for a run, which runs in another part of this build"], _said);
    }

    private static void SayWho(FileStream held, int pid) =>
        held.Write(new LockHolder { Pid = pid, StartedAt = DateTimeOffset.UnixEpoch }.ToJsonLine());

    /// <summary>Takes the lock without a word, as every holder does for a moment.</summary>
    private FileStream Hold() => new(
        _layout.LockFile,
        FileMode.Open,
        FileAccess.ReadWrite,
        OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None,
        bufferSize: 0);

    private async Task AssertRefusedAfterAsync(TimeSpan time)
    {
        var refusal = await Assert.ThrowsAsync<LorchException>(WaitAsync);

        Assert.Equal((DiagnosticCode.WorkspaceLocked, time), (refusal.Diagnostic.Code, _clock.Waited));
        Assert.Empty(_said);
    }

    private Task<HeldLock> WaitAsync()
    {
        var settings = new WorkspaceSettings
        {
            WorkspaceRoot = _workspace.Root,
            AgentHost = new AgentHost { DotnetPath = "/dotnet", AgentAssemblyPath = "/lorch-agent.dll" },
            Environment = new Dictionary<string, string>(),
            IsOfThisBuild = holder => holder.Pid == PartOfThisBuild,
            LockTimeout = TimeSpan.Zero,
        };
        return new LockQueue(settings, _layout, _clock).WaitAsync(this, TestContext.Current.CancellationToken);
    }

    /// <summary>A clock whose time passes at once when somebody waits for it, and at no other time.</summary>
    private sealed class PassingClock : FakeTimeProvider
    {
        private readonly List<(TimeSpan Time, Action Deed)> _deeds = [];

        public TimeSpan Waited { get; private set; }

        public void OnceWaited(TimeSpan time, Action deed) => _deeds.Add((time, deed));

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            Waited += dueTime;
            foreach (var (_, deed) in _deeds.Where(due => due.Time == Waited))
            {
                deed();
            }

            Advance(dueTime);
            return timer;
        }
    }
}
