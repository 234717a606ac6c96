using Lorch.Core.Configuration;

namespace Lorch.Core.Tests.Configuration;

public sealed class GuessingWhatWasMeant
{
    [Theory]
    [InlineData("goal", "goal", 0)]
    [InlineData("", "goal", 4)]
    [InlineData("gaol", "goal", 1)]
    [InlineData("goa", "goal", 1)]
    [InlineData("goall", "goal", 1)]
    [InlineData("gool", "goal", 1)]
    [InlineData("ca", "abc", 3)]
    public void Counts_edits_and_swaps(string left, string right, int distance)
    {
        Assert.Equal(distance, DidYouMean.Distance(left, right));
        Assert.Equal(distance, DidYouMean.Distance(right, left));
    }

    [Theory]
    [InlineData("dependsOn", "depends_on")]
    [InlineData("depend_on", "depends_on")]
    [InlineData("GOAL", "goal")]
    [InlineData("xyz", null)]
    [InlineData("", null)]
    public void Names_the_nearest_unless_none_is_near(string written, string? meant) =>
        Assert.Equal(meant, DidYouMean.Nearest(written, ["id", "goal", "depends_on"]));
}
