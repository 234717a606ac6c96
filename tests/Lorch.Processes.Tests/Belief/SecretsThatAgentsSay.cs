using System.Text.Json;
using System.Text.Json.Nodes;
using Lorch.Core;
using Lorch.Core.Ledgers;
using Lorch.Core.Protocol;
using Lorch.Core.Runs;
using Lorch.Core.Runs.Contract;
using Lorch.Processes.Tests.Agents;
using Lorch.Testing;

namespace Lorch.Processes.Tests.Belief;

/// <summary>Agents that say their secrets on every way there is, and where a run leaves them.</summary>
public sealed class SecretsThatAgentsSay : IDisposable, IRunObserver
{
    // A key of the build, a variable of lorch.json, and one whose name says nothing until it is configured.
    private static readonly PlantedSecret[] Secrets = [new("Qz7/pW+x9Kd2Lm4T"), new("Vb3-nR8_yH5jGc6F"), new("Xu1~eD4.aS9kPo2I")];

    private readonly TemporaryWorkspace _workspace = new();
    private readonly List<string> _shown = [];
    private readonly CancellationTokenSource _guard = new(TimeSpan.FromSeconds(60));

    public void Dispose()
    {
        _workspace.Dispose();
        _guard.Dispose();
    }

    void IRunObserver.Say(RunNotice notice) => _shown.Add(notice.Text);

    [Fact]
    public async Task Stand_nowhere_but_in_what_the_ledger_accepted()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no sh.");
        WriteAgents();
        var workspace = Open();

        var result = await workspace.RunAsync(new RunRequest { TaskId = TaskId.Parse("T-1") }, this, _guard.Token);

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.Contains(result.Diagnostics, found => found.Code == DiagnosticCode.ReviewFinding);
        Assert.Contains(result.Diagnostics, found => found.Code == DiagnosticCode.AgentReportedError);
        var accepted = AssertLedger(result);
        Assert.All(Secrets, secret => Assert.Contains(accepted, line => secret.FindIn(line).Count > 0));
        Assert.All(Files(), file => AssertClean(file, File.ReadAllText(file)));
        Assert.All(_shown, line => AssertClean("console", line));
        Assert.All(result.Diagnostics, found => AssertClean(found.Code, found.ToString()));
        Assert.All(result.Findings, found => AssertClean("finding", $"{found.File} {found.Severity} {found.Message}"));
        AssertClean("status", JsonSerializer.Serialize(await workspace.StatusAsync(_guard.Token)));
        Assert.All(await VerifyAsync(workspace), found => AssertClean("verification", found.ToString()));
    }

    private static void AssertClean(string where, string text) =>
        Assert.All(Secrets, secret => Assert.True(secret.FindIn(text) is [], $"{where}: {string.Join(" | ", secret.FindIn(text))}"));

    private async Task<IReadOnlyList<Diagnostic>> VerifyAsync(LorchWorkspace workspace) =>
        (await workspace.VerifyAsync(_guard.Token)).Diagnostics;

    /// <summary>Lorch's own lines are clean, those of agents are as they said them.</summary>
    private IReadOnlyList<string> AssertLedger(RunResult result)
    {
        var events = LedgerReader.Read(result.LedgerPath!, _guard.Token).Select(entry => entry.Message).OfType<Event>().ToList();
        var own = events.Where(said => said.From.AgentType == AgentType.System).ToList();
        Assert.Equal(3, own.Count(said => said.Name is EventName.MessageRejected));
        Assert.Equal(2, own.Count(said => said.Name is EventName.AttemptFailed));
        Assert.All(
            own.Where(said => said.Name is not EventName.StepReused),
            said => AssertClean(said.Name.WireName, said.Payload.ToString()!));
        return [.. events.Except(own).Select(said => said.Payload.ToString()!)];
    }

    /// <summary>All that Lorch wrote, but for ledgers and receipts, which hold what agents said.</summary>
    private IEnumerable<string> Files() => new[] { "state", "logs", "transcripts", "snapshots" }
        .SelectMany(folder => Directory.GetFiles(_workspace.At(folder), "*", SearchOption.AllDirectories));

    private LorchWorkspace Open()
    {
        var environment = new Dictionary<string, string>
        {
            ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "",
            ["BUILD_API_KEY"] = Secrets[0].Value,
            ["INTERNAL_LICENCE"] = Secrets[2].Value,
        };
        return LorchWorkspace.Open(
            new WorkspaceSettings { WorkspaceRoot = _workspace.Root, AgentHost = AgentStage.Host, Environment = environment },
            TimeProvider.System);
    }

    /// <summary>The builder fails once and completes then, the reviewer finds something, the spec maintainer fails for good.</summary>
    private void WriteAgents()
    {
        var all = string.Join(" and ", Secrets.Select(secret => secret.Everywhere));
        _workspace.Write("specs/a.md", "# A\n");
        _workspace.Write(
            ".agents/agent.sh",
            """n=0; while read -r line; do cat ".agents/$1-$n.err" >&2; cat ".agents/$1-$n.out"; n=$((n+1)); done""");
        Write("builder", 0, all, [
            Say("implement", "builder", "builder.progress", new JsonObject { ["summary"] = all }),
            new JsonObject
            {
                ["kind"] = "log",
                ["level"] = "info",
                ["message"] = all,
                ["fields"] = new JsonObject { ["x"] = all },
                ["timestamp"] = Time
            }.ToJsonString(),
            $"this is no message: {all}",
            $$"""{"{{all}}":1}""",
            Say("review", "builder", "builder.completed", new JsonObject { ["summary"] = all }),
            Say("implement", "builder", "error", new JsonObject { ["code"] = Secrets[0].Value, ["message"] = all })]);
        Write(
            "builder",
            1,
            all,
            [Say(
                "implement",
                "builder",
                "builder.completed",
                new JsonObject { ["summary"] = all, ["tests"] = new JsonObject { ["status"] = "pass" } })]);
        var finding = new JsonObject { ["message"] = all, ["severity"] = "warning", ["file"] = "src/a.txt", ["line"] = 1 };
        Write(
            "reviewer",
            0,
            all,
            [Say("review", "reviewer", "review.completed", new JsonObject { ["findings"] = new JsonArray(finding) }, "approved")]);
        Write("spec_maintainer", 0, all, [
            Say("update_spec", "spec_maintainer", "error", new JsonObject { ["code"] = "e", ["message"] = all, ["retriable"] = false })]);
        _workspace.Write("lorch.json", $$$"""
            {
              "version": "1.0",
              "policy": { "secret_names": ["internal_*"], "retry": { "max_attempts": 2, "backoff": { "initial_ms": 0, "max_ms": 0 } } },
              "agents": {
                "builder": { "cmd": ["sh", ".agents/agent.sh", "builder"], "env": { "DEPLOY_TOKEN": "{{{Secrets[1].Value}}}" } },
                "reviewer": { "cmd": ["sh", ".agents/agent.sh", "reviewer"] },
                "spec_maintainer": { "cmd": ["sh", ".agents/agent.sh", "spec_maintainer"] }
              },
              "tasks": [ { "id": "T-1", "goal": "g", "inputs": ["specs/**"] } ]
            }
            """);
    }

    private const string Time = "2026-01-31T09:05:00.000Z";

    /// <summary>Standard error has lines that are cut within each of the secrets, at each of their characters.</summary>
    private void Write(string agent, int command, string all, IEnumerable<string> lines)
    {
        var cut = Secrets.SelectMany(
            secret => Enumerable.Range(0, secret.Value.Length).Select(i => new string('x', 4096 - i) + secret.Value));
        _workspace.Write($".agents/{agent}-{command}.err", string.Join('\n', [all, .. cut]) + "\n");
        _workspace.Write($".agents/{agent}-{command}.out", string.Join('\n', lines) + "\n");
    }

    private string Say(string action, string agent, string name, JsonObject payload, string? status = null)
    {
        var said = new JsonObject
        {
            ["kind"] = "event",
            ["message_id"] = Guid.NewGuid().ToString(),
            ["correlation_id"] = $"corr-T-1-{action}-0",
            ["task_id"] = "T-1",
            ["from"] = new JsonObject { ["agent_type"] = agent },
            ["event"] = name,
            ["payload"] = payload,
            ["occurred_at"] = Time,
        };
        if (status is not null)
        {
            said["status"] = status;
        }

        return said.ToJsonString();
    }
}
