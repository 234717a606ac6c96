using System.Text.Json;
using Lorch.Core.Ledgers;
using Lorch.Core.Protocol;
using Lorch.Core.Workflows;
using Lorch.Testing;

namespace Lorch.Crash.Tests;

/// <summary>
/// Ledgers that earlier versions wrote: what follows on them, and under which key, may never change. Add histories, don't alter them.
/// </summary>
public sealed class YesterdaysLedgers
{
    [Theory]
    [InlineData("approved-at-once", "complete")]
    [InlineData(
        "review-asks-for-changes-twice",
        "send implement_changes 1 attempt 0 ik:2b07db05b03028358a56258b666693a9c0820b74e0f144d6c7b2a17000892508")]
    [InlineData(
        "spec-asks-for-changes", "send implement_changes 0 attempt 0 ik:a220614bae5eb200f5d9a7e8ac2e3451e7d90a509d47194da7cd760741c24470")]
    [InlineData("agent-died", "send review 0 attempt 1 ik:348169dfb832b5022a215ae211023f0197c2d75a8ec68b6140bbef6073a371be")]
    [InlineData("retried", "send implement 0 attempt 2 ik:4cf438f51ba362d1c4e0fe2f1d4fbd994cd1a288a4365297f92a8ab9ce1a1dc0")]
    [InlineData("artifact-rejected", "send implement 0 attempt 2 ik:4cf438f51ba362d1c4e0fe2f1d4fbd994cd1a288a4365297f92a8ab9ce1a1dc0")]
    [InlineData("interrupted", "send review 0 attempt 0 ik:348169dfb832b5022a215ae211023f0197c2d75a8ec68b6140bbef6073a371be")]
    [InlineData(
        "interrupted-over-a-specification",
        "send update_spec 0 attempt 0 ik:4726f5be97aee0b4cc89c86339e93128eff9c47827e71da426151d09dbe06fd9")]
    [InlineData("resumed-after-failure", "send implement 0 attempt 3 ik:4cf438f51ba362d1c4e0fe2f1d4fbd994cd1a288a4365297f92a8ab9ce1a1dc0")]
    [InlineData("reused", "send update_spec 0 attempt 0 ik:4726f5be97aee0b4cc89c86339e93128eff9c47827e71da426151d09dbe06fd9")]
    [InlineData("failed", "fail no_quota")]
    [InlineData("failing-tests", "send implement_changes 0 attempt 0 ik:7536a728938a103abd36764fcdc44377a2a5bc88dcd8f303f4882e8e73bde25b")]
    public void Are_followed_by_what_always_followed(string history, string decision)
    {
        Assert.Equal(decision, Describe(Replay(history).Aggregate(History.Empty, (folded, message) => folded.Apply(message))));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Hold_the_commands_that_are_decided_on_today(string name)
    {
        var history = History.Empty;
        foreach (var message in Replay(name))
        {
            if (message is Command command)
            {
                Assert.Equal(
                    $"send {command.Action.WireName} {command.Inputs.GetProperty("iteration")} attempt {command.Retry.Attempt} "
                        + $"{command.IdempotencyKey}",
                    Describe(history));
            }

            history = history.Apply(message);
        }
    }

    [Theory]
    [MemberData(nameof(StoryNames))]
    public async Task Are_written_from_stories_that_real_runs_tell(string story)
    {
        using var workspace = new WorkspaceUnderTest();
        var text = HistoryText.Write(await RecordedHistories.All[story](workspace));

        // So a new story gets its history: the folder is tests/Lorch.Crash.Tests/Histories.
        if (Environment.GetEnvironmentVariable("LORCH_WRITE_HISTORIES") is { Length: > 0 } folder && !File.Exists(PathOf(story)))
        {
            await File.WriteAllTextAsync(Path.Join(folder, story + ".ndjson"), text, TestContext.Current.CancellationToken);
        }

        Assert.Equal(Kinds(await File.ReadAllTextAsync(PathOf(story), TestContext.Current.CancellationToken)), Kinds(text));
    }

    public static TheoryData<string> Names() =>
        [.. Directory.EnumerateFiles(Path.GetDirectoryName(PathOf(""))!, "*.ndjson")
            .Select(file => Path.GetFileNameWithoutExtension(file)!)];

    public static TheoryData<string> StoryNames() => [.. RecordedHistories.All.Keys];

    private static IEnumerable<Message> Replay(string history) =>
        LedgerReader.Read(PathOf(history), TestContext.Current.CancellationToken).Select(entry => entry.Message);

    private static string Describe(History history) => history.Status is RunStatus.Completed ? "complete" : Workflow.Next(history) switch
    {
        Decision.Send { Request: var request } =>
            $"send {request.Action.WireName} {request.Iteration} attempt {request.Retry.Attempt} {request.Key}",
        Decision.Fail { Reason: var reason } => $"fail {reason.Code}",
        _ => "complete",
    };

    private static IEnumerable<string?> Kinds(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => JsonElement.Parse(line))
        .Select(line => line.TryGetProperty("event", out var name) ? name.GetString() : line.GetProperty("action").GetString());

    private static string PathOf(string history) => Path.Join(AppContext.BaseDirectory, "Histories", history + ".ndjson");
}
