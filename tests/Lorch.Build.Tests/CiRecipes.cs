using System.Text.RegularExpressions;
using Lorch.Testing;

namespace Lorch.Build.Tests;

/// <summary>The files in docs/ci, as far as that can be tried without their services.</summary>
public sealed partial class CiRecipes(ClonedRepository clone)
{
    private static readonly string[] Cached = ["receipts", "snapshots"];

    public static TheoryData<string> Recipes => [.. Directory.GetFiles(Path.Combine(SourceTree.Root, "docs", "ci"), "*.yml").Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Recipes))]
    public void A_recipe_stops_with_SIGINT_keeps_what_explains_a_run_and_caches_what_lets_one_be_skipped(string recipe)
    {
        var text = Read(recipe);

        Assert.Matches(WorkCommand(), text);
        Assert.All((string[])[.. Cached, "transcripts", "lorch.binlog"], path => Assert.Matches($@"(?m)^\s+(- |path: |- publish: )?{Regex.Escape(path)}/?$", text));
        Assert.DoesNotContain('\t', text);
    }

    [Theory]
    [MemberData(nameof(Recipes))]
    public void A_recipe_asks_for_targets_and_properties_that_there_are(string recipe)
    {
        var text = Read(recipe);
        var surface = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "msbuild.md"));

        var names = Named().Matches(text).Select(match => match.Groups[1].Value).Distinct().ToList();

        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.Contains($"| `{name}` |", surface, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_job_with_a_fresh_clone_and_the_cached_folders_skips_what_another_one_did()
    {
        LongTests.SkipUnlessAsked();
        using var first = new LorchProject(clone);
        (await WorkAsync(first)).Succeeded().Says("T-2 completed");
        using var second = first.Copy();
        second.KeepOnly(["lorch.json", "lorch.proj", "nuget.config", "scripts", "specs", "src", .. Cached]);

        (await WorkAsync(second)).Succeeded().Says("T-1 up to date (snap-").Says("T-2 up to date (snap-");

        Assert.Empty(second.Records.Ledgers);
    }

    private static Task<CommandResult> WorkAsync(LorchProject project) =>
        project.Dotnet.RunAsync(WorkCommand().Match(Read("gitlab-ci.yml")).Groups[1].Value.Split(' '));

    private static string Read(string recipe) => File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "ci", recipe));

    [GeneratedRegex(@"timeout --signal=INT --kill-after=\d+s \d+m dotnet (build lorch\.proj .*)$", RegexOptions.Multiline)]
    private static partial Regex WorkCommand();

    [GeneratedRegex(@"-[tp]:(Lorch\w+)")]
    private static partial Regex Named();
}
