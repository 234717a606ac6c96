using System.Globalization;
using Xunit;

namespace Lorch.Testing;

/// <summary>What is drawn by lot, and how much of it: a part by default, everything with <c>LORCH_LONG_TESTS=1</c>, the same again with <c>LORCH_SEED</c>.</summary>
public static class Lot
{
    /// <summary>Gets a value indicating whether everything is tried.</summary>
    public static bool IsLong => LongTests.AreAsked;

    /// <summary>Gives the seed, and says it in the test's output.</summary>
    /// <param name="otherwise">The seed of the default set; the long one draws a new one each time.</param>
    /// <returns>The seed.</returns>
    public static int Seed(int otherwise)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("LORCH_SEED"), CultureInfo.InvariantCulture, out var given) ? given
            : IsLong ? Random.Shared.Next()
            : otherwise;
        TestContext.Current.TestOutputHelper?.WriteLine($"LORCH_SEED={seed}");
        return seed;
    }
}
