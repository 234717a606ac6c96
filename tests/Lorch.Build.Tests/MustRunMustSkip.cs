using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Lorch.Testing;

namespace Lorch.Build.Tests;

/// <summary>What makes a task be worked again and what doesn't, in one table, through the package and whole builds.</summary>
/// <remarks>
/// Every row starts from a copy of a workspace in which T-1 (inputs <c>specs/**</c>) and T-2 (inputs <c>docs/*.md</c>, depends on T-1) are
/// done. It says what happens to the copy, and the lines that the next build has to show, in their order; a task that isn't named is to be
/// skipped.
/// Each is tried with tasks of both kinds; what is said of tasks that regenerate their files stands beside the row where it is another.
/// </remarks>
public sealed class MustRunMustSkip(PreparedWorkspace prepared) : IClassFixture<PreparedWorkspace>
{
    public static TheoryData<string> All => [.. ChangesBetweenBuilds.All.Select(row => row.Name)];

    [LongSet]
    [Theory]
    [MemberData(nameof(All))]
    public async Task When(string happens)
    {
        var row = ChangesBetweenBuilds.All.Single(row => row.Name == happens);
        LongTests.SkipUnlessAsked(!row.IsOften);
        using var project = prepared.Copy();

        await ShowAsync(project, row);
    }

    [LongSet]
    [Theory]
    [MemberData(nameof(All))]
    public async Task When_files_are_regenerated_and(string happens)
    {
        LongTests.SkipUnlessAsked();
        var row = ChangesBetweenBuilds.All.Single(row => row.Name == happens);
        using var project = await prepared.CopyRegeneratingAsync();

        await ShowAsync(project, row with { Shows = row.Regenerated ?? row.Shows });
    }

    private static async Task ShowAsync(LorchProject project, ChangeBetweenBuilds row)
    {
        await row.Happens(project);
        var arguments = row.Arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        await AskAsync(project, row, arguments);
        await WorkAsync(project, row, arguments);
    }

    private static async Task AskAsync(LorchProject project, ChangeBetweenBuilds row, string[] arguments)
    {
        var before = Everything(project.Root);

        var asked = await project.LorchRunAsync([.. arguments, "-question"]);

        Assert.Equal(before, Everything(project.Root));
        if (row.Works)
        {
            asked.Failed().Says("error LORCH4006: ");
        }
        else
        {
            asked.Succeeded();
        }
    }

    private static async Task WorkAsync(LorchProject project, ChangeBetweenBuilds row, string[] arguments)
    {
        var begun = Begun(project);

        var result = (await project.LorchRunAsync(arguments)).Succeeded();

        Assert.True(
            Regex.IsMatch("\n" + result.Output, "(?s)^" + string.Concat(row.Lines.Select(line => $".*\n +([Ll]orch -> )?{line}"))),
            $"Expected {row.Shows}, found\n{result.Output}");
        Assert.Equal(
            row.Lines.Count(line => line.Contains(" because ", StringComparison.Ordinal)),
            result.Output.Split(" because ").Length - 1);
        Assert.Equal(
            row.Lines.Count(line => line.Contains(" up to date", StringComparison.Ordinal)),
            result.Output.Split(" up to date (snap-").Length - 1);
        Assert.Equal(row.Works, Begun(project) > begun);

        if (row.Works)
        {
            begun = Begun(project);
            (await project.LorchRunAsync()).Succeeded();
            Assert.Equal(begun, Begun(project));
        }
    }

    /// <summary>How many runs were begun and gone on with, and commands sent.</summary>
    private static int Begun(LorchProject project) => project.Records.Lines.Count(line =>
        line.Contains("\"kind\":\"command\"", StringComparison.Ordinal)
        || line.Contains("\"system.run_started\"", StringComparison.Ordinal)
        || line.Contains("\"system.run_resumed\"", StringComparison.Ordinal));

    /// <summary>Every file of the workspace with its content and its time.</summary>
    private static List<string> Everything(string root) =>
    [
        .. new DirectoryInfo(root).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
            .Select(
                info =>
                    $"{info.FullName} {info.LastWriteTimeUtc:O} "
                        + $"{(info is FileInfo file ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file.FullName))) : "")}")
            .Order(StringComparer.Ordinal),
    ];
}
