using Lorch.Testing;

namespace Lorch.Build.Tests;

/// <summary>
/// What is wrong although a task is done is said as often as the task is asked for, in the way that each project wants warnings to be
/// treated.
/// </summary>
public sealed class WhatIsWrongWithFinishedTasks(ClonedRepository clone)
{
    private const string Finding = "LORCH4005: T-1: Too short.";

    // How a project says what it wants, and what becomes of the finding: a warning, an error or nothing.
    public static TheoryData<string, string, bool> Treatments { get; } = new()
    {
        { "", "warning", true },
        { "-p:LorchTreatFindingsAsErrors=true", "error", true },
        { "-warnaserror", "error", false },
        { "-warnaserror:LORCH4005", "error", true },
        { "-noWarn:LORCH4005", "", true },
        { "-p:NoWarn=LORCH4005", "", true },
        { "-p:NoWarn=CS1591%3Blorch4005", "", true },
        { "-p:MSBuildWarningsAsMessages=LORCH4005", "", true },
        { "-p:WarningsAsErrors=LORCH4005", "error", true },
        { "-p:MSBuildWarningsAsErrors=LORCH4005", "error", true },
        { "-p:TreatWarningsAsErrors=true", "error", true },
        { "-p:MSBuildTreatWarningsAsErrors=true", "error", true },
        { "-p:TreatWarningsAsErrors=true -p:WarningsNotAsErrors=LORCH4005", "warning", true },
        { "-p:TreatWarningsAsErrors=true -p:NoWarn=LORCH4005", "", true },
        { "-p:WarningsAsErrors=LORCH1015", "warning", true },
    };

    [LongSet]
    [Theory]
    [MemberData(nameof(Treatments))]
    public async Task Is_said_again_by_each_build_that_asks_and_costs_nothing(string arguments, string severity, bool isRare)
    {
        LongTests.SkipUnlessAsked(isRare);
        using var project = WithAFinding();
        string[] build = ["-t:LorchRun", "-p:Task=T-1", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)];

        AssertSays(severity, await project.MsBuildAsync(build));
        var history = project.Records.History;
        AssertSays(severity, await project.MsBuildAsync(build));
        AssertSays(severity, await project.MsBuildAsync(build));

        Assert.Equal(history, project.Records.History);
    }

    [LongSet]
    [Fact]
    public async Task Holds_up_what_depends_on_it_where_it_is_an_error()
    {
        LongTests.SkipUnlessAsked();
        using var project = WithAFinding();
        (await project.MsBuildAsync("-t:LorchRun", "-p:Task=T-1")).Succeeded();

        (await project.MsBuildAsync("-t:LorchRun", "-p:LorchTreatFindingsAsErrors=true")).Failed()
            .Says("error " + Finding)
            .Says("error LORCH4003: T-2 wasn't started");

        Assert.Single(project.Records.Ledgers);
    }

    [LongSet]
    [Fact]
    public async Task Is_said_of_a_run_that_failed_too()
    {
        LongTests.SkipUnlessAsked();
        using var project = WithAFinding();
        project.Write(
            "scripts/spec_maintainer.json",
            """{"responses":{"update_spec":{"error":{"code":"no","message":"no","retriable":false}}}}""");

        (await project.MsBuildAsync("-t:LorchRun", "-p:Task=T-1")).Failed().Says("error LORCH3003").Says("warning " + Finding);
        (await project.MsBuildAsync("-t:LorchResume", "-p:NoWarn=LORCH4005")).Failed().Says("error LORCH3003").DoesNotSay("LORCH4005");
    }

    [LongSet]
    [Fact]
    public async Task Is_said_once_for_all_projects_that_want_the_same_and_changes_no_run()
    {
        LongTests.SkipUnlessAsked();
        using var project = WithAFinding();
        var asking = new CSharpProject { FrameworkProperty = "TargetFrameworks" };
        project.Write("A/A.csproj", asking with { Ending = "<PropertyGroup><NoWarn>$(NoWarn);LORCH4005</NoWarn></PropertyGroup>" });
        project.Write("B/B.csproj", asking with { Ending = "<PropertyGroup><NoWarn>$(NoWarn);CS1591</NoWarn></PropertyGroup>" });
        project.Write("C/C.csproj", asking);
        project.Write(
            "All.slnx",
            """<Solution><Project Path="A/A.csproj" /><Project Path="B/B.csproj" /><Project Path="C/C.csproj" /></Solution>""");

        var result = (await project.Dotnet.RunAsync("build", "All.slnx", "-tl:off", "-m:2", "-t:LorchRun", "-p:Task=T-1")).Succeeded();

        Assert.Equal(
            2,
            result.Output.Split('\n')
                .TakeWhile(line => !line.StartsWith("Build succeeded", StringComparison.Ordinal))
                .Count(line => line.Contains("warning " + Finding, StringComparison.Ordinal))
                + 1);
        Assert.Single(project.Records.Ledgers);
    }

    private LorchProject WithAFinding()
    {
        var project = new LorchProject(clone);
        project.Reviewer("""
            {"events":[{"type":"review.completed","status":"approved","payload":{"findings":[{"file":"src/1.txt","line":1,"severity":"warning","message":"Too short."}]}}]}
            """);
        return project;
    }

    private static void AssertSays(string severity, CommandResult result)
    {
        _ = severity.Length > 0 ? result.Says($"{severity} {Finding}") : result.DoesNotSay("LORCH4005");
        Assert.Equal(severity == "error" ? 1 : 0, result.ExitCode);
    }
}
