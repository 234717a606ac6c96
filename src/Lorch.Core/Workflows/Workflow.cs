using Lorch.Core.Protocol;

namespace Lorch.Core.Workflows;

/// <summary>
/// Decides what a run does next, from its history alone: the same history always gives the same command with the same key.
/// </summary>
internal static class Workflow
{
    /// <summary>Decides.</summary>
    /// <param name="history">A history that was started, with no terminal event unjudged.</param>
    public static Decision Next(History history)
    {
        var last = history.Steps.Count == 0 ? null : history.Steps[^1];
        if ((history.Rework is null ? NextAction(history, last) : AgentAction.ImplementChanges) is not { } action)
        {
            return new Decision.Complete();
        }

        if (history.Rework is null && Standstill.IsReached(history))
        {
            return new Decision.Fail(NoProgress(last!));
        }

        if (action is AgentAction.ImplementChanges && IterationsSinceResumed(history) >= history.Started!.MaxIterations)
        {
            return new Decision.Fail(TooManyIterations(history, last!));
        }

        var request = CommandFactory.Create(history, action, action is AgentAction.ImplementChanges ? ChangeCause.Of(history) : null);
        if (!request.FitsAMessage)
        {
            return new Decision.Fail(new FailureReason(
                FailureReason.CommandTooLong,
                $"what {action.WireName} would have to say, the goal and other texts in files, has more "
                    + $"than {Message.MaxBytes} bytes, which a message may have; "
                + "shorten the task's parameters or its list of expected outputs"));
        }

        return history.Failures.GetValueOrDefault(request.Key) is { SinceResumed: > 0 } failed && IsUsedUp(failed, history)
            ? new Decision.Fail(new FailureReason(failed.Last.Code, failed.Last.Message))
            : new Decision.Send(request);
    }

    /// <summary>Whether a step with this outcome can be proven: it moves the workflow on, and is not a failure of its own.</summary>
    public static bool MovesOn(Outcome outcome, FailingTestsRule onFailingTests) =>
        outcome.Event is not EventName.Error
        && (onFailingTests is FailingTestsRule.Changes || !OutcomeRules.HasFailingTests(outcome));

    private static AgentAction? NextAction(History history, ProvenStep? last) => last switch
    {
        null => AgentAction.Implement,
        { Action: AgentAction.Implement or AgentAction.ImplementChanges } =>
            history.Started!.OnFailingTests is FailingTestsRule.Changes && OutcomeRules.HasFailingTests(last.Outcome)
                ? AgentAction.ImplementChanges
                : First(history, AgentAction.Review, AgentAction.UpdateSpec),
        _ when OutcomeRules.AsksForChanges(last.Outcome) => AgentAction.ImplementChanges,
        { Action: AgentAction.Review } => First(history, AgentAction.UpdateSpec),
        _ => null,
    };

    /// <summary>The first of some actions that there is an agent for: the steps of one that is missing are left out.</summary>
    private static AgentAction? First(History history, params ReadOnlySpan<AgentAction> actions)
    {
        foreach (var action in actions)
        {
            if (history.Agents.ContainsKey(action.Agent))
            {
                return action;
            }
        }

        return null;
    }

    private static int IterationsSinceResumed(History history) =>
        history.Steps.Skip(history.StepsWhenResumed).Count(step => step.Action is AgentAction.ImplementChanges);

    private static bool IsUsedUp(FailedAttempts failed, History history) =>
        !failed.Last.Retriable || failed.SinceResumed >= history.Started!.MaxAttempts;

    private static FailureReason NoProgress(ProvenStep last)
    {
        var summary = OutcomeRules.Summary(last.Outcome.Payload) is { } text ? $": {text}" : "";
        return new FailureReason(
            FailureReason.NoProgress,
            $"{last.Action.WireName} asks for the same changes again, and the last round changed no file{summary}");
    }

    private static FailureReason TooManyIterations(History history, ProvenStep last)
    {
        var rounds = $"after {history.Started!.MaxIterations} rounds (policy.max_iterations)";
        if (history.Rework is { Cause: { } cause })
        {
            return new FailureReason(FailureReason.MaxIterations, $"what it made must be looked at again {rounds}: {cause}");
        }

        var summary = OutcomeRules.Summary(last.Outcome.Payload) is { } text ? $": {text}" : "";
        return new FailureReason(
            FailureReason.MaxIterations,
            $"an agent asks for changes again {rounds}; the last to ask was {last.Action.WireName}{summary}");
    }
}
