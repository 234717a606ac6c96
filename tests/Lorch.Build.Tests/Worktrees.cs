using Lorch.Testing;

namespace Lorch.Build.Tests;

/// <summary>Workspaces that are worktrees of one repository, made as docs/ci/README.md says. In a worktree <c>.git</c> is a file.</summary>
public sealed class Worktrees(ClonedRepository clone)
{
    private const string CommitAll = "git add --all && git -c user.name=a -c user.email=a@b commit --quiet --message all";

    [LongSet]
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_new_worktree_skips_what_its_checkout_has_done(bool recordsAreCommitted)
    {
        LongTests.SkipUnlessAsked();
        using var project = WithRepository(recordsAreCommitted ? "" : "/receipts/\n/snapshots/\n");
        (await project.LorchRunAsync()).Succeeded();
        (await project.Dotnet.ShellAsync("git init --quiet", CommitAll)).Succeeded();

        var result = await project.Dotnet.ShellAsync(
            [.. Recipe().Where(line => !recordsAreCommitted || !line.StartsWith("cp ", StringComparison.Ordinal))]);

        result.Succeeded().Says("T-1 up to date (snap-").Says("T-2 up to date (snap-");
        var other = new Records(Path.Combine(project.Root, "other"));
        Assert.Empty(other.Ledgers);
        Assert.True(other.Has("state/keys/T-1.key"));
        Assert.Equal("", (await project.Dotnet.ShellAsync("git -C other status --porcelain")).Succeeded().Output.Trim());
        (await project.Dotnet.RunAsync("build", "other/lorch.proj", "-tl:off", "-t:LorchVerify")).Succeeded();
    }

    [LongSet]
    [Fact]
    public async Task Two_worktrees_are_worked_at_the_same_time()
    {
        LongTests.SkipUnlessAsked();
        using var project = WithRepository("/meeting/\n");
        project.UseShellAgent(
            "before_the_answer",
            """mkdir -p "$MEETING/$(basename "$PWD")"; until [ "$(ls "$MEETING" | wc -l)" = 2 ]; do sleep 0.05; done""");
        project.Dotnet.Environment["MEETING"] = Path.Combine(project.Root, "meeting");
        (await project.Dotnet.ShellAsync("git init --quiet", CommitAll, Recipe()[0])).Succeeded();

        var here = project.LorchRunAsync();
        var there = project.Dotnet.RunAsync("build", "other/lorch.proj", "-tl:off", "-t:LorchRun");

        (await here).Succeeded().Says("T-1 completed");
        (await there).Succeeded().Says("T-1 completed");
        Assert.Single(project.Records.Ledgers);
        Assert.Single(new Records(Path.Combine(project.Root, "other")).Ledgers);
    }

    private LorchProject WithRepository(string ignored)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The recipe is written for a shell.");
        var project = new LorchProject(clone);
        project.Write(".gitignore", "/events/\n/logs/\n/reports/\n/state/\n/transcripts/\n/other/\n" + ignored);
        return project;
    }

    // The worktree goes into the test's own folder.
    private static List<string> Recipe() =>
    [
        .. File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "ci", "README.md")).Split("## git worktree")[1].Split('\n')
            .Where(line => line.StartsWith("    ", StringComparison.Ordinal))
            .Select(line => line.Trim().Replace("../other", "other", StringComparison.Ordinal)),
    ];
}
