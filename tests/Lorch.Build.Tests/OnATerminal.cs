using System.Text.RegularExpressions;
using Lorch.Testing;

namespace Lorch.Build.Tests;

/// <summary>
/// What somebody sees who builds at a terminal, where the terminal logger shows projects and targets and keeps most messages to itself.
/// </summary>
public sealed partial class OnATerminal(ClonedRepository clone)
{
    [LongSet]
    [Fact]
    public async Task Each_task_has_a_row_while_it_is_worked_and_one_with_its_transcript_when_it_is_done()
    {
        LongTests.SkipUnlessAsked();
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It needs script(1).");
        using var project = new LorchProject(clone);

        var shown = Shown(await project.Dotnet.RunOnTerminalAsync("build", "lorch.proj", "-t:LorchRun"));

        Assert.Matches(@"T-1 +Work \(\d", shown);
        Assert.Matches(@"T-2 +Work \(\d", shown);
        Assert.Matches(@"T-1 succeeded \(\d+[.,]\ds\) → \S*transcripts/run-\S+\.txt", shown);
        Assert.Matches(@"T-2 succeeded \(\d+[.,]\ds\) → \S*transcripts/run-\S+\.txt", shown);
        Assert.DoesNotContain("lorch succeeded", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(" step 1 ", shown, StringComparison.Ordinal);
    }

    [LongSet]
    [Fact]
    public async Task What_was_skipped_and_what_was_asked_for_stands_after_Lorchs_own_row()
    {
        LongTests.SkipUnlessAsked();
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It needs script(1).");
        using var project = new LorchProject(clone);
        (await project.LorchRunAsync()).Succeeded();

        var again = Shown(await project.Dotnet.RunOnTerminalAsync("build", "lorch.proj", "-t:LorchRun"));
        var status = Shown(await project.Dotnet.RunOnTerminalAsync("build", "lorch.proj", "-t:LorchStatus"));
        var verification = Shown(await project.Dotnet.RunOnTerminalAsync("build", "lorch.proj", "-t:LorchVerify"));

        Assert.Matches(@"Lorch succeeded \(\d+[.,]\ds\) → T-1 up to date \(snap-\w+\)\s+T-2 up to date \(snap-\w+\)", again);
        Assert.Matches(
            @"Lorch succeeded \(\d+[.,]\ds\) → T-1 up to date \(snap-\w+\)\s+T-2 up to date \(snap-\w+\)\s+last run: run-",
            status);
        Assert.Matches(@"Lorch succeeded \(\d+[.,]\ds\) → Nothing is damaged", verification);
    }

    [LongSet]
    [Fact]
    public async Task A_task_that_fails_has_a_row_with_its_error_once()
    {
        LongTests.SkipUnlessAsked();
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It needs script(1).");
        using var project = new LorchProject(clone);
        project.Reviewer("""{"error":{"code":"no","message":"no way","retriable":false}}""");

        var shown = Shown(await project.Dotnet.RunOnTerminalAsync("build", "lorch.proj", "-t:LorchRun", "-p:Task=T-1"));

        Assert.Matches(@"T-1 failed with 1 error\(s\) \(\d+[.,]\ds\)", shown);
        Assert.Equal(2, shown.Split("error LORCH3003").Length);
    }

    /// <summary>What stood on the screen one after another, without colours, links and the moves of the cursor.</summary>
    private static string Shown(CommandResult result) => Sequences().Replace(result.Output, "");

    [GeneratedRegex(@"\x1b(\[[0-9;?]*[A-Za-z]|\][^\x07\x1b]*(\x07|\x1b\\))")]
    private static partial Regex Sequences();
}
