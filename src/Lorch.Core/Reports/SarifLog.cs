using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Lorch.Core.Hashing;
using Lorch.Core.Reports.Recording;

namespace Lorch.Core.Reports;

/// <summary>
/// Findings of reviews in SARIF 2.1.0, for code scanning: the latest review of every task, because an alert that a later file doesn't name
/// is closed.
/// </summary>
internal static partial class SarifLog
{
    /// <summary>GitHub shows 5,000 results of a file, the most severe first, and refuses 25,000.</summary>
    private const int MaxResults = 5000;
    private const string Rule = DiagnosticCode.ReviewFinding;

    /// <summary>Writes the log.</summary>
    /// <param name="tasks">All tasks.</param>
    /// <param name="configuration">What findings without a file are shown at, seen from the workspace.</param>
    public static byte[] GetBytes(IReadOnlyList<TaskStory> tasks, string configuration)
    {
        var found = tasks.SelectMany(
            task => task.Findings.Select(finding => (Task: task, Finding: finding, Level: Level(finding.Severity))))
            .OrderBy(entry => entry.Level switch { "error" => 0, "warning" => 1, _ => 2 })
            .Take(MaxResults);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            WriteHead(json);
            var seen = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (var (task, finding, level) in found)
            {
                WriteResult(json, task, finding, level, configuration, seen);
            }

            json.WriteEndArray();
            json.WriteString("columnKind", "utf16CodeUnits");
            json.WriteStartObject("automationDetails");
            json.WriteString("id", "lorch/");
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    private static void WriteHead(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
        json.WriteString("version", "2.1.0");
        json.WriteStartArray("runs");
        json.WriteStartObject();
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "Lorch.Build");
        json.WriteString("semanticVersion", typeof(SarifLog).Assembly.GetName().Version!.ToString(3));
        json.WriteStartArray("rules");
        json.WriteStartObject();
        json.WriteString("id", Rule);
        json.WriteString("name", "ReviewFinding");
        WriteText(json, "shortDescription", "A finding of a review.");
        WriteText(
            json,
            "fullDescription",
            "Something that a reviewing agent found in what was built. It is repeated until a later review doesn't find it any more.");
        WriteText(json, "help", "Mend it, or have the task worked again. The review's run is named in the result's properties.");
        json.WriteStartObject("defaultConfiguration");
        json.WriteString("level", "warning");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartArray("results");
    }

    private static void WriteResult(
        Utf8JsonWriter json,
        TaskStory task,
        ReportFinding finding,
        string level,
        string configuration,
        Dictionary<string, int> seen)
    {
        var file = RelativePath.TryParse(finding.File, out var path) ? path.ToString() : null;
        var print = Fingerprint(task.Task.TaskId, file, finding.Message);
        seen[print] = seen.GetValueOrDefault(print) + 1;
        json.WriteStartObject();
        json.WriteString("ruleId", Rule);
        json.WriteNumber("ruleIndex", 0);
        json.WriteString("level", level);
        WriteText(json, "message", $"{task.Task.TaskId}: {PlainText.Of(PageBudget.Cut(finding.Message))}");
        json.WriteStartArray("locations");
        json.WriteStartObject();
        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", string.Join('/', (file ?? configuration).Split('/').Select(Uri.EscapeDataString)));
        json.WriteEndObject();
        json.WriteStartObject("region");
        json.WriteNumber("startLine", file is null ? 1 : Math.Max(1, finding.Line));
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("partialFingerprints");
        json.WriteString("lorchFinding/v1", $"{print}:{seen[print].ToString(CultureInfo.InvariantCulture)}");
        json.WriteEndObject();
        json.WriteStartObject("properties");
        json.WriteString("task", task.Task.TaskId.ToString());
        json.WriteString("run", task.Review!.RunId.ToString());
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    private static string Level(string severity) => severity switch
    {
        "error" => "error",
        "info" or "note" => "note",
        _ => "warning",
    };

    /// <summary>
    /// The same for the same words at another line: what stands before a place moves it, and reviewers count lines each time anew.
    /// </summary>
    private static string Fingerprint(TaskId task, string? file, string message) =>
        Sha256Digest.Of(
            new UTF8Encoding(
                false,
                true).GetBytes($"{task}\n{file}\n{Blanks().Replace(message.Trim().ToLowerInvariant(), " ")}")).Hex[..32];

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
