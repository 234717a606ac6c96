using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Records;

/// <summary>What is said of a step: one line, its columns under each other.</summary>
internal static class StepStory
{
    /// <summary>A step that was worked; its duration is unknown when a crash came between.</summary>
    public static string Worked(TaskId task, ProvenStep step, TimeSpan? duration) =>
        $"{Head(task, step.Step, step.Action)} {Result(step),-38} {(duration is { } known ? Narrator.Duration(known) : "")} {Usage.Of(step.Outcome.Payload).ToText()}".TrimEnd();

    public static string Reused(TaskId task, StepReused step) =>
        $"{Head(task, step.Step, step.Action)} reused from {step.RunId}";

    private static string Head(TaskId task, int step, AgentAction action) =>
        $"{task} step {step,-3} {action.WireName,-17} {action.Agent.WireName,-15}";

    private static string Result(ProvenStep step)
    {
        var word = step.Outcome switch
        {
            { Event: EventName.ReviewCompleted, Status: OutcomeRules.ChangesRequested } => "changes requested",
            { Event: EventName.ReviewCompleted } => "approved",
            { Event: EventName.SpecUpdated } => "specifications updated",
            { Event: EventName.SpecNoChangesNeeded } => "specifications are right",
            { Event: EventName.SpecChangesRequested } => "changes requested",
            _ when OutcomeRules.HasFailingTests(step.Outcome) => "tests fail",
            _ => "completed",
        };
        return step.Artifacts.Count switch
        {
            0 => word,
            1 => $"{word}, 1 artifact",
            var count => $"{word}, {count} artifacts",
        };
    }
}
