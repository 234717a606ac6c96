using System.Globalization;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

/// <summary>
/// What holds of landings whatever was changed beside them, and when: no person's edit is lost, all of a run's work lands or nothing, every
/// file that a landing touched is in its records, and each landing builds on all that landed before.
/// </summary>
[LongSet]
public sealed class LawsOfLanding
{
    private static int Sets => LongTests.AreAllAsked ? 2_000 : LongTests.AreAsked ? 50 : 4;

    [Fact]
    public async Task Hold_over_random_sets_of_conflicting_tasks()
    {
        var seed = RandomSeed.Choose(1);
        var problems = new List<string>();
        var (merged, reworked, held, landed, saved) = (0, 0, 0, 0, 0);
        for (var i = 0; i < Sets; i++)
        {
            using var set = new ConflictingSet(seed + i);
            await set.PlayAsync();
            foreach (var problem in set.Problems)
            {
                problems.Add($"LORCH_SEED={seed + i}: {problem}");
                TestContext.Current.TestOutputHelper?.WriteLine(problems[^1]);
            }

            (merged, reworked, held, landed, saved) = (
                merged + set.Counts.Merged,
                reworked + set.Counts.Reworked,
                held + set.Counts.Held,
                landed + set.Tasks.Count,
                saved + set.SavedEachTime);
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Sets} sets, {landed} landings: {merged} clean merges, {reworked} conflicts worked again, {held} held, "
                + $"{saved} saved each time"));
        Assert.True(problems.Count == 0, $"{problems.Count} problems, the first of which are\n{string.Join('\n', problems.Take(12))}");
        Assert.True(saved <= 2 + (landed / 20), $"{saved} of {landed} landings were given up");
        Assert.True(merged > 0 && reworked > 0 && held > landed, $"{merged} merged, {reworked} worked again, {held} held");
    }
}
