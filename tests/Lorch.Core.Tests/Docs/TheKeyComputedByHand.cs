using System.Text.Json;
using Lorch.Core.Configuration;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Snapshots.Index;
using Lorch.Core.Snapshots.Manifests;
using Lorch.Core.Workflows;
using Lorch.Testing;

namespace Lorch.Core.Tests.Docs;

/// <summary>The example in <c>docs/IDEMPOTENCY.md</c>: its five printed lines are definition, agent, snapshot, inputs and key.</summary>
public sealed class TheKeyComputedByHand
{
    private static readonly Document Page = Document.Read("IDEMPOTENCY.md");
    private static readonly string[] Printed = Page.CodeIn("text").TrimEnd('\n').Split('\n');

    [Fact]
    public void Is_the_key_of_its_five_parts()
    {
        var key = IdempotencyKey.Compute(
            "implement",
            TaskId.Parse("T-0001"),
            SnapshotId.Parse(Printed[2]),
            JsonElement.Parse(Printed[3]),
            JsonElement.Parse("""[{"path":"src/hello.txt","required":true}]"""));

        Assert.Equal(Printed[4], key.ToString());
    }

    [Fact]
    public void Is_the_key_of_the_first_command_of_such_a_run()
    {
        var configuration = ConfigurationFile.Parse(
            "/lorch.json",
            System.Text.Encoding.UTF8.GetBytes($$"""
                {
                  "version": "1.0",
                  "agents": { "builder": { "cmd": ["my-builder"] }, "reviewer": { "cmd": ["r"] }, "spec_maintainer": { "cmd": ["s"] } },
                  "tasks": [{{Page.CodeIn("json")}}]
                }
                """));
        var snapshot = Manifest.ComputeId(
        [
            new ManifestFile
            {
                Path = RelativePath.Parse("specs/hello.md"),
                Sha256 = Sha256Digest.Of("Say hello.\n"u8),
                Size = 11,
                Mtime = default
            },
        ]);
        var definition = DefinitionTerms.Create(configuration.Tasks[0], new Dictionary<TaskId, Sha256Digest>());
        var history = History.Empty.ApplyStart(configuration.Tasks[0].Id, new RunStarted
        {
            Format = 1,
            RunId = RunId.Parse("run-20260131-090500-0a1b2c3d"),
            SnapshotId = snapshot,
            TaskKey = IdempotencyKey.Parse("ik:" + new string('0', 64)),
            Definition = definition,
            Agents = configuration.Agents.ToDictionary(agent => agent.Key, agent => CanonicalJson.Digest(agent.Value.Identity)),
            MaxAttempts = 3,
            MaxIterations = 10,
            OnFailingTests = FailingTestsRule.Fail,
        });

        var command = Assert.IsType<Decision.Send>(Workflow.Next(history)).Request;

        Assert.Equal<string>(
            Printed,
            [
                CanonicalJson.Digest(definition).ToString(),
                history.Agents[AgentType.Builder].ToString(),
                snapshot.ToString(),
                System.Text.Encoding.UTF8.GetString(CanonicalJson.GetBytes(command.Inputs)),
                command.Key.ToString(),
            ]);
    }
}
