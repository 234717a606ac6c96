using System.Text.RegularExpressions;
using Lorch.Testing;

namespace Lorch.Build.Tests;

/// <summary>The files in docs/ci, as far as that can be tried without their services.</summary>
public sealed partial class CiRecipes(ClonedRepository clone)
{
    private const string CommitAll = "git add --all && git -c user.name=a -c user.email=a@b commit --quiet --message all";
    private const string Staging = "staged";

    private static readonly string[] Cached = ["receipts", "snapshots"];

    public static TheoryData<string> Recipes =>
        [.. Directory.GetFiles(Path.Combine(SourceTree.Root, "docs", "ci"), "*.yml").Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Recipes))]
    public void A_recipe_stops_with_SIGINT_keeps_what_explains_a_run_and_caches_what_lets_one_be_skipped(string recipe)
    {
        var text = Read(recipe);

        Assert.Contains(Commands(text), command => WorkCommand().IsMatch(command));
        Assert.All(Cached, path => Assert.Matches($@"(?m)^\s+(- |path: )?{Regex.Escape(path)}/?$", text));
        Assert.All((string[])["transcripts", "lorch.binlog"], path => Assert.Contains(path, text, StringComparison.Ordinal));
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

    [LongSet]
    [Theory]
    [MemberData(nameof(Recipes))]
    public async Task A_job_in_a_fresh_clone_skips_what_another_one_did_and_finds_all_that_it_publishes(string recipe)
    {
        LongTests.SkipUnlessAsked();
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The recipes are written for a shell.");
        using var project = new LorchProject(clone);
        project.Write(".gitignore", "/events/\n/logs/\n/receipts/\n/reports/\n/snapshots/\n/state/\n/transcripts/\n/jobs/\n*.binlog\n");
        (await project.Dotnet.ShellAsync("git init --quiet", CommitAll)).Succeeded();
        (await WorkJobAsync(project, recipe, "first")).Succeeded().Says("T-1 completed").Says("T-2 completed");
        (await project.Dotnet.ShellAsync("cp -r jobs/first/src .", CommitAll)).Succeeded();

        (await WorkJobAsync(project, recipe, "second")).Succeeded().Says("T-1 up to date (snap-").Says("T-2 up to date (snap-");

        var second = Path.Combine(project.Root, "jobs", "second");
        Assert.Empty(new Records(second).Ledgers);
        Assert.All(
            Published().Matches(Read(recipe)),
            match => Assert.True(Path.Exists(Path.Combine(second, match.Groups[1].Value)), match.Value));
    }

    // What a service does around the commands: it clones, brings what the last job saved, and saves that again.
    private static Task<CommandResult> WorkJobAsync(LorchProject project, string recipe, string job) => project.Dotnet.ShellAsync(
    [
        $"mkdir -p jobs/cache jobs/{job}/{Staging}; git clone --quiet . jobs/{job}/clone; mv jobs/{job}/clone/* jobs/{job}/clone/.git "
            + $"jobs/{job}; cd jobs/{job}",
        .. Cached.Select(path => $"[ ! -e ../cache/{path} ] || cp -r ../cache/{path} ."),
        .. Commands(Read(recipe)),
        .. Cached.Select(path => $"cp -r {path} ../cache"),
    ]);

    /// <summary>The commands of a recipe in their order: of GitHub's steps, of Azure's, or of the list that GitLab has.</summary>
    private static List<string> Commands(string text)
    {
        var commands = new List<string>();
        var inList = false;
        foreach (var line in text.Split('\n'))
        {
            if (Command().Match(line) is { Success: true } match)
            {
                commands.Add(match.Groups[1].Value);
            }
            else if (inList && line.StartsWith("    - ", StringComparison.Ordinal))
            {
                commands.Add(line["    - ".Length..]);
            }

            inList = line == "  script:" || (inList && line.StartsWith("    ", StringComparison.Ordinal));
        }

        return commands;
    }

    private static string Read(string recipe) =>
        File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "ci", recipe))
            .Replace("$(Build.ArtifactStagingDirectory)", Staging, StringComparison.Ordinal);

    [GeneratedRegex(@"^\s+(?:- )?(?:run|script): (.+)$")]
    private static partial Regex Command();

    [GeneratedRegex(@"(?m)^\s+- publish: (.+)$")]
    private static partial Regex Published();

    [GeneratedRegex(@"timeout --signal=INT --kill-after=\d+s \d+m dotnet (build lorch\.proj .*)$", RegexOptions.Multiline)]
    private static partial Regex WorkCommand();

    [GeneratedRegex(@"-[tp]:(Lorch\w+)")]
    private static partial Regex Named();
}
