using Lorch.Core.Globs;
using Lorch.Core.Snapshots.Tracking;
using Lorch.Core.Workflows;

namespace Lorch.Core.Configuration;

/// <summary>Adds tasks that somebody made without lorch.json, by the rules that hold there.</summary>
internal static class AddedTasks
{
    private static readonly TaskPlaces Nowhere = new([]);

    /// <summary>Gives a configuration with further tasks behind its own.</summary>
    /// <exception cref="LorchException">
    /// One of them, or all tasks together, break a rule that tasks in the file have to keep; the diagnostic names the task.
    /// </exception>
    public static LorchConfiguration AddTasks(this LorchConfiguration file, IReadOnlyList<TaskDefinition> added)
    {
        var configuration = file with { Tasks = [.. file.Tasks, .. added], Added = [.. file.Added, .. added] };
        foreach (var task in added)
        {
            CheckGoal(task);
            CheckGlobs(task, task.Inputs ?? [], areInputs: true);
            CheckGlobs(task, task.Produces ?? [], areInputs: false);
        }

        new TaskAgentRules(configuration, Nowhere).Check();
        new TaskRules(configuration.Tasks, Nowhere).Check();
        return configuration;
    }

    private static void CheckGoal(TaskDefinition task)
    {
        if (string.IsNullOrWhiteSpace(task.Goal))
        {
            throw Refuse(
                DiagnosticCode.ConfigurationInvalidValue,
                task,
                "found an empty goal, expected a text that says what is to be done. Write one.");
        }
    }

    private static void CheckGlobs(TaskDefinition task, IReadOnlyList<string> globs, bool areInputs)
    {
        foreach (var glob in globs)
        {
            if (!GlobPattern.TryParse(glob, out _, out var problem))
            {
                throw Refuse(
                    DiagnosticCode.InvalidGlob,
                    task,
                    $"found '{glob}', expected a glob of files below the workspace root. {problem} Correct the glob.");
            }

            if (areInputs && TrackingRules.NamesNeverTracked(glob, out var part))
            {
                throw Refuse(
                    DiagnosticCode.UntrackedInput,
                    task,
                    $"found the input '{glob}', expected a glob of files that can be tracked, not of '{part}'. Name the sources that these "
                        + $"files are made from.");
            }
        }
    }

    private static LorchException Refuse(string code, TaskDefinition task, string message) =>
        Nowhere.Refuse(code, task, index: 0, member: "", item: null, message);
}
