using System.Text.Json;
using Lorch.Core.Hashing;
using Lorch.Core.Json;
using Lorch.Core.Protocol;

namespace Lorch.Core.Workflows;

/// <summary>Makes the next command of a history. Nothing that varies between machines or moments enters it.</summary>
internal static class CommandFactory
{
    /// <summary>
    /// How long a text may be in a command. The next one holds where the command doesn't fit into a message otherwise: what always fitted
    /// keeps its form, and so its key.
    /// </summary>
    private static readonly int[] LongestTexts = [int.MaxValue, 16_384, 1_024];

    /// <summary>Makes a command.</summary>
    /// <param name="history">What is proven.</param>
    /// <param name="action">What to ask for.</param>
    /// <param name="cause">Why changes are asked for, if they are.</param>
    /// <returns>The command. If no form of it fits into a message, one that doesn't.</returns>
    public static CommandRequest Create(History history, AgentAction action, ChangeCause? cause)
    {
        var forms = LongestTexts.Select(longest => Create(history, action, new CommandInputs(history, action, cause, longest)));
        CommandRequest? request = null;
        foreach (var form in forms)
        {
            request = form;
            if (request.FitsAMessage)
            {
                break;
            }
        }

        return request!;
    }

    /// <summary>What a step has to produce.</summary>
    public static IReadOnlyList<ExpectedOutput> ExpectedOutputs(TaskId task, JsonElement definition, AgentAction action) => action switch
    {
        AgentAction.Review => [Optional(DefinitionTerms.Review(task))],
        AgentAction.UpdateSpec => [Optional(DefinitionTerms.SpecNotes(task))],
        _ => DefinitionTerms.ExpectedOutputs(definition),
    };

    /// <summary>Writes expected outputs the way that commands and keys have them: <c>required</c> always there.</summary>
    public static JsonElement ToElement(IReadOnlyList<ExpectedOutput> outputs) =>
        JsonText.Write(writer => WriteExpectedOutputs(writer, outputs));

    private static CommandRequest Create(History history, AgentAction action, CommandInputs members)
    {
        var started = history.Started!;
        var iteration = history.Steps.Count(step => step.Action == action);
        var expected = ExpectedOutputs(history.TaskId, started.Definition, action);
        var inputs = members.Write(iteration);
        var key = IdempotencyKey.Compute(action.WireName, history.TaskId, history.SnapshotId, inputs, ToElement(expected));
        return new CommandRequest
        {
            TaskId = history.TaskId,
            SnapshotId = history.SnapshotId,
            Action = action,
            Iteration = iteration,
            Inputs = inputs,
            ExpectedOutputs = expected,
            Key = key,
            Retry = new Retry
            {
                Attempt = history.Failures.GetValueOrDefault(key)?.Count ?? 0,
                MaxAttempts = started.MaxAttempts,
            },
            Files = members.Files,
        };
    }

    private static ExpectedOutput Optional(RelativePath path) => new() { Path = path, Required = false };

    private static void WriteExpectedOutputs(Utf8JsonWriter writer, IReadOnlyList<ExpectedOutput> outputs)
    {
        writer.WriteStartArray();
        foreach (var output in outputs)
        {
            output.WriteTo(writer);
        }

        writer.WriteEndArray();
    }
}
