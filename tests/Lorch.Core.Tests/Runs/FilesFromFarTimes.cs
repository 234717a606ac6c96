using System.Diagnostics;
using Lorch.Core.Storage;

namespace Lorch.Core.Tests.Runs;

/// <summary>File systems know times that .NET doesn't; nothing ends at them.</summary>
public sealed class FilesFromFarTimes
{
    [Theory]
    [InlineData("@300000000000")]
    [InlineData("@-100000000000")]
    [InlineData("@-20000000000")]
    public async Task Are_looked_at_and_worked_as_others_are(string time)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere nothing sets such times.");
        using var damaged = await DamagedWorkspace.CreateAsync();
        var answers = await damaged.LookAsync();
        foreach (var file in Directory.GetFiles(damaged.Workspace.Root, "*", SearchOption.AllDirectories))
        {
            using var touch = Process.Start("touch", ["-d", time, file]);
            await touch.WaitForExitAsync(CancellationToken.None);
        }

        Projection.MakeNewer(
            damaged.Workspace.At("state/run.json"),
            damaged.Workspace.At("receipts/T-1/completion.json"),
            TimeSpan.FromSeconds(2));

        // Which manifest is the last one, which is never pruned, can't be told where all have one time.
        var found = await damaged.LookAsync();
        Assert.Equal(answers.SkipLast(1), found.SkipLast(1));
        Assert.StartsWith("prune: 0 0 1", found[^1], StringComparison.Ordinal);
        Assert.Equal(
            ["run T-3: Completed", "run T-1: UpToDate", "resume: Completed", "run T-2: UpToDate", "abort: nothing"],
            await damaged.WorkAsync());
        Assert.InRange(
            File.GetLastWriteTimeUtc(damaged.Workspace.At("receipts/T-1/completion.json")),
            DateTime.UnixEpoch.AddYears(-300),
            DateTime.UnixEpoch.AddYears(1000));
    }
}
