using System.Globalization;
using Lorch.Testing;

namespace Lorch.Crash.Tests;

/// <summary>The power goes while a line of the ledger is written: any number of its bytes are there.</summary>
public sealed class LastLine(ITestOutputHelper output)
{
    [Fact]
    public Task May_be_torn_anywhere_in_a_run_with_loops() => TearAsync(Plays.WithLoops);

    [Fact]
    public Task May_be_torn_anywhere_in_a_run_with_mishaps() => TearAsync(Plays.WithMishaps);

    private async Task TearAsync(Play play)
    {
        var timeline = await Timeline.RecordAsync(() => new CrashTrial(play));
        var problems = new List<string>();
        var kinds = new HashSet<string>();
        var tried = 0;
        for (var line = 0; line < timeline.Lines.Count; line++)
        {
            var isNewKind = kinds.Add(timeline.Lines[line]);
            var number = timeline.AppendOf(line);
            foreach (var kept in Cuts(timeline[number].Appended, everywhere: isNewKind && Thoroughness.IsComplete))
            {
                using var trial = new CrashTrial(play);
                Assert.False(await trial.LiveAsync(new CrashPoint(number, Side.After, Loss.Everything) { KeptBytes = kept }));
                var found = await trial.FinishAsync(timeline.Work, onRealDisk: false);
                problems.AddRange(found.Select(problem => $"line {line + 1} ({timeline.Lines[line]}) cut after {kept} bytes: {problem}"));
                tried++;
            }
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{timeline.Lines.Count} lines of {kinds.Count} kinds, {tried} cuts"));
        Thoroughness.AssertNone(problems, output);
    }

    /// <summary>No byte, some, and all but the line feed; or every number of them.</summary>
    private static IEnumerable<int> Cuts(int length, bool everywhere) => everywhere ? Enumerable.Range(0, length) : [0, length / 2, length - 1];
}
