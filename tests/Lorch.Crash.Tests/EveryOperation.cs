using System.Globalization;
using Lorch.Testing;

namespace Lorch.Crash.Tests;

/// <summary>A run with two review loops and one loop of the specification ends at each of its durable operations.</summary>
public sealed class EveryOperation(ITestOutputHelper output)
{
    // Syncing for real takes most of the time; the model of the disk is as strict.
    private static readonly int RealDiskEvery = Thoroughness.IsComplete ? 20 : 25;

    [LongSet]
    [Theory]
    [InlineData(WayOn.Run, 12)]
    [InlineData(WayOn.Resume, 36)]
    public async Task May_be_the_last_of_a_process_and_nothing_is_lost(WayOn wayOn, int every)
    {
        var timeline = await Timeline.RecordAsync(() => new CrashTrial());
        var points = timeline.Points();
        Assert.Equal(10, timeline.Work.Keys.Count);

        var problems = new List<string>();
        var tried = 0;
        foreach (var point in Thoroughness.Select(points, every))
        {
            using var trial = new CrashTrial(isOnDisk: tried % RealDiskEvery == 0);
            Assert.False(await trial.LiveAsync(point));
            var found = await trial.FinishAsync(timeline.Work, wayOn);
            problems.AddRange(found.Select(problem => $"{point} ({timeline[point.Operation]}): {problem}"));
            tried++;
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{timeline.Count} operations, {points.Count} points, {tried} tried"));
        Thoroughness.AssertNone(problems, output);
    }
}
