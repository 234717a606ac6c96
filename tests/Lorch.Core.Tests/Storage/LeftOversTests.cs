using Lorch.Core.Storage;
using Lorch.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Lorch.Core.Tests.Storage;

public sealed class LeftOversTests : IDisposable
{
    // Greater than any process id: Linux stops at 2^22, macOS at 99,998.
    private const int DeadProcess = 2_000_000_001;

    private readonly TemporaryWorkspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData(".lorch.json.tmp.PID.0123abcd")]
    [InlineData("state/.run.json.tmp.PID.0123abcd")]
    [InlineData("state/keys/.T-1.key.tmp.PID.0123abcd")]
    [InlineData("receipts/T-1/.step-1.json.tmp.PID.0123abcd")]
    [InlineData("receipts/T-1/completions/.0123456789ab.json.tmp.PID.0123abcd")]
    [InlineData("snapshots/.snap-d0ab7e60b764.manifest.json.tmp.PID.0123abcd")]
    public void Of_dead_processes_are_removed(string path)
    {
        var file = _workspace.Write(Named(path, DeadProcess), "half");

        LeftOvers.Remove(new WorkspaceLayout(_workspace.Root, null), TimeProvider.System);

        Assert.False(File.Exists(file));
    }

    [Fact]
    public void Of_living_processes_are_kept()
    {
        var file = _workspace.Write(Named("state/.run.json.tmp.PID.0123abcd", Environment.ProcessId), "half");

        LeftOvers.Remove(new WorkspaceLayout(_workspace.Root, null), TimeProvider.System);

        Assert.True(File.Exists(file));
    }

    [Theory]
    [InlineData(true, DeadProcess, 0, false)]
    [InlineData(true, 1, 100, true)]
    [InlineData(false, DeadProcess, 0, true)]
    [InlineData(false, DeadProcess, 23, true)]
    [InlineData(false, DeadProcess, 25, false)]
    public void Of_other_containers_are_kept_for_a_day_since_their_processes_can_not_be_asked_for(
        bool isFromHere,
        int pid,
        int ageInHours,
        bool isKept)
    {
        pid = pid == DeadProcess ? pid : Environment.ProcessId;
        var mark = isFromHere ? ProcessPlace.Mark : ProcessPlace.Mark == "00000000" ? "00000001" : "00000000";
        var file = _workspace.Write(Named($"state/.run.json.tmp.PID.{mark}0123abcd", pid), "half");
        File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddHours(ageInHours));

        LeftOvers.Remove(new WorkspaceLayout(_workspace.Root, null), clock);

        Assert.Equal(isKept, File.Exists(file));
    }

    [Theory]
    [InlineData("state/run.json")]
    [InlineData("state/run.json.tmp.PID.0123abcd")]
    [InlineData("state/.run.json.tmp.PID.0123ABCD")]
    [InlineData("state/.run.json.tmp.PID.0123abcde")]
    [InlineData("state/.run.json.tmp.PID")]
    [InlineData("state/.run.json.tmp.x.0123abcd")]
    [InlineData("state/.tmp.PID.0123abcd")]
    [InlineData("src/.run.json.tmp.PID.0123abcd")]
    [InlineData("reviewsx/.run.json.tmp.PID.0123abcd")]
    public void Files_that_are_none_are_kept(string path)
    {
        var file = _workspace.Write(Named(path, DeadProcess), "text");

        LeftOvers.Remove(new WorkspaceLayout(_workspace.Root, null), TimeProvider.System);

        Assert.True(File.Exists(file));
    }

    [Fact]
    public void Behind_a_link_are_kept()
    {
        var name = Named("outside/.a.tmp.PID.0123abcd", DeadProcess);
        var file = _workspace.Write(name, "text");
        Directory.CreateDirectory(_workspace.At("receipts"));
        Directory.CreateSymbolicLink(_workspace.At("receipts/T-1"), _workspace.At("outside"));

        LeftOvers.Remove(new WorkspaceLayout(_workspace.Root, null), TimeProvider.System);

        Assert.True(File.Exists(file));
    }

    [Fact]
    public void Are_looked_for_where_the_state_root_is()
    {
        var file = _workspace.Write(Named("obj/lorch/state/.run.json.tmp.PID.0123abcd", DeadProcess), "half");

        LeftOvers.Remove(new WorkspaceLayout(_workspace.Root, _workspace.At("obj/lorch")), TimeProvider.System);

        Assert.False(File.Exists(file));
    }

    private static string Named(string path, int pid) =>
        path.Replace("PID", pid.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
}
