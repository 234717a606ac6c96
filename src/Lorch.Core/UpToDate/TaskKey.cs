using System.Text.Json;
using Lorch.Core.Hashing;
using Lorch.Core.Json;
using Lorch.Core.Protocol;
using Lorch.Core.Workflows;

namespace Lorch.Core.UpToDate;

/// <summary>Everything that decides whether a task is done, in one key, with its parts.</summary>
internal sealed record TaskKey
{
    private const string Action = "run";

    public required IdempotencyKey Key { get; init; }

    /// <summary>
    /// The digest of what was asked for, and of the agents if the task regenerates its files: the key without the content of the inputs.
    /// </summary>
    public required Sha256Digest Definition { get; init; }

    public required SnapshotId Inputs { get; init; }

    /// <summary>Computes the key: the idempotency key's formula with the action <c>run</c>.</summary>
    /// <param name="task">The task.</param>
    /// <param name="definition">Its definition, dependencies included.</param>
    /// <param name="agents">Every agent's identity.</param>
    /// <param name="inputs">The id of the snapshot of its inputs alone.</param>
    public static TaskKey Compute(
        TaskId task,
        JsonElement definition,
        IReadOnlyDictionary<AgentType, JsonElement> agents,
        SnapshotId inputs)
    {
        var parts = Parts(definition, agents);
        var expected = CommandFactory.ToElement(DefinitionTerms.ExpectedOutputs(definition));
        return new TaskKey
        {
            Key = IdempotencyKey.Compute(Action, task, inputs, parts, expected),
            Definition = CanonicalJson.Digest(parts),
            Inputs = inputs,
        };
    }

    private static JsonElement Parts(JsonElement definition, IReadOnlyDictionary<AgentType, JsonElement> agents) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WritePropertyName("definition");
        DefinitionTerms.Asked(definition).WriteTo(writer);
        if (DefinitionTerms.Regenerates(definition))
        {
            writer.WriteStartObject("agents");
            foreach (var (type, identity) in agents)
            {
                writer.WritePropertyName(type.WireName);
                identity.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    });
}
