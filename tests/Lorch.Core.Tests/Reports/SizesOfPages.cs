using System.Text;
using Lorch.Core.Reports;

namespace Lorch.Core.Tests.Reports;

public sealed class SizesOfPages
{
    [Fact]
    public void Seven_steps_take_less_than_120_KB() => Assert.InRange(RunPage.Render(StoryUnderTest.Turns(2)).Length, 10_000, 120_000);

    [Fact]
    public void Ten_thousand_events_take_less_than_2_MB_and_say_what_is_left_out()
    {
        var page = RunPage.Render(StoryUnderTest.Turns(700, summary: step => new string('x', 10_000)));

        Assert.InRange(page.Length, 100_000, 2_000_000);
        Assert.Contains("more are left out", Encoding.UTF8.GetString(page), StringComparison.Ordinal);
    }

    [Fact]
    public void Long_lines_long_texts_and_many_files_are_cut_with_counts()
    {
        var story = StoryUnderTest.Turns(1, summary: _ => new string('y', 1_000_000));

        var page = Encoding.UTF8.GetString(RunPage.Render(story));

        Assert.Contains("996000 more characters", page, StringComparison.Ordinal);
        Assert.InRange(page.Length, 10_000, 200_000);
    }

    [Fact]
    public void Two_hundred_tasks_take_less_than_1_MB() =>
        Assert.InRange(IndexPage.Render(StoryUnderTest.Tasks(200, 12)).Length, 50_000, 1_000_000);

    /// <summary>
    /// Whatever an agent says is text on the page: no markup, nothing that a terminal obeys, nothing that turns its surroundings.
    /// </summary>
    [Theory]
    [InlineData("</script><script>alert(1)</script>")]
    [InlineData("\" onmouseover=\"alert(1)")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("\e]0;title\a\e[31mred\e[0m")]
    [InlineData("a\u202Eb\u2066c\u0000d\u0085e\u2028f")]
    public void Hostile_texts_stay_texts(string text)
    {
        var story = StoryUnderTest.Turns(1, StoryEnding.Failed, _ => text);
        story = story with
        {
            Goal = text,
            FailureMessage = text,
            Reasons = [text],
            Attempts = [.. story.Attempts.Select(attempt => attempt with
            {
                Prompt = text,
                Asked = text,
                Notes = [text],
                Findings = [.. attempt.Findings.Select(finding => finding with { File = text, Severity = text, Message = text })],
                Program = new Core.Protocol.ProgramUsed { Name = text, Version = text },
            })],
            Contents = story.Contents.ToDictionary(
                content => content.Key,
                content => content.Value with { Text = text + content.Value.Text }),
        };

        var page = Encoding.UTF8.GetString(RunPage.Render(story));

        Assert.Equal(1, page.Split("<script").Length - 1);
        Assert.Equal(1, page.Split("</script").Length - 1);
        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        Assert.DoesNotContain(" onmouseover=\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain(page, character => char.IsControl(character) && character is not ('\n' or '\t'));
        Assert.DoesNotContain(page, character => character is '\u202e' or '\u2066' or '\u2028');
    }

    [Theory]
    [InlineData("a\nb\nc", "a\nc", 1, 0)]
    [InlineData("", "a\nb", 0, 2)]
    [InlineData("a\nb", "", 2, 0)]
    [InlineData("a\r\nb\r\n", "a\nb\n", 0, 0)]
    [InlineData("a\nb\nc\nd", "x\nb\ny\nd", 2, 2)]
    public void A_difference_is_as_short_as_it_can_be(string before, string after, int removed, int added)
    {
        var lines = TextDiff.Compare(before, after);

        Assert.Equal(
            (removed, added),
            (lines.Count(line => line.Kind is DiffKind.Removed), lines.Count(line => line.Kind is DiffKind.Added)));
        Assert.Equal(
            after.ReplaceLineEndings("\n").TrimEnd('\n'),
            string.Join('\n', lines.Where(line => line.Kind is not DiffKind.Removed).Select(line => line.Text)));
        Assert.Equal(
            before.ReplaceLineEndings("\n").TrimEnd('\n'),
            string.Join('\n', lines.Where(line => line.Kind is not DiffKind.Added).Select(line => line.Text)));
    }

    [Fact]
    public void Texts_that_differ_in_everything_are_shown_as_replaced()
    {
        var (before, after) = (string.Join('\n', Enumerable.Range(0, 5000)), string.Join('\n', Enumerable.Range(6000, 5000)));

        Assert.Equal(10_000, TextDiff.Compare(before, after).Count);
    }

    /// <summary>Writes the pages that people look at into a folder: <c>LORCH_PAGES=/tmp/pages</c>.</summary>
    [Fact]
    public void Pages_can_be_looked_at()
    {
        if (Environment.GetEnvironmentVariable("LORCH_PAGES") is not { Length: > 0 } folder)
        {
            Assert.Skip("LORCH_PAGES names no folder to write pages to.");
            return;
        }

        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Join(folder, "ten-turns.html"), RunPage.Render(StoryUnderTest.Turns(10)));
        File.WriteAllBytes(Path.Join(folder, "failed.html"), RunPage.Render(StoryUnderTest.Turns(2, StoryEnding.Failed)));
        File.WriteAllBytes(Path.Join(folder, "ten-thousand-events.html"), RunPage.Render(StoryUnderTest.Turns(700)));
        File.WriteAllBytes(Path.Join(folder, "two-hundred-tasks.html"), IndexPage.Render(StoryUnderTest.Tasks(200, 12)));
        File.WriteAllBytes(Path.Join(folder, "nine-tasks.html"), IndexPage.Render(StoryUnderTest.Tasks(9, 2)));
    }
}
