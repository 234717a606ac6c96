using System.Text.RegularExpressions;
using Lorch.Agent.Checking;
using Lorch.Testing;

namespace Lorch.Processes.Tests.Docs;

public sealed partial class TheRulesOfTheProtocol
{
    [Fact]
    public void Stand_in_the_documentation_as_they_are_checked() => Assert.Equal(
        ProtocolRule.All.Select(rule => rule.Id),
        Row().Matches(Document.Read("writing-an-agent.md").Text.Split("\n## Checking an agent\n")[1])
            .Select(match => match.Groups[1].Value));

    [GeneratedRegex("^\\| `([a-z-]+)` \\|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
