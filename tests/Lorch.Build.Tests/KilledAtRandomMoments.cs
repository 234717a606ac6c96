using System.Collections.Concurrent;
using System.Text.Json;
using Lorch.Testing;

namespace Lorch.Build.Tests;

/// <summary>Whoever is killed, and whenever: another build goes on, and nothing is lost or paid for twice.</summary>
public sealed class KilledAtRandomMoments(ClonedRepository clone)
{
    private const int Kills = 10;
    private const int AtOnce = 2;

    [LongSet]
    [Theory]
    [InlineData(Victim.Group)]
    [InlineData(Victim.Build)]
    [InlineData(Victim.Agent)]
    [InlineData(Victim.AgentAndBuild)]
    public async Task A_run_goes_on_to_what_an_undisturbed_one_makes(Victim victim)
    {
        LongTests.SkipUnlessAsked();
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It looks for processes in /proc.");
        var seed = RandomSeed.Choose(Random.Shared.Next());
        var (undisturbed, lines, firstAgent) = await PlayUndisturbedAsync();
        var failures = new ConcurrentBag<string>();
        var killed = 0;
        var beforeTheRun = 0;

        await Parallel.ForAsync(0, Kills, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (number, _) =>
        {
            var random = new Random(HashCode(seed, victim, number));
            for (var draw = 0; draw < 5; draw++)
            {
                using var project = LoopedTask.Prepare(clone);

                // Before the first line there is nothing to watch: MSBuild starts, reads the project, loads the tasks, looks at the
                // workspace.
                var isEarly = victim is Victim.Group or Victim.Build && random.Next(6) == 0;
                var line = isEarly ? 0 : random.Next(victim is Victim.Group or Victim.Build ? 1 : firstAgent, lines);
                var trial = new KillTrial(project, victim, line, TimeSpan.FromMilliseconds(random.Next(isEarly ? 800 : 40)));
                if (await trial.RunAsync(undisturbed) is { } problems)
                {
                    Interlocked.Increment(ref killed);
                    Interlocked.Add(ref beforeTheRun, trial.WasBeforeTheRun ? 1 : 0);
                    TestContext.Current.TestOutputHelper?.WriteLine($"{number}: {trial}");
                    if (problems.Count > 0)
                    {
                        failures.Add($"{trial} (LORCH_SEED={seed}, kill {number}):\n{string.Join('\n', problems)}\n---- {trial.Story}");
                    }

                    return;
                }
            }
        });

        TestContext.Current.TestOutputHelper?.WriteLine($"{killed} killed, {beforeTheRun} of them before the run began");
        Assert.True(failures.IsEmpty, string.Join("\n\n", failures));
        Assert.Equal(Kills, killed);
    }

    // System.HashCode is seeded anew by each process.
    private static int HashCode(int seed, Victim victim, int number) => unchecked((((seed * 31) + (int)victim) * 1009) + number);

    private async Task<(IReadOnlyList<string> Results, int Lines, int FirstAgent)> PlayUndisturbedAsync()
    {
        using var project = LoopedTask.Prepare(clone);
        (await project.Dotnet.RunAsync(LoopedTask.Run)).Succeeded();
        var lines = project.Records.Lines;
        var firstAgent = lines.Select(line => JsonElement.Parse(line)).TakeWhile(line => !IsAgentStarted(line)).Count() + 1;
        return (LoopedTask.Results(project), lines.Count, firstAgent);
    }

    private static bool IsAgentStarted(JsonElement line) =>
        line.TryGetProperty("event", out var name) && name.GetString() == "system.agent_started";
}
