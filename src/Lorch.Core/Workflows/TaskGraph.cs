namespace Lorch.Core.Workflows;

/// <summary>Which task depends on which.</summary>
/// <remarks>Its tasks have distinct ids and depend only on each other, which the configuration has checked.</remarks>
internal sealed class TaskGraph
{
    private readonly Dictionary<TaskId, TaskDefinition> _tasks;
    private readonly List<TaskId> _order;
    private readonly Dictionary<TaskId, int> _places = [];

    public TaskGraph(IReadOnlyList<TaskDefinition> tasks)
    {
        _tasks = tasks.ToDictionary(task => task.Id);
        _order = [];
        var done = new HashSet<TaskId>();
        foreach (var task in tasks)
        {
            Visit(task.Id, done, []);
        }

        foreach (var id in _order)
        {
            _places.Add(id, _places.Count);
        }
    }

    public TaskDefinition this[TaskId id] => _tasks[id];

    public bool Knows(TaskId id) => _tasks.ContainsKey(id);

    /// <summary>The tasks and all that they depend on; every task stands behind those that it depends on.</summary>
    public IReadOnlyList<TaskId> InOrder(IEnumerable<TaskId> tasks)
    {
        var wanted = new HashSet<TaskId>();
        foreach (var task in tasks)
        {
            wanted.Add(task);
            wanted.UnionWith(AllDependencies(task));
        }

        return [.. wanted.OrderBy(id => _places[id])];
    }

    /// <summary>Whether a task depends on another, directly or over others; one that is not in the graph depends on none.</summary>
    public bool DependsOn(TaskId task, TaskId other) => _tasks.ContainsKey(task) && AllDependencies(task).Contains(other);

    private HashSet<TaskId> AllDependencies(TaskId task)
    {
        var found = new HashSet<TaskId>();
        var open = new Stack<TaskId>(_tasks[task].DependsOn);
        while (open.TryPop(out var next))
        {
            if (found.Add(next))
            {
                foreach (var further in _tasks[next].DependsOn)
                {
                    open.Push(further);
                }
            }
        }

        return found;
    }

    private void Visit(TaskId id, HashSet<TaskId> done, List<TaskId> path)
    {
        if (path.IndexOf(id) is var start and >= 0)
        {
            var circle = string.Join(" -> ", path.Skip(start).Append(id));
            throw new LorchException(new Diagnostic
            {
                Code = DiagnosticCode.TaskCycle,
                Message = $"Tasks depend on each other in a circle: {circle}. Remove one of these from 'depends_on'.",
            });
        }

        if (!done.Contains(id))
        {
            path.Add(id);
            foreach (var next in _tasks[id].DependsOn)
            {
                Visit(next, done, path);
            }

            path.RemoveAt(path.Count - 1);
            done.Add(id);
            _order.Add(id);
        }
    }
}
