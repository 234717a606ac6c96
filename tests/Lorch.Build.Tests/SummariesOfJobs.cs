using Lorch.Testing;

namespace Lorch.Build.Tests;

/// <summary>What the CI systems show of a build, and what they would take for their commands.</summary>
public sealed class SummariesOfJobs(ClonedRepository clone)
{
    private const string Upload = "##vso[task.uploadsummary]";
    private const string Hostile = @"##vso[task.setvariable variable=a]b\n::error::c\n  ::set-output name=d::e\n##[group]f";

    [LongSet]
    [Fact]
    public async Task Hold_each_task_and_no_agent_commands_the_system_that_runs_the_job()
    {
        LongTests.SkipUnlessAsked();
        using var project = new LorchProject(clone);
        project.Write(
            "scripts/reviewer.json",
            """
            {"responses":{"review":{"events":[{"type":"review.completed","status":"approved",
              "payload":{"summary":"HOSTILE","findings":[{"message":"HOSTILE","file":"src/1.txt","line":1}]}}]}}}
            """.Replace("HOSTILE", Hostile, StringComparison.Ordinal));
        var summary = Path.Combine(project.Root, "summary of the job.md");
        await File.WriteAllTextAsync(summary, "# Of somebody else\n", TestContext.Current.CancellationToken);
        project.Dotnet.Environment["GITHUB_STEP_SUMMARY"] = summary;

        var onGitHub = (await project.BuildAsync("-t:LorchRun", "-v:n")).Succeeded();

        var text = await File.ReadAllTextAsync(summary, TestContext.Current.CancellationToken);
        Assert.StartsWith("# Of somebody else\n", text, StringComparison.Ordinal);
        Assert.Contains(@"T\-1", text, StringComparison.Ordinal);
        Assert.Contains(@"T\-2", text, StringComparison.Ordinal);
        AssertNoCommand(onGitHub.Output);

        project.Dotnet.Environment.Remove("GITHUB_STEP_SUMMARY");
        project.Dotnet.Environment["TF_BUILD"] = "true";
        project.Write("specs/a.md", "B\n");

        var onAzure = (await project.BuildAsync("-t:LorchRun", "-v:n")).Succeeded();

        var upload = Assert.Single(Lines(onAzure.Output), line => line.TrimStart().StartsWith(Upload, StringComparison.Ordinal));
        Assert.True(File.Exists(upload.Trim()[Upload.Length..]), upload);
        AssertNoCommand(onAzure.Output.Replace(Upload, "", StringComparison.Ordinal));
    }

    private static void AssertNoCommand(string output) => Assert.DoesNotContain(
        Lines(output).Select(line => line.TrimStart()),
        line => line.StartsWith("::", StringComparison.Ordinal)
            || line.Contains("##vso[", StringComparison.Ordinal)
            || line.Contains("##[", StringComparison.Ordinal));

    private static string[] Lines(string output) => output.Split('\n');
}
