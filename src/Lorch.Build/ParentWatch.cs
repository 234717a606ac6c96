using Lorch.Core.Storage;

namespace Lorch.Build;

/// <summary>Cancels a task whose process is left alone by the build that started it.</summary>
/// <remarks>
/// A task host that loses its build goes on with its task to the end and tells nobody. Agents cost money, so they end with the build, as
/// they do where the task runs in the build's own process. A process that had no parent of its own to begin with, one that node reuse kept,
/// can't be watched.
/// </remarks>
internal sealed class ParentWatch : IDisposable
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _cancellation;
    private readonly int? _parent;
    private readonly ITimer? _timer;

    public ParentWatch(CancellationTokenSource cancellation, TimeProvider clock)
    {
        _cancellation = cancellation;
        if (ProcessPlace.IsNode && BuildProcesses.ParentOf(Environment.ProcessId) is { } parent and not BuildProcesses.Orphan)
        {
            _parent = parent;
            _timer = clock.CreateTimer(_ => Look(), null, Glance, Glance);
        }
    }

    public void Dispose() => _timer?.Dispose();

    private void Look()
    {
        if (BuildProcesses.ParentOf(Environment.ProcessId) is { } parent && parent != _parent)
        {
            _cancellation.Cancel();
        }
    }
}
