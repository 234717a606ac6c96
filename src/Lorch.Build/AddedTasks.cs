using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lorch.Core;
using Lorch.Core.Protocol;
using Lorch.Core.Workflows;
using Microsoft.Build.Framework;

namespace Lorch.Build;

/// <summary>
/// The tasks that a project writes as <c>LorchTask</c> items in place of lorch.json, and the text as which they travel to the runner.
/// </summary>
/// <remarks>
/// The text is a global property there: equal tasks must give equal text, and no character of it may mean anything to MSBuild.
/// </remarks>
internal static class AddedTasks
{
    private const string Goal = "Goal";
    private const string Inputs = "Inputs";
    private const string ExpectedOutputs = "ExpectedOutputs";
    private const string DependsOn = "DependsOn";
    private const string Unchecked = "Unchecked";
    private const string DefinedIn = "DefiningProjectFullPath";

    private static readonly string[] Definition = [Goal, Inputs, ExpectedOutputs, DependsOn];

    /// <summary>Reads the items that define a task; one without metadata only names a task of lorch.json.</summary>
    /// <exception cref="LorchException">An id or a path isn't one.</exception>
    public static IReadOnlyList<TaskDefinition> Read(IEnumerable<ITaskItem> items) =>
    [
        .. from item in items
           where Definition.Any(name => item.GetMetadata(name).Length > 0)
           select Read(item),
    ];

    public static string Encode(IEnumerable<TaskDefinition> tasks)
    {
        var list = new JsonArray([.. tasks.Select(ToJson)]);
        return list.Count == 0 ? "" : Base64Url.EncodeToString(new UTF8Encoding(false, true).GetBytes(list.ToJsonString()));
    }

    public static IReadOnlyList<TaskDefinition> Decode(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return [];
        }

        using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(text));
        return [.. document.RootElement.EnumerateArray().Select(FromJson)];
    }

    private static TaskDefinition Read(ITaskItem item) => new()
    {
        Id = TaskId.TryParse(item.ItemSpec, out var id) ? id : throw NoTaskId(item.ItemSpec, item),
        Goal = item.GetMetadata(Goal),
        Inputs = Paths(item, Inputs) is { Count: > 0 } globs ? globs : null,
        ExpectedOutputs = [.. Paths(item, ExpectedOutputs).Select(path => Output(path, item))],
        DependsOn = [.. List(item, DependsOn).Select(name => TaskId.TryParse(name, out var other) ? other : throw NoTaskId(name, item))],
        IsUnchecked = item.GetMetadata(Unchecked).Trim().Equals("true", StringComparison.OrdinalIgnoreCase),
        File = item.GetMetadata(DefinedIn),
    };

    /// <summary>MSBuild itself writes <c>src\a.cs</c> on Windows where a list of items becomes a text.</summary>
    private static List<string> Paths(ITaskItem item, string name) => [.. List(item, name).Select(path => path.Replace('\\', '/'))];

    private static List<string> List(ITaskItem item, string name) =>
        [.. item.GetMetadata(name).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    private static ExpectedOutput Output(string path, ITaskItem item) => RelativePath.TryParse(path, out var parsed)
        ? new ExpectedOutput { Path = parsed }
        : throw Refuse(
            DiagnosticCode.InvalidGlob,
            item,
            $"Task {item.ItemSpec}: found the expected output '{path}', expected {RelativePath.Expected}. Write the path of one file below "
                + $"the workspace root.");

    private static LorchException NoTaskId(string name, ITaskItem item) =>
        Refuse(DiagnosticCode.InvalidTaskId, item, $"'{name}' is not {TaskId.Expected}.");

    private static LorchException Refuse(string code, ITaskItem item, string message) =>
        new(new Diagnostic { Code = code, Message = message, File = item.GetMetadata(DefinedIn) });

    private static JsonObject ToJson(TaskDefinition task) => new()
    {
        ["id"] = task.Id.ToString(),
        ["goal"] = task.Goal,
        ["inputs"] = task.Inputs is null ? null : Texts(task.Inputs),
        ["expected_outputs"] = Texts(task.ExpectedOutputs.Select(output => output.Path.ToString())),
        ["depends_on"] = Texts(task.DependsOn.Select(id => id.ToString())),
        ["unchecked"] = task.IsUnchecked,
        ["file"] = task.File ?? "",
    };

    private static TaskDefinition FromJson(JsonElement task) => new()
    {
        Id = TaskId.Parse(Text(task, "id")),
        Goal = Text(task, "goal"),
        Inputs = task.GetProperty("inputs").ValueKind is JsonValueKind.Null ? null : Texts(task, "inputs"),
        ExpectedOutputs = [.. Texts(task, "expected_outputs").Select(path => new ExpectedOutput { Path = RelativePath.Parse(path) })],
        DependsOn = [.. Texts(task, "depends_on").Select(TaskId.Parse)],
        IsUnchecked = task.GetProperty("unchecked").GetBoolean(),
        File = Text(task, "file"),
    };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);

    private static List<string> Texts(JsonElement task, string name) =>
        [.. task.GetProperty(name).EnumerateArray().Select(text => text.GetString()!)];

    private static string Text(JsonElement task, string name) => task.GetProperty(name).GetString()!;
}
