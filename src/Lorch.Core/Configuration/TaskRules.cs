using Lorch.Core.Workflows;

namespace Lorch.Core.Configuration;

/// <summary>
/// What must hold between tasks: names once, dependencies that exist, no circle, inputs where files are regenerated; and how long each may
/// be.
/// </summary>
internal sealed class TaskRules
{
    private readonly IReadOnlyList<TaskDefinition> _tasks;
    private readonly TaskPlaces _places;
    private readonly Dictionary<TaskId, int> _indexes = [];

    public TaskRules(IReadOnlyList<TaskDefinition> tasks, TaskPlaces places)
    {
        _tasks = tasks;
        _places = places;
    }

    /// <exception cref="LorchException">A rule is broken (LORCH1006, LORCH1010, LORCH1011, LORCH1019 or LORCH1024).</exception>
    public void Check()
    {
        CheckLengths();
        CheckNames();
        CheckDependencies();
        CheckCircles();
        CheckRegeneration();
    }

    private void CheckLengths()
    {
        for (var index = 0; index < _tasks.Count; index++)
        {
            if (TaskLength.FindExcess(_tasks[index]) is var (member, message))
            {
                throw _places.Refuse(DiagnosticCode.TaskTooLong, _tasks[index], index, member, item: null, message);
            }
        }
    }

    private void CheckNames()
    {
        var names = new Dictionary<string, TaskDefinition>(StringComparer.OrdinalIgnoreCase);
        for (var index = 0; index < _tasks.Count; index++)
        {
            var task = _tasks[index];
            _indexes.TryAdd(task.Id, index);
            if (names.TryAdd(task.Id.ToString(), task))
            {
                continue;
            }

            var other = names[task.Id.ToString()];
            var where = other.Line == 0 ? "" : other.File == task.File ? $" (line {other.Line})" : $" ({other.File}, line {other.Line})";
            var why = other.Id == task.Id ? "" : "; ids that differ only in case name one folder on some systems";
            throw _places.Refuse(
                DiagnosticCode.DuplicateTask,
                task,
                index,
                "id",
                item: null,
                $"found the id '{task.Id}' after another task with the id '{other.Id}'{where}, expected an id of its own for each "
                    + $"task{why}. Rename one of them.");
        }
    }

    private void CheckDependencies()
    {
        for (var index = 0; index < _tasks.Count; index++)
        {
            var task = _tasks[index];
            for (var item = 0; item < task.DependsOn.Count; item++)
            {
                var wanted = task.DependsOn[item];
                if (!_indexes.TryGetValue(wanted, out var place))
                {
                    throw _places.Refuse(
                        DiagnosticCode.UnknownDependency,
                        task,
                        index,
                        "depends_on",
                        item,
                        $"found a dependency on '{wanted}', expected the id of a task."
                            + (DidYouMean.Nearest(wanted.ToString(), _indexes.Keys.Select(id => id.ToString())) is { } nearest
                                ? $" Did you mean '{nearest}'?"
                                : " Add the task, or remove the dependency."));
                }

                if (!task.IsProposed && _tasks[place].IsProposed)
                {
                    throw _places.Refuse(
                        DiagnosticCode.TaskProposed,
                        task,
                        index,
                        "depends_on",
                        item,
                        $"found a dependency on '{wanted}', which is only proposed, expected a task that runs. "
                            + $"Remove \"status\" from {wanted}, or propose {task.Id} as well.");
                }
            }
        }
    }

    private void CheckRegeneration()
    {
        for (var index = 0; index < _tasks.Count; index++)
        {
            if (_tasks[index] is { Regenerate: true, Inputs: null })
            {
                throw _places.Refuse(
                    DiagnosticCode.ConfigurationInvalidValue,
                    _tasks[index],
                    index,
                    "regenerate",
                    item: null,
                    "found true, expected false, because the task declares no inputs that its files could equal. Add \"inputs\", or remove "
                        + "the member.");
            }
        }
    }

    private void CheckCircles()
    {
        var stuck = FindStuck();
        if (stuck.Count == 0)
        {
            return;
        }

        var circle = FindCircle(stuck);
        var last = circle[^1];
        var task = _tasks[last];
        throw _places.Refuse(
            DiagnosticCode.TaskCycle,
            task,
            last,
            "depends_on",
            task.DependsOn.ToList().IndexOf(_tasks[circle[0]].Id),
            $"found tasks that wait for each other: {string.Join(" -> ", circle.Append(circle[0]).Select(index => _tasks[index].Id))}, "
                + "expected dependencies without a circle. Remove one of these dependencies.");
    }

    /// <summary>Takes away, again and again, the tasks that wait for none that is left: what stays waits for a circle.</summary>
    private SortedSet<int> FindStuck()
    {
        var stuck = new SortedSet<int>(Enumerable.Range(0, _tasks.Count));
        var waiting = _tasks.Select(task => task.DependsOn.Distinct().Count()).ToArray();
        var dependents = _tasks
            .SelectMany((task, index) => task.DependsOn.Distinct().Select(wanted => (Wanted: _indexes[wanted], Index: index)))
            .ToLookup(pair => pair.Wanted, pair => pair.Index);
        var free = new Queue<int>(stuck.Where(index => waiting[index] == 0));
        while (free.TryDequeue(out var index))
        {
            stuck.Remove(index);
            foreach (var dependent in dependents[index])
            {
                if (--waiting[dependent] == 0)
                {
                    free.Enqueue(dependent);
                }
            }
        }

        return stuck;
    }

    /// <summary>Follows dependencies until a task comes back; the circle starts with its first task in the file.</summary>
    private List<int> FindCircle(SortedSet<int> stuck)
    {
        var way = new List<int>();
        var seen = new HashSet<int>();
        var index = stuck.Min;
        while (seen.Add(index))
        {
            way.Add(index);
            index = _tasks[index].DependsOn.Select(wanted => _indexes[wanted]).First(stuck.Contains);
        }

        var circle = way[way.IndexOf(index)..];
        var first = circle.IndexOf(circle.Min());
        return [.. circle[first..], .. circle[..first]];
    }
}
