using Lorch.Core.Agents.Processes;
using Lorch.Testing;

namespace Lorch.Core.Tests.Agents;

/// <summary>How arguments are written for cmd.exe, on every system: what comes out of it is tried where there is one.</summary>
[DiffersOnWindows]
public sealed class CmdLineTests
{
    private const string Start = """/d /e:on /v:off /s /c ""C:\tools\agent.cmd" """;

    [Theory]
    [InlineData("plain", "\"plain\"")]
    [InlineData("", "\"\"")]
    [InlineData("a b", "\"a b\"")]
    [InlineData("a&b|c<d>e^f", "\"a&b|c<d>e^f\"")]
    [InlineData("(!x!)", "\"(!x!)\"")]
    [InlineData("say \"hi\"", "\"say \"\"hi\"\"\"")]
    [InlineData("\" & calc & \"", "\"\"\" & calc & \"\"\"")]
    [InlineData("%OS%", "\"%%cd:~,%OS%%cd:~,%\"")]
    [InlineData("100%", "\"100%%cd:~,%\"")]
    [InlineData(@"C:\a b\", "\"C:\\a b\\\\\"")]
    [InlineData("a\\\"b", "\"a\\\\\"\"b\"")]
    [InlineData(@"a\b", "\"a\\b\"")]
    [InlineData("ü €", "\"ü €\"")]
    public void Hands_an_argument_over_as_it_is(string argument, string expected) =>
        Assert.Equal($"{Start}{expected}\"", CmdLine.Arguments(@"C:\tools\agent.cmd", [argument]));

    [Fact]
    public void Reads_a_line_for_a_shell_as_it_was_written() =>
        Assert.Equal("/d /s /c \"npm test && echo \"a b\"\"", CmdLine.Arguments("npm test && echo \"a b\""));

    [Theory]
    [InlineData(@"C:\tools\agent.cmd", true)]
    [InlineData(@"C:\tools\AGENT.BAT", true)]
    [InlineData(@"C:\tools\agent.exe", false)]
    [InlineData(@"C:\tools.cmd\agent", false)]
    public void Knows_a_batch_file_by_its_extension(string program, bool expected) => Assert.Equal(expected, CmdLine.IsScript(program));

    [Theory]
    [InlineData("two\nlines")]
    [InlineData("two\r")]
    [InlineData("nothing\0")]
    public void Refuses_what_cmd_can_not_hand_over(string argument) =>
        Assert.Contains("line break", CmdLine.FindProblem(@"C:\agent.cmd", ["a", argument]), StringComparison.Ordinal);

    [Fact]
    public void Refuses_more_than_cmd_reads()
    {
        Assert.Null(CmdLine.FindProblem(@"C:\agent.cmd", [new string('x', 8000)]));
        Assert.Contains("8191", CmdLine.FindProblem(@"C:\agent.cmd", [new string('x', 8192)]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("agent", "agent.COM agent.EXE agent.CMD")]
    [InlineData("agent.exe", "agent.exe")]
    [InlineData("agent.Cmd", "agent.Cmd")]
    [InlineData("agent1.0", "agent1.0.COM agent1.0.EXE agent1.0.CMD agent1.0")]
    public void Looks_for_a_program_by_the_extensions_that_start_one(string name, string expected) =>
        Assert.Equal(
            expected,
            string.Join(
                ' ',
                ProgramSearch.WithExtensions(name, ".COM;.EXE;;.CMD", alsoPlain: name.Contains('.', StringComparison.Ordinal))));
}
