using System.Globalization;
using Xunit;

namespace Lorch.Testing;

/// <summary>
/// The seed of a test over random cases: the same by default, a new one with <c>LORCH_LONG_TESTS=1</c>, a given one with <c>LORCH_SEED</c>.
/// </summary>
public static class RandomSeed
{
    /// <summary>Gives the seed, and says it in the test's output.</summary>
    /// <param name="otherwise">The seed of the default set; the long one draws a new one each time.</param>
    /// <returns>The seed.</returns>
    public static int Choose(int otherwise)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("LORCH_SEED"), CultureInfo.InvariantCulture, out var given) ? given
            : LongTests.AreAsked ? Random.Shared.Next()
            : otherwise;
        TestContext.Current.TestOutputHelper?.WriteLine($"LORCH_SEED={seed}");
        return seed;
    }
}
