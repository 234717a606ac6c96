using Lorch.Core.Globs;
using Lorch.Core.Workflows;

namespace Lorch.Core.Configuration;

/// <summary>Finds tasks that touch the same files although neither depends on the other: each could make the other stale for ever.</summary>
internal sealed class HiddenDependencies
{
    private readonly IReadOnlyList<TaskDefinition> _tasks;
    private readonly TaskPlaces _places;
    private readonly Dictionary<TaskId, TaskDefinition> _byId;

    public HiddenDependencies(IReadOnlyList<TaskDefinition> tasks, TaskPlaces places)
    {
        _tasks = tasks;
        _places = places;
        _byId = tasks.ToDictionary(task => task.Id);
    }

    /// <exception cref="LorchException">There is a pair of such tasks (LORCH1012).</exception>
    public void Check()
    {
        CheckOutputs();
        CheckInputs();
    }

    private void CheckOutputs()
    {
        var makers = new Dictionary<RelativePath, List<TaskDefinition>>();
        for (var index = 0; index < _tasks.Count; index++)
        {
            var task = _tasks[index];
            for (var item = 0; item < task.ExpectedOutputs.Count; item++)
            {
                var path = task.ExpectedOutputs[item].Path;
                var others = makers.TryGetValue(path, out var known) ? known : makers[path] = [];
                if (others.Find(other => !ReferenceEquals(other, task) && !AreChained(task, other)) is { } other)
                {
                    throw Refuse(task, index, "expected_outputs", item, other, $"found '{path}', which task {other.Id} is expected to produce as well");
                }

                others.Add(task);
            }
        }
    }

    private void CheckInputs()
    {
        for (var index = 0; index < _tasks.Count; index++)
        {
            var task = _tasks[index];
            for (var item = 0; item < (task.Inputs?.Count ?? 0); item++)
            {
                if (GlobPattern.TryParse(task.Inputs![item], out var glob, out _))
                {
                    CheckInput(task, index, item, glob);
                }
            }
        }
    }

    private void CheckInput(TaskDefinition task, int index, int item, GlobPattern glob)
    {
        foreach (var other in _tasks.Where(other => !ReferenceEquals(other, task)))
        {
            if (other.ExpectedOutputs.FirstOrDefault(output => glob.IsMatch(output.Path.ToString())) is { } output && !AreChained(task, other))
            {
                throw Refuse(
                    task,
                    index,
                    "inputs",
                    item,
                    other,
                    $"found the glob '{glob}', which matches '{output.Path}', an expected output of task {other.Id}");
            }
        }
    }

    private LorchException Refuse(TaskDefinition task, int index, string member, int item, TaskDefinition other, string found)
    {
        var dependencies = string.Join(", ", task.DependsOn.Append(other.Id).Select(id => $"\"{id}\""));
        return _places.Refuse(
            DiagnosticCode.UndeclaredDependency,
            task,
            index,
            member,
            item,
            $"{found}, expected one of the two tasks to depend on the other. Add to task {task.Id}: \"depends_on\": [{dependencies}].");
    }

    private bool AreChained(TaskDefinition one, TaskDefinition other) => Reaches(one, other.Id) || Reaches(other, one.Id);

    private bool Reaches(TaskDefinition from, TaskId to)
    {
        var seen = new HashSet<TaskId>();
        var open = new Stack<TaskId>(from.DependsOn);
        while (open.TryPop(out var id))
        {
            if (id == to)
            {
                return true;
            }

            if (seen.Add(id))
            {
                foreach (var next in _byId[id].DependsOn)
                {
                    open.Push(next);
                }
            }
        }

        return false;
    }
}
