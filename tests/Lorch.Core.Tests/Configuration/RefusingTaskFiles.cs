using System.Text;
using Lorch.Core.Configuration;

namespace Lorch.Core.Tests.Configuration;

public sealed class RefusingTaskFiles
{
    /// <summary>Front matter with the code, line and column of its error and some words of it.</summary>
    public static TheoryData<string, string, int, int, string> Mistakes { get; } = new()
    {
        { "input: [a]", "LORCH1004", 2, 1, "Did you mean 'inputs'?" },
        { "id: T-2", "LORCH1004", 2, 1, "unknown member 'id'" },
        { "goal: g", "LORCH1004", 2, 1, "unknown member 'goal'" },
        { "inputs: a", "", 2, 9, "$.inputs: found the text 'a'" },
        { "# ä😀\ninputs: [a, 5]", "", 3, 13, "$.inputs[1]: found the number 5" },
        { "inputs: [/abs]", "LORCH1013", 2, 10, "a glob of files" },
        { "depends_on: [T-9]", "LORCH1019", 2, 14, "found a dependency on 'T-9'" },
        { "status: done", "", 2, 9, "'proposed'" },
        { "inputs: &a [b]", "LORCH1027", 2, 9, "anchor" },
        { "inputs: *a", "LORCH1027", 2, 9, "alias" },
        { "produces: !!binary aGk=", "LORCH1027", 2, 11, "found the tag" },
        { "inputs: [a]\ninputs: [b]", "LORCH1027", 3, 1, "a second time (first in line 2)" },
        { "inputs:\n\t- a", "LORCH1027", 2, 1, "isn't YAML" },
        { "inputs: [a", "LORCH1027", 3, 1, "isn't YAML" },
        { "parameters: {a: 0x1F}", "LORCH1027", 2, 17, "may take for a number" },
        { "parameters: {a: .inf}", "LORCH1027", 2, 17, "may take for a number" },
        { "parameters: {[a]: b}", "LORCH1027", 2, 14, "as the name of a member" },
        { "parameters: {a: \"\\0\"}", "LORCH1027", 2, 17, "no file holds" },
        { "a: b\n...\nc: d", "LORCH1027", 4, 1, "" },
        { "- a", "", 2, 1, "an object" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Says_where_and_what(string yaml, string code, int line, int column, string words)
    {
        foreach (var end in new[] { "\n", "\r\n" })
        {
            var diagnostic = Refused(("T-1.md", $"---\n{yaml}\n---\nGoal\n".Replace("\n", end, StringComparison.Ordinal)));

            Assert.Equal(("/workspace/tasks/T-1.md", line, column), (diagnostic.File, diagnostic.Line, diagnostic.Column));
            Assert.Contains(words, diagnostic.Message, StringComparison.Ordinal);
            Assert.True(code.Length == 0 || code == diagnostic.Code, diagnostic.Code);
        }
    }

    [Theory]
    [InlineData("---\ninputs: [a]\n", "LORCH1027", "no second line")]
    [InlineData("---\n---\n\n", "LORCH1006", "the goal below the front matter")]
    public void A_file_without_end_of_front_matter_or_without_goal(string text, string code, string words)
    {
        var diagnostic = Refused(("T-1.md", text));

        Assert.Contains(words, diagnostic.Message, StringComparison.Ordinal);
        Assert.True(code == diagnostic.Code || code != "LORCH1027", diagnostic.Code);
        Assert.True(diagnostic.Line > 0);
    }

    [Theory]
    [InlineData('[')]
    [InlineData('{')]
    public void Nesting_without_end(char bracket) =>
        Assert.Equal("LORCH1027", Refused(("T-1.md", $"---\nparameters: {new string(bracket, 100_000)}\n---\nGoal")).Code);

    [Fact]
    public void A_name_that_is_no_id()
    {
        var diagnostic = Refused(("a b.md", "---\n---\nGoal"));

        Assert.Equal((DiagnosticCode.InvalidTaskId, 1), (diagnostic.Code, diagnostic.Line));
        Assert.Contains("the file's name: found the text 'a b'", diagnostic.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_id_in_two_places_and_names_both()
    {
        var files = Refused(("T-1.md", "---\n---\nGoal"), ("t-1.md", "---\n---\nGoal"));

        Assert.Equal((DiagnosticCode.DuplicateTask, "/workspace/tasks/t-1.md"), (files.Code, files.File));
        Assert.Contains("'T-1' (/workspace/tasks/T-1.md, line 1)", files.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dependency_on_a_task_that_is_only_proposed()
    {
        var diagnostic = Refused(("T-1.md", "---\nstatus: proposed\n---\nGoal"), ("T-2.md", "---\ndepends_on: [T-1]\n---\nGoal"));

        Assert.Equal((DiagnosticCode.TaskProposed, 2, 14), (diagnostic.Code, diagnostic.Line, diagnostic.Column));
    }

    [Fact]
    public void Bytes_that_are_no_text()
    {
        byte[] content = [.. "---\ninputs: ["u8, 0xE4, .. "]\n---\nGoal"u8];

        var diagnostic = Assert.Throws<LorchException>(() => ConfigurationFile.Parse(
            ConfigurationText.File, Encoding.UTF8.GetBytes(
                """{"version":"1.0"}"""), new TaskFiles([], [("/workspace/tasks/T-1.md", content)]))).Diagnostic;

        Assert.Equal((DiagnosticCode.TaskFileNotReadable, 2, 10), (diagnostic.Code, diagnostic.Line, diagnostic.Column));
    }

    private static Diagnostic Refused(params (string Name, string Text)[] files) =>
        Assert.Throws<LorchException>(() => ReadingTaskFiles.Read(files)).Diagnostic;
}
