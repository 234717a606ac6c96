using System.Globalization;
using Lorch.Testing;

namespace Lorch.Crash.Tests;

/// <summary>
/// A run crashes, so does the process that resumes it, and the one after that: where, and what is lost each time, is a matter of chance.
/// </summary>
public sealed class CrashesInARow(ITestOutputHelper output)
{
    private const int DefaultSeeds = 20;
    private const int AllSeeds = 300;

    [LongSet]
    [Fact]
    public async Task Lose_nothing()
    {
        var seeds = Thoroughness.Seed is { } one ? [one] : Enumerable.Range(1, Thoroughness.IsComplete ? AllSeeds : DefaultSeeds);
        var (loops, mishaps) = (await RecordAsync(AgentBehaviors.WithLoops), await RecordAsync(AgentBehaviors.WithMishaps));
        var problems = new List<string>();
        var crashes = 0;
        foreach (var seed in seeds)
        {
            var chance = new Random(seed);
            var (play, timeline) = chance.Next(2) == 0
                ? (AgentBehaviors.WithLoops, loops)
                : ((AgentBehavior)AgentBehaviors.WithMishaps, mishaps);
            using var trial = new CrashTrial(play);
            var points = new List<CrashPoint>();
            for (var left = timeline.Count; points.Count < 4; left = Math.Max(40, left - trial.Operations.Count))
            {
                points.Add(new CrashPoint(chance.Next(left) + 1, (Side)chance.Next(2), (Loss)chance.Next(4)) { Chance = chance });
                if (await trial.LiveAsync(points[^1]))
                {
                    break;
                }

                crashes++;
            }

            var found = await trial.FinishAsync(timeline.Work);
            problems.AddRange(found.Select(problem =>
                string.Create(CultureInfo.InvariantCulture, $"LORCH_SEED={seed} ({string.Join("; ", points)}): {problem}")));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seeds.Count()} seeds, {crashes} crashes"));
        Thoroughness.AssertNone(problems, output);
    }

    private static Task<Timeline> RecordAsync(AgentBehavior play) => Timeline.RecordAsync(() => new CrashTrial(play));
}
