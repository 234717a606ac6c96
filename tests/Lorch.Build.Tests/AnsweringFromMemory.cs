using Lorch.Testing;

namespace Lorch.Build.Tests;

/// <summary>
/// A lorch.proj that knows from an earlier build that everything is up to date says so itself; as soon as anything is different, the runner
/// judges.
/// </summary>
public sealed class AnsweringFromMemory(ClonedRepository clone)
{
    // A build takes about half a second, and what was touched within three seconds isn't trusted yet.
    private const int Patience = 100;

    [Fact]
    public async Task Takes_no_runner_and_says_and_hands_on_what_the_runner_would()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Verdicts are remembered on Linux only.");
        using var project = new LorchProject(clone);
        project.Write("lorch.proj", $$"""
            <Project Sdk="Lorch.Build/{{ClonedRepository.Version}}">
              <Target Name="Tell" DependsOnTargets="LorchRun">
                <Message Importance="high" Text="skipped $(LorchTasksSkipped), run $(LorchTasksRun), artifacts @(LorchArtifact->'%(Filename) of %(TaskId)')" />
              </Target>
            </Project>
            """);
        var first = await project.MsBuildAsync("-t:Tell");

        var remembered = await RememberAsync(project, "-t:Tell", "-v:detailed");

        const string Told = "artifacts 1 of T-1;2 of T-1;3 of T-1";
        first.Succeeded().Says(Told);
        remembered.Says("lorch -> T-1 up to date (snap-")
            .Says("  T-2 up to date (snap-")
            .Says("skipped T-1;T-2, run , artifacts ")
            .Says("Key of T-1, kept in ")
            .DoesNotSay("build/Lorch.proj");
        Assert.Equal(Artifacts(first), Artifacts(remembered));
    }

    [LongSet]
    [Theory]
    [InlineData("an input changed", "echo B > specs/a.md", "T-1 because specs/a.md changed")]
    [InlineData("the goal changed", "sed -i s/One/Another/ lorch.json", "T-1 because ")]
    [InlineData("an artifact was altered", "echo altered > src/1.txt", "edited since")]
    [InlineData("a completion is gone, and its receipts", "rm -r receipts/T-1", "T-1 because it has never been completed")]
    [InlineData("it is to be worked all the same", ":", "T-1 because it was asked for although up to date", "-p:LorchForce=true")]
    public async Task Is_left_to_the_runner_when(string what, string change, string said, params string[] arguments)
    {
        LongTests.SkipUnlessAsked();
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Verdicts are remembered on Linux only.");
        using var project = new LorchProject(clone);
        (await project.MsBuildAsync("-t:LorchRun")).Succeeded();
        await RememberAsync(project, "-t:LorchRun");

        project.Happen(change);
        var result = await project.MsBuildAsync(["-t:LorchRun", "-v:detailed", .. arguments]);

        result.Succeeded().Says(said).Says("build/Lorch.proj");
        Assert.DoesNotContain("lorch -> T-1", result.Output, StringComparison.Ordinal);
        TestContext.Current.TestOutputHelper?.WriteLine(what);
    }

    /// <summary>Builds until the answer comes from memory.</summary>
    private static async Task<CommandResult> RememberAsync(LorchProject project, params string[] arguments)
    {
        for (var build = 0; build < Patience; build++)
        {
            var result = (await project.MsBuildAsync(arguments)).Succeeded();
            if (result.Output.Contains("  lorch -> ", StringComparison.Ordinal))
            {
                return result;
            }
        }

        throw new TimeoutException($"Nothing was remembered after {Patience} builds.");
    }

    private static string Artifacts(CommandResult result) =>
        result.Output.Split('\n').Single(line => line.Contains(", artifacts ", StringComparison.Ordinal)).Split(", artifacts ")[1].Trim();
}
