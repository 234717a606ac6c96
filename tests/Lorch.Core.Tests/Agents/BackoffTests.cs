using Lorch.Core.Agents;

namespace Lorch.Core.Tests.Agents;

public sealed class BackoffTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(5, 32)]
    [InlineData(6, 60)]
    [InlineData(int.MaxValue, 60)]
    public void Doubles_up_to_a_minute(int retry, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), new Backoff { Jitter = BackoffJitter.None }.WaitBefore(retry, 0.5));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.25, 1)]
    [InlineData(0.5, 2)]
    public void Takes_a_random_part_of_the_wait(double chance, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), new Backoff().WaitBefore(2, chance));

    [Fact]
    public void Refuses_a_retry_before_the_first() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Backoff().WaitBefore(-1, 0));
}
