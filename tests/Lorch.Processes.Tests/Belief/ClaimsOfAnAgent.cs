using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lorch.Core;
using Lorch.Core.Hashing;
using Lorch.Core.Ledgers;
using Lorch.Core.Protocol;
using Lorch.Core.Receipts;
using Lorch.Core.Runs;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Storage;
using Lorch.Processes.Tests.Agents;
using Lorch.Testing;

namespace Lorch.Processes.Tests.Belief;

/// <summary>
/// A run whose builder is a process and tries one claim in each of its attempts, as raw lines; the last attempt is honest.
/// </summary>
internal sealed class ClaimsOfAnAgent : IDisposable, IRunObserver
{
    private readonly List<Claim> _claims = [];
    private readonly CancellationTokenSource _guard = new(TimeSpan.FromSeconds(60));

    public TemporaryWorkspace Workspace { get; } = new();

    public TemporaryWorkspace Outside { get; } = new();

    /// <summary>Where in the workspace Lorch keeps its records; at its root by default.</summary>
    public string? StateRootInside { get; init; }

    public string Policy { get; init; } = "";

    private string? StateRoot => StateRootInside is null ? null : Workspace.At(StateRootInside);

    private WorkspaceLayout Layout => new(Workspace.Root, StateRoot);

    public void Say(RunNotice notice) => TestContext.Current.TestOutputHelper?.WriteLine(notice.Text);

    /// <summary>
    /// Claims an artifact that is described rightly, if it can be read at all. Whether the line is a message decides what must come of it.
    /// </summary>
    public void Artifact(string path, string reason, string? realFile = null)
    {
        var bytes = realFile is not null && File.Exists(realFile) ? File.ReadAllBytes(realFile) : [];
        Artifact(path, reason, Sha256Digest.Of(bytes), bytes.Length);
    }

    public void Artifact(string path, string reason, Sha256Digest digest, long size) => _claims.Add(new Claim(
        $"artifact '{path}'",
        Line("artifacts", new JsonArray(Describe(path, digest, size))),
        IsPath(path) ? EventName.ArtifactRejected : EventName.MessageRejected,
        IsPath(path) ? path : "$.artifacts[0].path",
        reason));

    public void Removal(string path, string reason) => _claims.Add(new Claim(
        $"removed '{path}'",
        Line("removed", new JsonArray(path)),
        IsPath(path) ? EventName.ArtifactRejected : EventName.MessageRejected,
        IsPath(path) ? path : "$.removed[0]",
        reason));

    /// <summary>Claims one path twice, with different contents.</summary>
    public void Twice(string path, Sha256Digest first, Sha256Digest second, long size, string reason) => _claims.Add(new Claim(
        $"artifact '{path}' twice",
        Line("artifacts", new JsonArray(Describe(path, first, size), Describe(path, second, size))),
        EventName.ArtifactRejected,
        path,
        reason));

    /// <summary>Sends an event in which one thing was written otherwise.</summary>
    public void Event(string rightly, string otherwise, string? path, string reason)
    {
        var line = Line("payload", new JsonObject { ["n"] = 1 });
        _claims.Add(new Claim(
            $"{rightly} as {otherwise}",
            line.Replace(rightly, otherwise, StringComparison.Ordinal),
            EventName.MessageRejected,
            path,
            reason));
    }

    /// <summary>Runs all, and says what came of a claim otherwise than it must.</summary>
    public async Task<IReadOnlyList<string>> RunAsync()
    {
        Workspace.Write("specs/a.md", "# A\n");
        Workspace.Write("script.json", Script());
        Workspace.Write("lorch.json", Configuration());
        var workspace = LorchWorkspace.Open(
            new WorkspaceSettings
            {
                WorkspaceRoot = Workspace.Root,
                StateRoot = StateRoot,
                AgentHost = AgentStage.Host,
                Environment = EnvironmentOfTest()
            },
            TimeProvider.System);
        var result = await workspace.RunAsync(new RunRequest { TaskId = TaskId.Parse("T-1") }, this, _guard.Token);
        Assert.Equal(RunOutcome.Completed, result.Outcome);
        var receipts = new ReceiptStore(Layout, new DurableFiles()).Load(TaskId.Parse("T-1")).Select(stored => stored.Receipt).ToList();
        Assert.Equal(["src/honest.txt"], receipts.SelectMany(receipt => receipt.Artifacts).Select(artifact => artifact.Path.ToString()));
        Assert.Empty(receipts.SelectMany(receipt => receipt.Removed));
        Assert.True((await workspace.VerifyAsync(_guard.Token)).IsContent);
        return [.. Judge(LedgerReader.Read(result.LedgerPath!, _guard.Token).Select(entry => entry.Message).ToList())];
    }

    public int Count => _claims.Count;

    public void Dispose()
    {
        Workspace.Dispose();
        Outside.Dispose();
        _guard.Dispose();
    }

    private static bool IsPath(string path) => RelativePath.TryParse(path, out _);

    private static JsonObject Describe(string path, Sha256Digest digest, long size) =>
        new() { ["path"] = path, ["sha256"] = digest.ToString(), ["size"] = size };

    private static Dictionary<string, string> EnvironmentOfTest() => Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "");

    private IEnumerable<string> Judge(List<Message> ledger)
    {
        foreach (var (i, claim) in _claims.Index())
        {
            var attempt = ledger
                .SkipWhile(message => message is not Command command || command.Retry.Attempt != i)
                .TakeWhile(message => message is not Command command || command.Retry.Attempt == i)
                .OfType<Event>()
                .ToList();
            var rejection = attempt.FirstOrDefault(said => said.Name == claim.Expected);
            var payload = rejection?.Payload ?? JsonElement.Parse("{}");
            var path = payload.TryGetProperty("path", out var found) ? found.GetString() : null;
            var reason = payload.TryGetProperty("reason", out var text) ? text.GetString() : null;
            if (path != claim.Path || reason?.Contains(claim.Reason, StringComparison.Ordinal) is not true)
            {
                yield return $"{claim.Name}: expected {claim.Expected.WireName} at {claim.Path} because it '{claim.Reason}', "
                    + $"but there were {string.Join(", ", attempt.Select(said => $"{said.Name.WireName} {said.Payload}"))}";
            }
        }
    }

    private string Script()
    {
        var attempts = new JsonArray();
        foreach (var claim in _claims)
        {
            attempts.Add(claim.Expected is EventName.MessageRejected
                ? new JsonObject { ["raw"] = claim.Line, ["error"] = "what was refused ended nothing" }
                : new JsonObject { ["raw"] = claim.Line });
        }

        attempts.Add(
            JsonNode.Parse("""{"events":[{"type":"builder.completed","artifacts":[{"path":"src/honest.txt","content":"honest"}]}]}"""));
        return new JsonObject
        {
            ["responses"] = new JsonObject
            {
                ["implement"] = new JsonArray(attempts),
                ["review"] = JsonNode.Parse("""{"events":[{"type":"review.completed","status":"approved"}]}"""),
                ["update_spec"] = JsonNode.Parse("""{"events":[{"type":"spec.no_changes_needed"}]}"""),
            },
        }.ToJsonString();
    }

    private string Configuration()
    {
        static string Mock(string type) => $$"""{"cmd":["lorch-agent","mock","--type","{{type}}","--script","script.json"]}""";
        var (builder, reviewer, maintainer) = (Mock("builder"), Mock("reviewer"), Mock("spec_maintainer"));
        return $$$"""
            {
              "version": "1.0",
              "policy": { {{{Policy}}} "retry": { "max_attempts": 100, "backoff": { "initial_ms": 0, "max_ms": 0 } } },
              "agents": { "builder": {{{builder}}}, "reviewer": {{{reviewer}}}, "spec_maintainer": {{{maintainer}}} },
              "tasks": [ { "id": "T-1", "goal": "g", "inputs": ["specs/**"] } ]
            }
            """;
    }

    private string Line(string member, JsonNode value) => new JsonObject
    {
        ["kind"] = "event",
        ["message_id"] = new Guid(_claims.Count, 1, 0x7000, 0x80, 0, 0, 0, 0, 0, 0, 1).ToString(),
        ["correlation_id"] = "corr-T-1-implement-0",
        ["task_id"] = "T-1",
        ["from"] = new JsonObject { ["agent_type"] = "builder" },
        ["event"] = "builder.completed",
        [member] = value,
        ["occurred_at"] = "2026-01-31T09:05:00.000Z",
    }.ToJsonString() + "\n";

    private sealed record Claim(string Name, string Line, EventName Expected, string? Path, string Reason);
}
