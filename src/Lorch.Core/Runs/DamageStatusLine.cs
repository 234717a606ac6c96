using System.Text.Json.Serialization;

namespace Lorch.Core.Runs;

/// <summary>A record that can't be believed. A task of which one tells isn't worked unless it is up to date all the same.</summary>
public sealed record DamageStatusLine
{
    /// <summary>Gets the task that it tells of, if that is known.</summary>
    [JsonPropertyName("task_id")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaskId? TaskId { get; init; }

    /// <summary>Gets the absolute path of the file.</summary>
    [JsonPropertyName("file")]
    public required string File { get; init; }

    /// <summary>Gets the diagnostic code.</summary>
    [JsonPropertyName("code")]
    public required string Code { get; init; }

    /// <summary>Gets what is wrong and what to do.</summary>
    [JsonPropertyName("message")]
    public required string Message { get; init; }

    internal static IReadOnlyList<DamageStatusLine> Of(WorkspaceLook look, RunServices services)
    {
        var tasks = look.Judgements.Select(judgement => judgement.TaskId)
            .Union(services.Receipts.Tasks())
            .Union(look.DamagedRuns.Select(run => run.TaskId).OfType<TaskId>());
        return
        [
            .. tasks.SelectMany(task => look.DamageOf(task, services).Select(damage => Of(task, damage))),
            .. look.DamagedRuns.Where(run => run.TaskId is null).Select(run => Of(null, run.Diagnostic)),
        ];
    }

    private static DamageStatusLine Of(TaskId? task, Diagnostic damage) =>
        new() { TaskId = task, File = damage.File!, Code = damage.Code, Message = damage.Message };
}
