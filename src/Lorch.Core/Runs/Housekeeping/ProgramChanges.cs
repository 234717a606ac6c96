using Lorch.Core.Protocol;
using Lorch.Core.Receipts;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Runs.Records;

namespace Lorch.Core.Runs.Housekeeping;

/// <summary>
/// Says which programs of agents have another version than when they worked a task. That makes no task stale: it is a reason to look, not
/// to work again.
/// </summary>
/// <param name="receipts">Where receipts are.</param>
/// <param name="agents">Which agents work which task.</param>
/// <param name="tools">The programs as they are.</param>
internal sealed class ProgramChanges(ReceiptStore receipts, AgentRoster agents, IReadOnlyList<ToolStatusLine> tools)
{
    /// <summary>Adds what has changed to the line of a task.</summary>
    public TaskStatusLine AddTo(TaskStatusLine task)
    {
        var changes = Of(task.TaskId).ToList();
        return changes.Count == 0 ? task : task with { Reasons = [.. task.Reasons, .. changes] };
    }

    private IEnumerable<string> Of(TaskId task) =>
        from receipt in receipts.Load(task, []).Select(stored => stored.Receipt)
        where receipt.Program is not null
        group receipt by receipt.Action.Agent into steps
        orderby steps.Key
        let worked = steps.Last()
        from tool in tools
        where tool.AgentType == steps.Key
            && tool.Name == agents.TeamOf(task).Members.GetValueOrDefault(steps.Key)?.Name
            && tool.Version is { Length: > 0 }
            && (tool.Title, tool.Version) != (worked.Program!.Name, worked.Program.Version)
        select $"the {steps.Key.WireName} of step {worked.Step} was {worked.Program!.Name}, version {worked.Program.Version}; now it is {tool.Title}, version {tool.Version}; this makes nothing stale";
}
