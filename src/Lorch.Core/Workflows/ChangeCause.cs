using Lorch.Core.Json;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;

namespace Lorch.Core.Workflows;

/// <summary>Why a builder is asked for changes: an agent asked for them, or others changed what the work stands on.</summary>
/// <param name="Outcome">What was said.</param>
/// <param name="File">The file that says what to change, if there is one.</param>
internal sealed record ChangeCause(Outcome Outcome, Artifact? File)
{
    /// <summary>Finds it; to be asked where changes are asked for.</summary>
    public static ChangeCause Of(History history)
    {
        if (history.Rework is { } rework)
        {
            return new ChangeCause(OutcomeOf(rework), null);
        }

        var step = history.Steps[^1];
        return new ChangeCause(step.Outcome, FileOf(history.TaskId, step));
    }

    private static Outcome OutcomeOf(Rebased rebased) => new()
    {
        Event = EventName.Rebased,
        Payload = JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("summary", rebased.Cause);
            writer.WriteStartArray("conflicts");
            foreach (var path in rebased.Conflicts)
            {
                writer.WriteStringValue(path.ToString());
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }),
    };

    /// <summary>The review or the notes if it was named, else the first artifact by path.</summary>
    private static Artifact? FileOf(TaskId task, ProvenStep step)
    {
        var own = step.Action is AgentAction.UpdateSpec ? DefinitionTerms.SpecNotes(task) : DefinitionTerms.Review(task);
        return step.Artifacts.FirstOrDefault(artifact => artifact.Path == own) ?? step.Artifacts.MinBy(artifact => artifact.Path);
    }
}
