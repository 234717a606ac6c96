using System.Globalization;
using System.Text;
using System.Text.Json;
using Lorch.Core.Json;
using Lorch.Core.Protocol;

namespace Lorch.Agent.Checking;

/// <summary>The result of a check, for people and for programs.</summary>
/// <param name="stage">What was checked.</param>
/// <param name="findings">What was found.</param>
internal sealed class CheckReport(CheckStage stage, Findings findings)
{
    private const int JsonFormat = 1;

    private static readonly Dictionary<Verdict, string> Words = new()
    {
        [Verdict.Kept] = "kept",
        [Verdict.Broken] = "broken",
        [Verdict.Advice] = "advice",
        [Verdict.NotSeen] = "not_seen",
    };

    /// <summary>Makes the text: one line per rule, and for each that was broken what was found and what to do.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        var results = findings.Results();
        foreach (var result in results)
        {
            var mark = result.Verdict switch { Verdict.Kept => "ok", Verdict.Broken => "BROKEN", Verdict.Advice => "advice", _ => "-" };
            text.Append(CultureInfo.InvariantCulture, $"  {mark,-6}  {result.Rule.Title}")
                .AppendLine(result.Verdict is Verdict.NotSeen ? " (not seen)" : "");
            foreach (var found in result.Found)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"            {found}");
            }

            if (result.Verdict is Verdict.Broken or Verdict.Advice)
            {
                text.Append(
                    result.More == 0
                        ? ""
                        : string.Create(CultureInfo.InvariantCulture, $"            and {result.More} more{Environment.NewLine}"));
                text.AppendLine(CultureInfo.InvariantCulture, $"            What to do: {result.Rule.Remedy}");
            }
        }

        return text.AppendLine().AppendLine(Sum(results)).ToString();
    }

    /// <summary>Makes the JSON, one object.</summary>
    public string ToJson() => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("format", JsonFormat);
        writer.WriteString("agent_type", stage.Settings.Type.WireName);
        WriteList(writer, "cmd", stage.Settings.Command);
        WriteList(writer, "actions", [.. stage.Options.Actions.Select(action => action.WireName)]);
        writer.WriteBoolean("conforms", findings.Conforms);
        writer.WriteStartArray("rules");
        foreach (var result in findings.Results())
        {
            Write(writer, result);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }).GetRawText();

    private string Sum(IReadOnlyList<RuleResult> results)
    {
        int Count(Verdict verdict) => results.Count(result => result.Verdict == verdict);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Count(Verdict.Kept)} rules kept, {Count(Verdict.Broken)} broken, {Count(Verdict.NotSeen)} not seen. "
                + $"{(findings.Conforms ? "It conforms." : "It does not conform.")}");
    }

    private static void Write(Utf8JsonWriter writer, RuleResult result)
    {
        writer.WriteStartObject();
        writer.WriteString("rule", result.Rule.Id);
        writer.WriteString("title", result.Rule.Title);
        writer.WriteString("verdict", Words[result.Verdict]);
        WriteList(writer, "found", result.Found);
        if (result.Verdict is Verdict.Broken or Verdict.Advice)
        {
            writer.WriteNumber("more", result.More);
            writer.WriteString("remedy", result.Rule.Remedy);
        }

        writer.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter writer, string name, IReadOnlyList<string> words)
    {
        writer.WriteStartArray(name);
        foreach (var word in words)
        {
            writer.WriteStringValue(word);
        }

        writer.WriteEndArray();
    }
}
