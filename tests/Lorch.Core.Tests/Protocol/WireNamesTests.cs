using Lorch.Core.Json;
using Lorch.Core.Protocol;

namespace Lorch.Core.Tests.Protocol;

public sealed class WireNamesTests
{
    [Fact]
    public void Have_one_name_for_each_value_and_one_value_for_each_name() => Assert.All(Enum.GetValues<EventName>(), value =>
    {
        Assert.True(EventNames.All.TryParse(EventNames.All[value], out var found));
        Assert.Equal(value, found);
    });

    [Fact]
    public void Are_complete()
    {
        Assert.Equal(Enum.GetValues<EventName>().Length, EventNames.All.Names.Distinct().Count());
        Assert.Equal(Enum.GetValues<AgentType>().Length, AgentTypeNames.All.Names.Distinct().Count());
        Assert.Equal(Enum.GetValues<AgentAction>().Length, AgentActionNames.All.Names.Distinct().Count());
    }

    [Theory]
    [InlineData("Log")]
    [InlineData(" log")]
    [InlineData("3")]
    [InlineData("")]
    public void Take_nothing_but_the_name(string name) => Assert.False(EventNames.All.TryParse(name, out _));

    [Fact]
    public void Refuse_a_value_that_does_not_stand_in_its_place() =>
        Assert.Throws<ArgumentException>(() => new WireNames<LogLevel>((LogLevel.Warn, "warn"), (LogLevel.Info, "info")));
}
