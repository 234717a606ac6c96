using Lorch.Core.Receipts;
using Lorch.Core.Workflows;

namespace Lorch.Core.UpToDate;

/// <summary>
/// The order in which a build works tasks: those that regenerate files come last, each behind those that make what it reads.
/// </summary>
/// <param name="graph">Which task depends on which.</param>
/// <param name="inputsOf">What a task is about.</param>
/// <param name="completions">A task's completions, the newest last.</param>
internal sealed class RegenerationOrder(
    TaskGraph graph,
    Func<TaskDefinition, TaskInputs> inputsOf,
    Func<TaskId, IReadOnlyList<Completion>> completions)
{
    /// <summary>Orders tasks.</summary>
    /// <param name="tasks">The tasks; each stands behind those that it depends on.</param>
    /// <exception cref="LorchException">Tasks regenerate what others of them read, round in a circle (LORCH1012).</exception>
    public IReadOnlyList<TaskId> Sort(IReadOnlyList<TaskId> tasks)
    {
        if (!tasks.Any(id => graph[id].Regenerate))
        {
            return tasks;
        }

        var places = tasks.Select((id, place) => (id, place)).ToDictionary(pair => pair.id, pair => pair.place);
        var makers = tasks.SelectMany(id => Outputs(id).Distinct().Select(path => (Path: path, Maker: id)))
            .GroupBy(pair => pair.Path, pair => pair.Maker)
            .OrderBy(made => made.Key)
            .ToList();
        var before = tasks.ToDictionary(id => id, id => Before(id, places, makers));
        var behind = before.SelectMany(pair => pair.Value.Keys.Select(first => (First: first, Then: pair.Key)))
            .ToLookup(pair => pair.First, pair => pair.Then);
        var waiting = before.ToDictionary(pair => pair.Key, pair => pair.Value.Count);

        // Whatever regenerates may follow what others make, in this build too.
        var ready = new PriorityQueue<TaskId, (bool, int)>(
            tasks.Where(id => waiting[id] == 0).Select(id => (id, (graph[id].Regenerate, places[id]))));
        var sorted = new List<TaskId>();
        while (ready.TryDequeue(out var next, out _))
        {
            sorted.Add(next);
            foreach (var then in behind[next].Where(then => --waiting[then] == 0))
            {
                ready.Enqueue(then, (graph[then].Regenerate, places[then]));
            }
        }

        return sorted.Count == tasks.Count ? sorted : throw new LorchException(Describe(before, [.. tasks.Where(id => waiting[id] > 0)]));
    }

    /// <summary>The tasks that come before one, each with the path because of which; none if it is depended on.</summary>
    private Dictionary<TaskId, RelativePath?> Before(
        TaskId id,
        Dictionary<TaskId, int> places,
        IReadOnlyList<IGrouping<RelativePath, TaskId>> makers)
    {
        var task = graph[id];
        var before = task.DependsOn.Where(places.ContainsKey).Distinct().ToDictionary(other => other, _ => default(RelativePath?));
        if (task.Regenerate)
        {
            var inputs = inputsOf(task);
            foreach (var made in inputs.MatchAmong(makers, made => made.Key))
            {
                foreach (var other in made.Where(other => other != id && !before.ContainsKey(other)))
                {
                    if (inputs.Cover(made.Key) && !graph.DependsOn(other, id))
                    {
                        before[other] = made.Key;
                    }
                }
            }
        }

        return before;
    }

    private IEnumerable<RelativePath> Outputs(TaskId id) => graph[id].ExpectedOutputs.Select(output => output.Path)
        .Concat(completions(id) is [.., var last] ? last.Artifacts.Select(artifact => artifact.Path).Concat(last.Removed) : []);

    private Diagnostic Describe(Dictionary<TaskId, Dictionary<TaskId, RelativePath?>> before, List<TaskId> left)
    {
        var way = new List<TaskId>();
        for (var id = left[0]; !way.Contains(id); id = before[id].Keys.First(left.Contains))
        {
            way.Add(id);
        }

        var last = before[way[^1]].Keys.First(left.Contains);
        var circle = way[way.IndexOf(last)..];
        var links = circle.Select((id, index) => (Id: id, From: circle[(index + 1) % circle.Count]))
            .Where(link => before[link.Id][link.From] is not null)
            .Select(link => $"{link.Id} reads {before[link.Id][link.From]}, which {link.From} makes")
            .ToList();
        var (reader, maker) = circle.Select((id, index) => (id, circle[(index + 1) % circle.Count]))
            .First(pair => before[pair.id][pair.Item2] is not null);
        return new Diagnostic
        {
            Code = DiagnosticCode.UndeclaredDependency,
            Message = $"Tasks that regenerate their files make each other stale without end: {string.Join("; ", links)}. "
                + $"Let one come first, by \"depends_on\": [\"{maker}\"] in {reader}, or name fewer files in \"inputs\".",
            File = graph[reader].File,
            Line = graph[reader].Line,
            Column = graph[reader].Column,
        };
    }
}
