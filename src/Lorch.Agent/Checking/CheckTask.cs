using System.Diagnostics;
using System.Text.Json;
using Lorch.Core;
using Lorch.Core.Agents;
using Lorch.Core.Hashing;
using Lorch.Core.Json;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Workflows;

namespace Lorch.Agent.Checking;

/// <summary>The task of a check, and the histories after which the workflow asks for each action: commands are made as in a run.</summary>
internal static class CheckTask
{
    /// <summary>The task.</summary>
    public static readonly TaskId Id = TaskId.Parse("lorch-check");

    /// <summary>The run that the agent is told of.</summary>
    public static readonly RunId RunId = RunId.Parse("run-20260101-000000-00000000");

    private const int MaxAttempts = 3;

    /// <summary>Writes lorch.json, for agents that look.</summary>
    public static JsonElement Configuration(CheckOptions options, AgentSettings settings) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("version", "1.0");
        writer.WriteStartObject("agents");
        foreach (var type in new[] { AgentType.Builder, AgentType.Reviewer, AgentType.SpecMaintainer })
        {
            // One agent is checked; a configuration with tasks names all three.
            writer.WritePropertyName(type.WireName);
            settings.Identity.WriteTo(writer);
        }

        writer.WriteEndObject();
        writer.WriteStartArray("tasks");
        WriteDefinition(writer, options, withId: true);
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    /// <summary>Makes the history after which an action is asked for.</summary>
    /// <param name="action">The action.</param>
    /// <param name="stage">What is checked, and where.</param>
    /// <param name="cancellationToken">Stops the reading of files.</param>
    public static async Task<History> HistoryBeforeAsync(AgentAction action, CheckStage stage, CancellationToken cancellationToken)
    {
        var history = History.Empty.ApplyStart(Id, Start(stage.Options, stage.Settings, stage.Workspace.SnapshotId));
        if (action is AgentAction.Implement)
        {
            return history;
        }

        var work = await stage.Workspace.DescribeAsync(stage.Options.Output, cancellationToken);
        history = Prove(history, new Outcome { Event = EventName.BuilderCompleted }, work);
        return action switch
        {
            AgentAction.Review => history,
            AgentAction.ImplementChanges => Prove(history, new Outcome
            {
                Event = EventName.ReviewCompleted,
                Status = OutcomeRules.ChangesRequested,
                Payload = JsonElement.Parse("""{"summary":"Let the text end with an exclamation mark."}"""),
            }),
            AgentAction.UpdateSpec => Prove(history, new Outcome { Event = EventName.ReviewCompleted, Status = OutcomeRules.Approved }),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>Gives the command that a history asks for.</summary>
    public static CommandRequest Next(History history) => ((Decision.Send)Workflow.Next(history)).Request;

    private static RunStarted Start(CheckOptions options, AgentSettings settings, SnapshotId snapshot) => new()
    {
        Format = 1,
        RunId = RunId,
        SnapshotId = snapshot,
        TaskKey = IdempotencyKey.Parse($"ik:{new string('0', 64)}"),
        Definition = JsonText.Write(writer => WriteDefinition(writer, options, withId: false)),
        Agents = Enum.GetValues<AgentType>().ToDictionary(type => type, _ => CanonicalJson.Digest(settings.Identity)),
        MaxAttempts = MaxAttempts,
        MaxIterations = 10,
        OnFailingTests = FailingTestsRule.Changes,
    };

    private static void WriteDefinition(Utf8JsonWriter writer, CheckOptions options, bool withId)
    {
        writer.WriteStartObject();
        if (withId)
        {
            writer.WriteString("id", Id.ToString());
        }

        writer.WriteString("goal", options.Goal);
        writer.WriteStartArray("inputs");
        writer.WriteStringValue("specs/**");
        writer.WriteEndArray();
        writer.WriteStartArray("expected_outputs");
        writer.WriteStartObject();
        writer.WriteString("path", options.Output.ToString());
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static History Prove(History history, Outcome outcome, params Artifact[] artifacts)
    {
        var request = Next(history);
        return history.ApplyReuse(new StepReused
        {
            Step = history.Steps.Count + 1,
            RunId = history.Started!.RunId,
            Receipt = new FileReference { Path = $"receipts/{Id}/step-{history.Steps.Count + 1}.json", Sha256 = Sha256Digest.Of([]) },
            IdempotencyKey = request.Key,
            Action = request.Action,
            Iteration = request.Iteration,
            Artifacts = artifacts,
            Removed = [],
            Outcome = outcome,
        });
    }
}
