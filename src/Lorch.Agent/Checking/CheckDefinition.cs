using System.Text.Json;
using Lorch.Core;
using Lorch.Core.Agents;
using Lorch.Core.Json;
using Lorch.Core.Protocol;

namespace Lorch.Agent.Checking;

/// <summary>What a check asks for, as lorch.json would say it.</summary>
internal static class CheckDefinition
{
    /// <summary>The task.</summary>
    public static readonly TaskId Id = TaskId.Parse("lorch-check");

    /// <summary>The run that the agent is told of.</summary>
    public static readonly RunId RunId = RunId.Parse("run-20260101-000000-00000000");

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
        Write(writer, options, withId: true);
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    /// <summary>Writes the task.</summary>
    public static void Write(Utf8JsonWriter writer, CheckOptions options, bool withId)
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
}
