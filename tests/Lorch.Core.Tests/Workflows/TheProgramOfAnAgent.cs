using System.Text.Json;
using Lorch.Core.Protocol;
using Lorch.Core.Tests.Protocol;
using Lorch.Core.Workflows;

namespace Lorch.Core.Tests.Workflows;

/// <summary>What an agent says of the program behind it is kept, and nothing follows from it.</summary>
public sealed class TheProgramOfAnAgent
{
    [Fact]
    public void Is_no_part_of_the_outcome()
    {
        var plain = OutcomeOf("""{"summary":"s"}""");

        foreach (var version in (string[])["1", "2"])
        {
            var said = $$$"""{"summary":"s","program":{"name":"tool","version":"{{{version}}}"}}""";

            Assert.Equal(plain, OutcomeOf(said));
            Assert.Equal(
                ("tool", version),
                (ProgramUsed.Of(JsonElement.Parse(said))!.Name, ProgramUsed.Of(JsonElement.Parse(said))!.Version));
        }
    }

    [Theory]
    [InlineData("""{"program":"tool"}""")]
    [InlineData("""{"program":{"name":"tool"}}""")]
    [InlineData("""{"program":{"name":"tool","version":1}}""")]
    [InlineData("""{"program":{"name":"","version":"1"}}""")]
    [InlineData("""{"program":null}""")]
    [InlineData("""{}""")]
    public void Is_only_what_says_name_and_version(string payload)
    {
        Assert.Null(ProgramUsed.Of(JsonElement.Parse(payload)));
        Assert.Equal(payload, OutcomeOf(payload));
    }

    private static string OutcomeOf(string payload) => new CommandInFlight
    {
        Command = (Command)Samples.Read(Samples.Command),
        Terminal = (Event)Samples.Read(Samples.Event) with { Payload = JsonElement.Parse(payload) },
    }.Outcome!.Payload!.Value.GetRawText();
}
