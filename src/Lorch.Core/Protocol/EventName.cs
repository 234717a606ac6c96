using System.Text.Json.Serialization;
using Lorch.Core.Json;

namespace Lorch.Core.Protocol;

/// <summary>What an event says happened.</summary>
[JsonConverter(typeof(EventNameConverter))]
public enum EventName
{
    /// <summary>A builder tells how far it is.</summary>
    BuilderProgress,

    /// <summary>A builder is done.</summary>
    BuilderCompleted,

    /// <summary>A file was produced.</summary>
    ArtifactProduced,

    /// <summary>Something to read in the log.</summary>
    Log,

    /// <summary>A reviewer is done.</summary>
    ReviewCompleted,

    /// <summary>The specifications were brought up to date.</summary>
    SpecUpdated,

    /// <summary>The specifications needed no change.</summary>
    SpecNoChangesNeeded,

    /// <summary>The specification can't be met as built: changes are asked for.</summary>
    SpecChangesRequested,

    /// <summary>The command failed.</summary>
    Error,

    /// <summary>A run began.</summary>
    RunStarted,

    /// <summary>A step was proven.</summary>
    StepRecorded,

    /// <summary>A step's earlier receipt answered.</summary>
    StepReused,

    /// <summary>An attempt failed.</summary>
    AttemptFailed,

    /// <summary>A run goes on.</summary>
    RunResumed,

    /// <summary>A run is complete.</summary>
    RunCompleted,

    /// <summary>A run failed.</summary>
    RunFailed,

    /// <summary>A run was given up.</summary>
    RunAborted,

    /// <summary>A run was cancelled and can be resumed.</summary>
    RunInterrupted,

    /// <summary>The workspace changed between interruption and resume.</summary>
    SnapshotDrift,

    /// <summary>An agent's process was started.</summary>
    AgentStarted,

    /// <summary>An agent's process ended.</summary>
    AgentExited,

    /// <summary>An agent's heartbeats stopped.</summary>
    AgentUnhealthy,

    /// <summary>A line was no message, or a message that doesn't count.</summary>
    MessageRejected,

    /// <summary>An artifact isn't what the agent said.</summary>
    ArtifactRejected,

    /// <summary>An agent didn't answer in time.</summary>
    DeadlineExceeded,

    /// <summary>The files of a run's completion are durable.</summary>
    Recorded,

    /// <summary>A person says that a task is done.</summary>
    Accepted,

    /// <summary>The files that a run made are being put into the workspace.</summary>
    Landing,

    /// <summary>The files that a run made are in the workspace.</summary>
    Landed,

    /// <summary>What a run made stands on the workspace as it has become meanwhile.</summary>
    Rebased,

    /// <summary>What a run had put into the workspace is taken back.</summary>
    Undone,
}

/// <summary>The wire names of <see cref="EventName"/>, and what they mean for a command.</summary>
internal static class EventNames
{
    internal static readonly WireNames<EventName> All = new(
        (EventName.BuilderProgress, "builder.progress"),
        (EventName.BuilderCompleted, "builder.completed"),
        (EventName.ArtifactProduced, "artifact.produced"),
        (EventName.Log, "log"),
        (EventName.ReviewCompleted, "review.completed"),
        (EventName.SpecUpdated, "spec.updated"),
        (EventName.SpecNoChangesNeeded, "spec.no_changes_needed"),
        (EventName.SpecChangesRequested, "spec.changes_requested"),
        (EventName.Error, "error"),
        (EventName.RunStarted, "system.run_started"),
        (EventName.StepRecorded, "system.step_recorded"),
        (EventName.StepReused, "system.step_reused"),
        (EventName.AttemptFailed, "system.attempt_failed"),
        (EventName.RunResumed, "system.run_resumed"),
        (EventName.RunCompleted, "system.run_completed"),
        (EventName.RunFailed, "system.run_failed"),
        (EventName.RunAborted, "system.run_aborted"),
        (EventName.RunInterrupted, "system.run_interrupted"),
        (EventName.SnapshotDrift, "system.snapshot_drift"),
        (EventName.AgentStarted, "system.agent_started"),
        (EventName.AgentExited, "system.agent_exited"),
        (EventName.AgentUnhealthy, "system.agent_unhealthy"),
        (EventName.MessageRejected, "system.message_rejected"),
        (EventName.ArtifactRejected, "system.artifact_rejected"),
        (EventName.DeadlineExceeded, "system.deadline_exceeded"),
        (EventName.Recorded, "system.recorded"),
        (EventName.Accepted, "system.accepted"),
        (EventName.Landing, "system.landing"),
        (EventName.Landed, "system.landed"),
        (EventName.Rebased, "system.rebased"),
        (EventName.Undone, "system.undone"));

    extension(EventName name)
    {
        /// <summary>Gets the name as it stands in messages and files.</summary>
        public string WireName => All[name];

        /// <summary>Gets a value indicating whether the event ends the command it answers.</summary>
        public bool IsTerminal => name is EventName.BuilderCompleted or EventName.ReviewCompleted or EventName.SpecUpdated
            or EventName.SpecNoChangesNeeded or EventName.SpecChangesRequested or EventName.Error;

        /// <summary>Gets a value indicating whether the event comes from Lorch alone.</summary>
        public bool IsSystem => name >= EventName.RunStarted;

        /// <summary>Tells whether an agent that works an action may send the event.</summary>
        /// <param name="action">The action of the command in flight.</param>
        /// <returns>Whether the event counts.</returns>
        public bool IsAllowedFor(AgentAction action) => name switch
        {
            EventName.ArtifactProduced or EventName.Log or EventName.Error => true,
            EventName.BuilderProgress or EventName.BuilderCompleted =>
                action is AgentAction.Implement or AgentAction.ImplementChanges,
            EventName.ReviewCompleted => action is AgentAction.Review,
            EventName.SpecUpdated or EventName.SpecNoChangesNeeded or EventName.SpecChangesRequested =>
                action is AgentAction.UpdateSpec,
            _ => false,
        };
    }
}

internal sealed class EventNameConverter() : WireNameConverter<EventName>(EventNames.All);
