using Xunit;

namespace Lorch.Testing;

/// <summary>
/// What takes long, and what looks at rare ways to do things. By default it is left out; <c>LORCH_LONG_TESTS=1</c> runs all tests and
/// <c>LORCH_LONG_TESTS=only</c> those that the default set leaves out or tries less of, the largest of them in part.
/// </summary>
public static class LongTests
{
    /// <summary>Gets a value indicating whether they are asked for. Who asks is marked with <see cref="LongSetAttribute"/>.</summary>
    /// <exception cref="InvalidOperationException">The test isn't marked: a filter by sets would leave it out.</exception>
    public static bool AreAsked
    {
        get
        {
            if (TestContext.Current.TestCase is { } test && !test.Traits.ContainsKey(LongSetAttribute.Name))
            {
                throw new InvalidOperationException(
                    $"{test.TestCaseDisplayName} asks for the long set: mark its method, class or project with "
                        + $"[{nameof(LongSetAttribute)}].");
            }

            return Chosen is "1" || IsRest;
        }
    }

    /// <summary>Gets a value indicating whether nothing is to be left out, however long it takes.</summary>
    public static bool AreAllAsked => AreAsked && !IsRest;

    private static bool IsRest => Chosen is "only";

    private static string? Chosen => Environment.GetEnvironmentVariable("LORCH_LONG_TESTS");

    /// <summary>Skips the test that calls it unless nothing is to be left out.</summary>
    public static void SkipUnlessAllAreAsked() =>
        Assert.SkipUnless(AreAllAsked, "Left to those who ask for everything: set LORCH_LONG_TESTS to 1.");

    /// <summary>Skips the case that calls it where another set runs it.</summary>
    /// <param name="isLong">Whether this case is a long one.</param>
    public static void SkipUnlessAsked(bool isLong = true)
    {
        // Directory.Solution.targets and .ci/run count the skipped by these words.
        Assert.SkipUnless(AreAsked || !isLong, "Left to the long set: set LORCH_LONG_TESTS to 1.");
        Assert.SkipUnless(isLong || !IsRest, "Left to the default set.");
    }
}
