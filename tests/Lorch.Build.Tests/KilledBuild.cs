using System.Text.Json;
using Lorch.Testing;

namespace Lorch.Build.Tests;

/// <summary>A build that was killed in the middle of a review, and what a person does then, in one workspace.</summary>
public sealed class KilledBuild(ClonedRepository clone) : IAsyncLifetime
{
    private const string Approved = """{"responses":{"review":{"events":[{"type":"review.completed","status":"approved"}]}}}""";
    private const string Hanging = """{"responses":{"review":{"hang":true}}}""";
    private const string Refusing = """{"responses":{"review":{"error":{"code":"no","message":"no","retriable":false}}}}""";
    private const string Unknown = "run-20200101-000000-00000000";

    private LorchProject _project = null!;

    internal CommandResult Status { get; private set; } = null!;

    internal CommandResult StatusAsJson { get; private set; } = null!;

    internal string StatusFile { get; private set; } = "";

    internal string RunId { get; private set; } = "";

    internal CommandResult UnknownRun { get; private set; } = null!;

    internal CommandResult Drifted { get; private set; } = null!;

    internal string HistoryWhenKilled { get; private set; } = "";

    internal string HistoryAfterDrift { get; private set; } = "";

    internal IReadOnlyList<string> LeftBehind { get; private set; } = [];

    internal CommandResult Resumed { get; private set; } = null!;

    internal string HistoryWhenResumed { get; private set; } = "";

    internal IReadOnlyList<string> Actions { get; private set; } = [];

    internal IReadOnlyList<string> Asked { get; private set; } = [];

    internal CommandResult Verified { get; private set; } = null!;

    internal CommandResult Aborted { get; private set; } = null!;

    internal CommandResult AfterAbort { get; private set; } = null!;

    internal string RunAborted { get; private set; } = "";

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        _project = new LorchProject(clone);
        await KillInMidReviewAsync();
        await LookAsync();
        await GoOnAsync();
        await GiveUpAsync();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _project?.Dispose();
        return ValueTask.CompletedTask;
    }

    private static bool IsReview(string line) => Action(line) == "review";

    private static string? Action(string line) =>
        JsonElement.Parse(line).TryGetProperty("action", out var action) ? action.GetString() : null;

    private async Task KillInMidReviewAsync()
    {
        _project.Write("scripts/reviewer.json", Hanging);
        using var build = BuildUnderWay.Start(_project, "build", "lorch.proj", "-tl:off", "-t:LorchRun", "-p:Task=T-1");
        await build.ReachAsync(() => _project.Records.Lines.Any(IsReview));
        build.KillGroup();
        await build.EndAsync();
        LeftBehind = await LeftoverProcesses.ThatStayAsync(_project.Root, TestContext.Current.CancellationToken);
        RunId = Path.GetFileNameWithoutExtension(_project.Records.Ledgers[^1]);
        HistoryWhenKilled = _project.Records.History;
    }

    private async Task LookAsync()
    {
        Status = await _project.MsBuildAsync("-t:LorchStatus");
        StatusAsJson = await _project.MsBuildAsync("-t:LorchStatus", "-p:LorchStatusFormat=json", "-p:LorchStatusFile=out/status.json");
        StatusFile = _project.Records.Has("out/status.json") ? _project.Read("out/status.json") : "";
        UnknownRun = await _project.MsBuildAsync("-t:LorchResume", $"-p:Run={Unknown}");
        _project.Write("specs/a.md", "edited\n");
        Drifted = await _project.MsBuildAsync("-t:LorchResume", "-p:LorchOnDrift=fail");
        HistoryAfterDrift = _project.Records.History;
        _project.Write("specs/a.md", "A\n");
    }

    private async Task GoOnAsync()
    {
        _project.Write("scripts/reviewer.json", Approved);
        _project.Dotnet.Environment["RUN"] = Unknown;
        Resumed = await _project.MsBuildAsync("-t:LorchResume");
        _project.Dotnet.Environment.Remove("RUN");
        HistoryWhenResumed = _project.Records.History;
        Actions = _project.Records.Actions("T-1");
        Asked = [.. _project.Records.Lines.Select(Action).OfType<string>()];
        Verified = await _project.MsBuildAsync("-t:LorchVerify");
    }

    private async Task GiveUpAsync()
    {
        _project.Write("scripts/reviewer.json", Refusing);
        _project.Write("specs/a.md", "B\n");
        (await _project.MsBuildAsync("-t:LorchRun", "-p:Task=T-1")).Failed();
        RunAborted = Path.GetFileNameWithoutExtension(_project.Records.Ledgers[^1]);
        Aborted = await _project.MsBuildAsync("-t:LorchAbort");
        AfterAbort = await _project.MsBuildAsync("-t:LorchResume");
    }
}
