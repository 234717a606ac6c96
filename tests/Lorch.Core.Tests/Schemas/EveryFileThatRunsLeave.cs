using Lorch.Core.Agents;
using Lorch.Core.Protocol;
using Lorch.Core.Tests.Runs;
using Lorch.Testing;

namespace Lorch.Core.Tests.Schemas;

public sealed class EveryFileThatRunsLeave : IAsyncLifetime
{
    private const string SecondTask = """{"id":"T-2","goal":"more","inputs":["docs/**"],"depends_on":["T-1"]}""";

    private readonly WorkspaceUnderTest _workspace = new(WorkspaceUnderTest.OneTask, SecondTask);

    private RecordedFiles Files => new(_workspace.Root);

    /// <summary>
    /// Plays what writes every kind of record: changes, a retry, an interruption, a drift, a failure, giving up, work done before.
    /// </summary>
    public async ValueTask InitializeAsync()
    {
        await ResumingARun.InterruptAtAsync(_workspace, AgentAction.Review);
        _workspace.Write("specs/b.md", "# B\n");
        _workspace.Agents.Answer = command => command is { Action: AgentAction.Review, Retry.Attempt: 0 }
            ? [_workspace.Agents.Fail(command, "busy")]
            : _workspace.Agents.Play(command, reviewAsks: 1, specAsks: 2);
        await _workspace.RunAsync("T-2");

        _workspace.Write("specs/a.md", "# C\n");
        _workspace.Agents.Answer = command => [_workspace.Agents.Fail(command, "no_quota", retriable: false)];
        await _workspace.RunAsync();
        await _workspace.Open().AbortAsync(null, _workspace, CancellationToken.None);

        _workspace.Agents.Answer = command => _workspace.Agents.Play(command);
        await _workspace.RunAsync();

        // Scripted agents have no process whose words would be kept.
        using var log = AgentLog.Open(_workspace.Layout.AgentLog("builder", _workspace.RunIds[0]), text => text, maxBytes: 1_000_000);
        log.Write(new LogMessage { Level = LogLevel.Error, Text = "it didn't work", Timestamp = TimeProvider.System.GetUtcNow() });
    }

    [Fact]
    public void Is_of_a_format_that_has_a_schema_or_needs_none()
    {
        Assert.Empty(Files.Unknown);
        Assert.Equal(
            ["command", "completion", "event", "log", "lorch", "receipt", "report-data", "run-index", "run-state", "snapshot-manifest"],
            Files.Schemas);
    }

    [Fact]
    public void Fits_its_schema() => Assert.Empty(Files.Validate());

    [Fact]
    public async Task Fits_its_schema_for_a_validator_that_is_not_ours() => Assert.Empty(await Files.ValidateForeignAsync());

    [Theory]
    [InlineData("state/strange.json", "{}")]
    [InlineData("receipts/T-1/step-x.json", "{}")]
    public void Is_missed_if_no_format_describes_it(string path, string text)
    {
        _workspace.Write(path, text);

        Assert.Equal([path], Files.Unknown);
    }

    /// <summary>One spoilt value in the middle of a real workspace is found by both.</summary>
    [Theory]
    [InlineData("state/run.json", "\"iterations\": ", "\"iterationen\": ")]
    [InlineData("state/index.json", "\"completed\"", "\"done\"")]
    [InlineData("receipts/T-1/step-1.json", "\"sha256:", "\"md5:")]
    [InlineData("receipts/T-1/completion.json", "\"removed\"", "\"gone\"")]
    [InlineData("events/*.ndjson", "\"system.step_recorded\",\"payload\":{\"step\":", "\"system.step_recorded\",\"payload\":{\"steps\":")]
    [InlineData("events/*.ndjson", "\"priority\":0", "\"priority\":\"0\"")]
    public async Task Is_refused_by_both_when_it_is_spoilt(string path, string there, string spoilt)
    {
        var file = path.Contains('*', StringComparison.Ordinal) ? $"events/{_workspace.RunIds[0]}.ndjson" : path;
        var text = _workspace.Read(file);
        Assert.Contains(there, text, StringComparison.Ordinal);

        _workspace.Write(file, text.Replace(there, spoilt, StringComparison.Ordinal));

        Assert.All(Files.Validate(), problem => Assert.StartsWith(file, problem, StringComparison.Ordinal));
        Assert.NotEmpty(Files.Validate());
        Assert.NotEmpty(await Files.ValidateForeignAsync());
    }

    public ValueTask DisposeAsync()
    {
        _workspace.Dispose();
        return ValueTask.CompletedTask;
    }
}
