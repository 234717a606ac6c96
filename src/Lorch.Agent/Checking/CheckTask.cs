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
    private const int MaxAttempts = 3;

    /// <summary>Makes the history after which an action is asked for.</summary>
    /// <param name="action">The action.</param>
    /// <param name="stage">What is checked, and where.</param>
    /// <param name="cancellationToken">Stops the reading of files.</param>
    public static async Task<History> HistoryBeforeAsync(AgentAction action, CheckStage stage, CancellationToken cancellationToken)
    {
        var history = History.Empty.ApplyStart(CheckDefinition.Id, Start(stage.Options, stage.Settings, stage.Workspace.SnapshotId));
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
        RunId = CheckDefinition.RunId,
        SnapshotId = snapshot,
        TaskKey = IdempotencyKey.Parse($"ik:{new string('0', 64)}"),
        Definition = JsonText.Write(writer => CheckDefinition.Write(writer, options, withId: false)),
        Agents = Enum.GetValues<AgentType>().ToDictionary(type => type, _ => CanonicalJson.Digest(settings.Identity)),
        MaxAttempts = MaxAttempts,
        MaxIterations = 10,
        OnFailingTests = FailingTestsRule.Changes,
    };

    private static History Prove(History history, Outcome outcome, params Artifact[] artifacts)
    {
        var request = Next(history);
        return history.ApplyReuse(new StepReused
        {
            Step = history.Steps.Count + 1,
            RunId = history.Started!.RunId,
            Receipt = new FileReference
            {
                Path = $"receipts/{CheckDefinition.Id}/step-{history.Steps.Count + 1}.json",
                Sha256 = Sha256Digest.Of([])
            },
            IdempotencyKey = request.Key,
            Action = request.Action,
            Iteration = request.Iteration,
            Artifacts = artifacts,
            Removed = [],
            Outcome = outcome,
        });
    }
}
