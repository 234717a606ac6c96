using Xunit;

namespace Lorch.Testing;

/// <summary>What takes long, and what looks at rare ways to do things, is asked for with <c>LORCH_LONG_TESTS=1</c>.</summary>
public static class LongTests
{
    /// <summary>Gets a value indicating whether they are asked for.</summary>
    public static bool AreAsked => Environment.GetEnvironmentVariable("LORCH_LONG_TESTS") == "1";

    /// <summary>Skips the test that calls it unless long ones are asked for.</summary>
    /// <param name="isLong">Whether this case is a long one.</param>
    public static void SkipUnlessAsked(bool isLong = true) => Assert.SkipUnless(!isLong || AreAsked, "It takes long: set LORCH_LONG_TESTS to 1.");
}
