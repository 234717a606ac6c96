using System.Globalization;
using Lorch.Testing;

namespace Lorch.Crash.Tests;

/// <summary>The power goes while a line of the ledger is written: any number of its bytes are there.</summary>
public sealed class LastLine(ITestOutputHelper output)
{
    /// <summary>Each kind of line is cut all along where it first stands, the others at a few bytes. That a tail is found and moved aside
    /// whatever byte it ends with is proved on the ledger alone; here a whole run goes on from each cut.</summary>
    [LongSet]
    [Fact]
    public async Task May_be_torn_anywhere()
    {
        var problems = new List<string>();
        var kinds = new HashSet<string>();
        foreach (var play in new AgentBehavior[] { AgentBehaviors.WithMishaps, AgentBehaviors.WithLoops })
        {
            await TearAsync(play, kinds, problems);
        }

        Thoroughness.AssertNone(problems, output);
    }

    private async Task TearAsync(AgentBehavior play, HashSet<string> kinds, List<string> problems)
    {
        var timeline = await Timeline.RecordAsync(() => new CrashTrial(play));
        var tried = 0;
        for (var line = 0; line < timeline.Lines.Count; line++)
        {
            var isNewKind = kinds.Add(timeline.Lines[line]);
            var number = timeline.AppendOf(line);
            foreach (var kept in Cuts(timeline[number].Appended, everywhere: isNewKind))
            {
                using var trial = new CrashTrial(play);
                Assert.False(await trial.LiveAsync(new CrashPoint(number, Side.After, Loss.Everything) { KeptBytes = kept }));
                var found = await trial.FinishAsync(timeline.Work);
                problems.AddRange(found.Select(problem => $"line {line + 1} ({timeline.Lines[line]}) cut after {kept} bytes: {problem}"));
                tried++;
            }
        }

        output.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{timeline.Lines.Count} lines, {kinds.Count} kinds so far, {tried} cuts"));
    }

    /// <summary>
    /// The middle; no byte and all but the line feed as well where everything is asked for, and all along in steps for a new kind of line.
    /// </summary>
    private static IEnumerable<int> Cuts(int length, bool everywhere)
    {
        const int step = 29;
        return !Thoroughness.IsComplete ? [length / 2]
            : !everywhere ? [0, length / 2, length - 1]
            : [.. Enumerable.Range(0, (length + step - 1) / step).Select(index => index * step), length - 1];
    }
}
