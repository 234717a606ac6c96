using Lorch.Core.Workflows;

namespace Lorch.Core.Configuration;

/// <summary>Knows where the parts of tasks were written, as far as a file holds them.</summary>
/// <param name="tasks">The first tasks; those that follow stand nowhere.</param>
internal sealed class TaskPlaces(IReadOnlyList<WrittenTask> tasks)
{
    /// <summary>Makes the exception that tells what is wrong with an entry of a task's list, or its member, or the task.</summary>
    /// <param name="code">The diagnostic's code.</param>
    /// <param name="task">The task.</param>
    /// <param name="index">Which task it is.</param>
    /// <param name="member">The member that is wrong.</param>
    /// <param name="item">The entry of the member's list; <see langword="null"/> for the member itself.</param>
    /// <param name="message">What was found and expected, and what to do.</param>
    public LorchException Refuse(string code, TaskDefinition task, int index, string member, int? item, string message)
    {
        if (index >= tasks.Count)
        {
            return new LorchException(new Diagnostic
            {
                Code = code,
                Message = $"Task {task.Id}: {message}",
                File = task.File,
                Line = task.Line,
                Column = task.Column,
            });
        }

        var place = Find(tasks[index].Value, member, item);
        return tasks[index].Source.Refuse(code, place.Start, $"{place.Path}: {message}");
    }

    private static LocatedValue Find(LocatedValue task, string member, int? item)
    {
        var value = task.Find(member);
        return item is { } at && value is not null && at < value.Items.Count ? value.Items[at] : value ?? task;
    }
}
