using System.Globalization;
using System.Text.RegularExpressions;
using Lorch.Testing;

namespace Lorch.Build.Tests;

/// <summary>A few of the misdeeds that the tests of processes know, through a whole build; and what only a whole build can show.</summary>
public sealed partial class AgentsThatMisbehaveInABuild(ClonedRepository clone)
{
    private const int Flood = 256 * 1024 * 1024;

    [LongSet]
    [Theory]
    [InlineData("flood_without_line_feed", "LORCH3009", "agent_exited", true)]
    [InlineData("hang_with_heartbeats", "LORCH3004", "deadline_exceeded", true)]
    [InlineData("die_in_mid_command", "LORCH3002", "agent_exited", false)]
    [InlineData("child_holds_the_pipes", "LORCH3002", "agent_exited", true)]
    [InlineData("garbage", "LORCH3006", "message_rejected", true)]
    [InlineData("artifact_is_a_fifo", "LORCH3007", "artifact_rejected", true)]
    [InlineData("path_outside", "LORCH3006", "message_rejected", true)]
    public async Task Fail_it_with_a_reason(string mode, string code, string recorded, bool isRare)
    {
        SkipUnlessItCanRun(isRare);
        using var project = With(mode);

        var result = await project.LorchRunAsync("-p:Task=T-1");

        result.Failed().Says($"error {code}: T-1 failed: ");
        Assert.Equal(1, result.ExitCode);
        Assert.NotEmpty(project.Records.Events($"system.{recorded}"));
        Assert.Single(project.Records.Events("system.attempt_failed"));
        Assert.Single(project.Records.Events("system.run_failed"));
        Assert.Empty(await LeftoverProcesses.ThatStayAsync(project.Root, TestContext.Current.CancellationToken));
        (await project.BuildAsync("-t:LorchVerify")).Succeeded();
    }

    [LongSet]
    [Theory]
    [InlineData("rm -rf state", true)]
    [InlineData(
        "find . -mindepth 1 -maxdepth 1 ! -name src ! -name specs ! -name lorch.json ! -name lorch.proj ! -name nuget.config -exec rm -rf "
            + "{} +",
        true)]
    public async Task End_it_with_a_reason_where_they_clean_away_what_is_Lorchs_and_the_next_one_completes(string deed, bool isRare)
    {
        SkipUnlessItCanRun(isRare);
        using var project = new LorchProject(clone);
        project.UseShellAgent("before_the_answer", deed);

        (await project.MsBuildAsync("-t:LorchRun")).Failed().Says("error LORCH2024");
        project.UseShellAgent("before_the_answer");

        (await project.MsBuildAsync("-t:LorchRun")).Succeeded();
        Assert.Single(project.Records.Events("system.run_completed"));
    }

    [LongSet]
    [Theory]
    [InlineData("forged_proof", true)]
    [InlineData("children_left_behind", true)]
    public async Task Complete_it_where_they_do_no_harm(string mode, bool isRare)
    {
        SkipUnlessItCanRun(isRare);
        using var project = With(mode);

        (await project.LorchRunAsync("-p:Task=T-1")).Succeeded();

        Assert.Equal([1, 2, 3], project.Records.Steps("T-1"));
        Assert.Single(project.Records.Events("system.run_completed"));
        Assert.Empty(await LeftoverProcesses.ThatStayAsync(project.Root, TestContext.Current.CancellationToken));
    }

    [LongSet]
    [Theory]
    [InlineData("head -c $BYTES /dev/zero; echo")]
    [InlineData(
        "correlation=corr-T-1-review-0; yes \"$(event builder.progress)\" | head -c $BYTES; echo; member correlation_id; correlation=$value")]
    [InlineData(
        "yes 'A complaint of one hundred bytes, as long as those of a compiler are, again and again and again....' | head -c $BYTES >&2")]
    [InlineData("head -c $BYTES /dev/zero >&2; echo >&2")]
    public async Task Need_no_memory_for_what_they_send(string flood)
    {
        SkipUnlessItCanRun(isRare: true);

        var idle = await PeakOfAsync(flood, bytes: 1000);
        var flooded = await PeakOfAsync(flood, bytes: Flood);

        TestContext.Current.TestOutputHelper?.WriteLine($"Peak of the build: {idle} KiB idle, {flooded} KiB flooded");
        Assert.InRange(flooded - idle, long.MinValue, 100 * 1024);
    }

    // The agent reads the peak of its parent, which is the build, when all that it said has been taken from the pipe.
    private async Task<long> PeakOfAsync(string flood, int bytes)
    {
        using var project = With("before_the_answer", $"BYTES={bytes}; {flood}; grep VmHWM /proc/$PPID/status > peak.txt");

        (await project.LorchRunAsync("-p:Task=T-1")).Succeeded();

        return long.Parse(Digits().Match(project.Read("peak.txt")).Value, CultureInfo.InvariantCulture);
    }

    private static void SkipUnlessItCanRun(bool isRare)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The hostile agent is a shell script that needs /proc.");
        LongTests.SkipUnlessAsked(isRare);
    }

    private LorchProject With(string mode, string deed = ":")
    {
        var project = new LorchProject(clone);
        project.UseShellAgent(mode, deed);
        return project;
    }

    [GeneratedRegex(@"\d+")]
    private static partial Regex Digits();
}
