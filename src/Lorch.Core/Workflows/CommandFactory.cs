using System.Text.Json;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;

namespace Lorch.Core.Workflows;

/// <summary>Makes the next command of a history. Nothing that varies between machines or moments enters it.</summary>
internal static class CommandFactory
{
    private const int MaxWorkBytes = 65_536;

    /// <summary>The members that <c>inputs</c> has of its own, which a task's parameters can't be named.</summary>
    public static IReadOnlyList<string> ReservedParameters { get; } =
        ["goal", "definition", "agent", "iteration", "generation", "cause", "work", "work_file"];

    /// <summary>Makes a command.</summary>
    /// <param name="history">What is proven.</param>
    /// <param name="action">What to ask for.</param>
    /// <param name="cause">The step that asked for changes, if any.</param>
    public static CommandRequest Create(History history, AgentAction action, ProvenStep? cause)
    {
        var started = history.Started!;
        var iteration = history.Steps.Count(step => step.Action == action);
        var expected = ExpectedOutputs(history.TaskId, started.Definition, action);
        var workFile = action is AgentAction.Implement ? null : WorkFileOf(history);
        var inputs = JsonText.Write(writer => WriteInputs(writer, history, action, iteration, cause, workFile));
        var key = IdempotencyKey.Compute(
            action.WireName,
            history.TaskId,
            started.SnapshotId,
            inputs,
            JsonText.Write(writer => WriteExpectedOutputs(writer, expected)));
        return new CommandRequest
        {
            TaskId = history.TaskId,
            SnapshotId = started.SnapshotId,
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
            WorkFile = workFile,
        };
    }

    /// <summary>What a step has to produce.</summary>
    public static IReadOnlyList<ExpectedOutput> ExpectedOutputs(TaskId task, JsonElement definition, AgentAction action) => action switch
    {
        AgentAction.Review => [Optional($"reviews/{task}.json")],
        AgentAction.UpdateSpec => [Optional($"spec_notes/{task}.json")],
        _ => DefinitionTerms.ExpectedOutputs(definition),
    };

    /// <summary>Writes expected outputs the way that commands and keys have them: <c>required</c> always there.</summary>
    public static JsonElement ToElement(IReadOnlyList<ExpectedOutput> outputs) => JsonText.Write(writer => WriteExpectedOutputs(writer, outputs));

    private static ExpectedOutput Optional(string path) => new() { Path = RelativePath.Parse(path), Required = false };

    private static void WriteInputs(
        Utf8JsonWriter writer,
        History history,
        AgentAction action,
        int iteration,
        ProvenStep? cause,
        WorkFile? workFile)
    {
        var started = history.Started!;
        writer.WriteStartObject();
        writer.WriteString("goal", DefinitionTerms.Goal(started.Definition));
        writer.WriteString("definition", CanonicalJson.Digest(started.Definition).ToString());
        writer.WriteString("agent", history.Agents[action.Agent].ToString());
        writer.WriteNumber("iteration", iteration);
        if (started.Generation is { } generation)
        {
            writer.WriteNumber("generation", generation);
        }

        if (cause is not null)
        {
            WriteCause(writer, history.TaskId, cause);
        }

        if (workFile is not null)
        {
            WriteWorkFile(writer, workFile);
        }
        else if (action is not AgentAction.Implement)
        {
            writer.WritePropertyName("work");
            WriteWork(writer, history);
        }

        WriteParameters(writer, started.Definition);
        writer.WriteEndObject();
    }

    private static void WriteCause(Utf8JsonWriter writer, TaskId task, ProvenStep cause)
    {
        var file = FileOf(task, cause);
        writer.WriteStartObject("cause");
        writer.WriteString("event", cause.Outcome.Event.WireName);
        if (file is not null)
        {
            writer.WriteString("path", file.Path.ToString());
            writer.WriteString("sha256", file.Sha256.ToString());
        }

        writer.WriteString("payload_sha256", CanonicalJson.Digest(cause.Outcome.Payload ?? EmptyObject()).ToString());
        if (OutcomeRules.Summary(cause.Outcome.Payload) is { } summary)
        {
            writer.WriteString("summary", summary);
        }

        writer.WriteEndObject();
    }

    /// <summary>The file that says what to change: the review or the notes if it was named, else the first artifact by path.</summary>
    private static Artifact? FileOf(TaskId task, ProvenStep cause)
    {
        var own = ExpectedOutputs(task, EmptyObject(), cause.Action is AgentAction.UpdateSpec ? AgentAction.UpdateSpec : AgentAction.Review)[0].Path;
        return cause.Artifacts.FirstOrDefault(artifact => artifact.Path == own) ?? cause.Artifacts.MinBy(artifact => artifact.Path);
    }

    private static WorkFile? WorkFileOf(History history)
    {
        var content = CanonicalJson.GetBytes(JsonText.Write(writer => WriteWork(writer, history)));
        return content.Length > MaxWorkBytes ? new WorkFile(Sha256Digest.Of(content).Hex[..12], content) : null;
    }

    private static void WriteWorkFile(Utf8JsonWriter writer, WorkFile file)
    {
        writer.WriteStartObject("work_file");
        writer.WriteString("path", $"snapshots/work-{file.Hex12}.json");
        writer.WriteString("sha256", Sha256Digest.Of(file.Content.Span).ToString());
        writer.WriteNumber("size", file.Content.Length);
        writer.WriteEndObject();
    }

    private static void WriteWork(Utf8JsonWriter writer, History history) =>
        writer.WriteArtifacts(history.Products().Select(product => product.Artifact));

    private static void WriteParameters(Utf8JsonWriter writer, JsonElement definition)
    {
        foreach (var parameter in DefinitionTerms.Parameters(definition))
        {
            parameter.WriteTo(writer);
        }
    }

    private static void WriteExpectedOutputs(Utf8JsonWriter writer, IReadOnlyList<ExpectedOutput> outputs)
    {
        writer.WriteStartArray();
        foreach (var output in outputs)
        {
            writer.WriteStartObject();
            writer.WriteString("path", output.Path.ToString());
            if (output.Description is not null)
            {
                writer.WriteString("description", output.Description);
            }

            writer.WriteBoolean("required", output.Required);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static JsonElement EmptyObject() => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteEndObject();
    });
}
