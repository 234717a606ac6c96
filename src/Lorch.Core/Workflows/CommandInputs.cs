using System.Globalization;
using System.Text;
using System.Text.Json;
using Lorch.Core.Hashing;
using Lorch.Core.Json;
using Lorch.Core.Protocol;

namespace Lorch.Core.Workflows;

/// <summary>
/// Writes the member <c>inputs</c> of a command: what the answer may depend on. Nothing that varies between machines or moments enters it.
/// </summary>
/// <param name="history">What is proven.</param>
/// <param name="action">What is asked for.</param>
/// <param name="cause">Why changes are asked for, if they are.</param>
/// <param name="longest">How many UTF-16 units a text may have to stand in the command; a longer one lies in a file.</param>
internal sealed class CommandInputs(History history, AgentAction action, ChangeCause? cause, int longest)
{
    private const int MaxWorkBytes = 65_536;

    private readonly List<CommandFile> _files = [];

    /// <summary>The files that what was written names.</summary>
    public IReadOnlyList<CommandFile> Files => _files;

    /// <summary>Writes the member's value.</summary>
    /// <param name="iteration">How many different commands of the action the run had before.</param>
    public JsonElement Write(int iteration) => JsonText.Write(writer => Write(writer, iteration));

    private void Write(Utf8JsonWriter writer, int iteration)
    {
        var started = history.Started!;
        writer.WriteStartObject();
        WriteGoal(writer, DefinitionTerms.Goal(started.Definition));
        writer.WriteString("definition", CanonicalJson.Digest(started.Definition).ToString());
        writer.WriteString("agent", history.Agents[action.Agent].ToString());
        writer.WriteNumber("iteration", iteration);
        if (started.Generation is { } generation)
        {
            writer.WriteNumber("generation", generation);
        }

        if (cause is not null)
        {
            WriteCause(writer, cause);
        }

        if (action is not AgentAction.Implement)
        {
            WriteWork(writer);
        }

        foreach (var parameter in DefinitionTerms.Parameters(started.Definition))
        {
            parameter.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    private void WriteGoal(Utf8JsonWriter writer, string goal)
    {
        if (goal.Length <= longest)
        {
            writer.WriteString("goal", goal);
            return;
        }

        // No part of it: an agent that doesn't know of the file must not take a half for the whole.
        var file = new CommandFile("goal", "md", Utf8(goal));
        var size = file.Content.Length.ToString(CultureInfo.InvariantCulture);
        writer.WriteString(
            "goal",
            $"The goal has {size} bytes, which is too long for a message. All of it is in the file {file.Path}, below the state root (by "
                + $"default that is the workspace root): read it to its end first.");
        WriteFile(writer, CommandFileReferences.Goal, file);
    }

    private void WriteCause(Utf8JsonWriter writer, ChangeCause why)
    {
        writer.WriteStartObject("cause");
        writer.WriteString("event", why.Outcome.Event.WireName);
        if (why.File is { } said)
        {
            writer.WriteString("path", said.Path.ToString());
            writer.WriteString("sha256", said.Sha256.ToString());
        }

        writer.WriteString("payload_sha256", CanonicalJson.Digest(why.Outcome.Payload ?? JsonElement.Parse("{}")).ToString());
        if (OutcomeRules.Summary(why.Outcome.Payload) is { } summary)
        {
            writer.WriteString("summary", ShortText.Of(summary, longest));
            if (summary.Length > longest)
            {
                WriteFile(writer, CommandFileReferences.Summary, new CommandFile("summary", "txt", Utf8(summary)));
            }
        }

        writer.WriteEndObject();
    }

    private void WriteWork(Utf8JsonWriter writer)
    {
        var work = JsonText.Write(json => json.WriteArtifacts(history.Products().Select(product => product.Artifact)));
        var content = CanonicalJson.GetBytes(work);
        if (content.Length > Math.Min(MaxWorkBytes, longest))
        {
            WriteFile(writer, CommandFileReferences.Work, new CommandFile("work", "json", content));
        }
        else
        {
            writer.WritePropertyName("work");
            work.WriteTo(writer);
        }
    }

    private void WriteFile(Utf8JsonWriter writer, string name, CommandFile file)
    {
        _files.Add(file);
        writer.WriteStartObject(name);
        writer.WriteString("path", file.Path);
        writer.WriteString("sha256", file.Sha256.ToString());
        writer.WriteNumber("size", file.Content.Length);
        writer.WriteEndObject();
    }

    private static byte[] Utf8(string text) => new UTF8Encoding(false).GetBytes(text);
}
