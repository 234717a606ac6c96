using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Lorch.Core.Configuration.Beginning;

/// <summary>The task file that a workspace starts with.</summary>
internal static partial class FirstTask
{
    /// <summary>The task's id, which its file is named after.</summary>
    public const string Id = "T-0001";

    /// <summary>Gets the text: front matter that explains itself, and a goal that makes sense in any repository.</summary>
    /// <param name="workspaceRoot">The absolute path of the workspace, whose files say how it is tested.</param>
    /// <returns>Markdown with line feeds, the last line ended by one.</returns>
    public static string GetText(string workspaceRoot)
    {
        ArgumentException.ThrowIfNullOrEmpty(workspaceRoot);
        return $$"""
            ---
            # What counts beside the goal, which is below. To use a line, remove its #.

            # Files that the goal is about. When one changes, the task runs again.
            # inputs: [specs/greeting.md]

            # Tasks that have to be completed before this one.
            # depends_on: [T-0000]

            # Files that have to be there when the task is done.
            expected_outputs: [docs/building.md]

            {{Verify(RepositoryTests.Find(workspaceRoot))}}
            ---
            # How to build and test this repository

            Write `docs/building.md` for somebody who has just cloned this repository:

            - what has to be installed, with versions where the repository asks for them
            - the commands that build it, test it and start it, as far as there are such
            - where the tests are, and how to run a single one

            Take all of it from the build files, the scripts and the CI configuration, and invent nothing: leave out what they don't say.
            One page at most. Where there is nothing to build yet, say so in one sentence.
            If the file exists, keep what is true in it and correct the rest. Change no other file.

            """.ReplaceLineEndings("\n");
    }

    private static string Verify(RepositoryTests tests)
    {
        const string purpose = "# Commands that test the result. They run after the builder, who gets to see what fails.";
        var commands = string.Join(", ", tests.Commands.Select(command => $"[{string.Join(", ", command.Select(Word))}]"));
        return tests.Doubt is { } doubt ? $"{purpose}\n# {doubt}\n# verify: [{commands}]" : $"{purpose}\nverify: [{commands}]";
    }

    // What is no plain word in YAML is written as in JSON, which YAML reads too.
    private static string Word(string text) =>
        PlainWord().IsMatch(text) ? text : $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9._/-]*\z")]
    private static partial Regex PlainWord();
}
