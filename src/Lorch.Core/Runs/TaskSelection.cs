using Lorch.Core.Configuration;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs;

/// <summary>Finds the tasks that a build asks for by name.</summary>
/// <param name="configuration">What lorch.json says.</param>
/// <param name="graph">Which tasks depend on which.</param>
internal sealed class TaskSelection(LorchConfiguration configuration, TaskGraph graph)
{
    /// <summary>Finds the tasks that names ask for, with all that they depend on; no name asks for all tasks.</summary>
    /// <exception cref="LorchException">A name is no task id, there is no such task, or it is only proposed.</exception>
    public IReadOnlyList<TaskId> InOrder(IReadOnlyList<string> names)
    {
        var tasks = configuration.Tasks;
        if (tasks.Count == 0)
        {
            throw Refused(DiagnosticCode.NoTasks, "There is no task to run. Add one to 'tasks'.");
        }

        var selected = graph.InOrder(
            names.Count == 0 ? tasks.Where(task => !task.IsProposed).Select(task => task.Id) : names.Select(Find));
        if (selected.Count == 0)
        {
            throw Refused(DiagnosticCode.NoTasks, "There is no task to run: all are only proposed. Remove \"status\" from one.");
        }

        var proposed = selected.Select(id => graph[id]).FirstOrDefault(task => task.IsProposed);
        return proposed is null ? selected : throw new LorchException(new Diagnostic
        {
            Code = DiagnosticCode.TaskProposed,
            Message = $"Task {proposed.Id} is only proposed, so it doesn't run. Remove \"status\" from it to run it.",
            File = proposed.File,
            Line = proposed.Line,
            Column = proposed.Column,
        });
    }

    /// <summary>Finds the task that a name means.</summary>
    /// <exception cref="LorchException">It is no task id, or there is no such task.</exception>
    public TaskId Find(string name)
    {
        if (!TaskId.TryParse(name, out var id))
        {
            throw Refused(DiagnosticCode.InvalidTaskId, $"'{name}' is not {TaskId.Expected}.");
        }

        if (!graph.Knows(id))
        {
            var known = configuration.Tasks.Select(task => task.Id.ToString()).ToList();
            var hint = DidYouMean.Nearest(name, known) is { } nearest ? $" Did you mean '{nearest}'?" : "";
            throw Refused(DiagnosticCode.UnknownTask, $"There is no task '{name}'.{hint} The tasks are {string.Join(", ", known)}.");
        }

        return id;
    }

    /// <summary>Makes a refusal that points at lorch.json.</summary>
    public LorchException Refused(string code, string message) =>
        new(new Diagnostic { Code = code, Message = message, File = configuration.Path });
}
