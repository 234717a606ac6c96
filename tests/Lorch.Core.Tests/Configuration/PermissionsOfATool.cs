using Lorch.Core.Protocol;
using Lorch.Core.Tools;

namespace Lorch.Core.Tests.Configuration;

public sealed class PermissionsOfATool
{
    [Fact]
    public void Allow_what_stays_inside_unless_lorch_json_says_otherwise()
    {
        var policy = ToolPermissions.Read(null);

        Assert.Equal((true, false, true, false), (policy.Inside, policy.Outside, policy.Commands, policy.Network));
    }

    [Fact]
    public void Are_as_lorch_json_says()
    {
        var agent = ConfigurationText.Read(
            With("""{"inside": "refuse", "outside": "allow", "commands": "refuse", "network": "allow"}""")).Agents[AgentType.Builder];

        var policy = ToolPermissions.Read(agent.Tool!.Permissions);

        Assert.Equal((false, true, false, true), (policy.Inside, policy.Outside, policy.Commands, policy.Network));
    }

    [Theory]
    [InlineData("""{"inside": "yes"}""", "$.agents.builder.permissions.inside: found \"yes\", expected \"allow\" or \"refuse\"")]
    [InlineData("""{"inside": true}""", "$.agents.builder.permissions.inside: found true, expected \"allow\" or \"refuse\"")]
    [InlineData(
        """{"outsied": "allow"}""",
        "$.agents.builder.permissions.outsied: found an unknown member 'outsied', expected one of inside, outside, commands, network")]
    public void Are_read_strictly(string permissions, string complaint)
    {
        var diagnostic = ConfigurationText.Refused(With(permissions));

        Assert.Equal(DiagnosticCode.ConfigurationInvalidValue, diagnostic.Code);
        Assert.Contains(complaint, diagnostic.Message, StringComparison.Ordinal);
    }

    private static string With(string permissions) =>
        ConfigurationText.WithMember(
            "\"agents\": {\"builder\": {\"use\": \"acp:tool\", \"permissions\": "
                + permissions
                + """}, "reviewer": {"cmd": ["r"]}, "spec_maintainer": {"cmd": ["s"]}}""");
}
