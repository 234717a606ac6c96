using System.Globalization;
using Lorch.Testing;

namespace Lorch.Crash.Tests;

/// <summary>
/// How much is tried: a part of it by default, everything with <c>LORCH_LONG_TESTS=1</c>, one seed with <c>LORCH_SEED</c>.
/// </summary>
internal static class Thoroughness
{
    public static bool IsComplete => LongTests.AreAsked;

    public static int? Seed =>
        int.TryParse(Environment.GetEnvironmentVariable("LORCH_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : null;

    /// <summary>Takes all of a list, or every so-manieth of it.</summary>
    /// <param name="all">The list.</param>
    /// <param name="every">How many one of the default set stands for.</param>
    /// <param name="everyInLongSet">How many one of the long set stands for, unless all tests are asked for.</param>
    public static IEnumerable<T> Select<T>(IReadOnlyList<T> all, int every, int everyInLongSet = 1)
    {
        var step = !IsComplete ? every : LongTests.AreAllAsked ? 1 : everyInLongSet;
        return all.Where((_, index) => index % step == 0);
    }

    /// <summary>Fails with the first few problems; the test's output has all of them.</summary>
    public static void AssertNone(IReadOnlyList<string> problems, ITestOutputHelper output)
    {
        const int shown = 8;
        foreach (var problem in problems)
        {
            output.WriteLine(problem);
        }

        Assert.True(problems.Count == 0, $"{problems.Count} problems, the first of which are\n{string.Join('\n', problems.Take(shown))}");
    }
}
