namespace Lorch.Core.Runs;

/// <summary>Works tasks at once, each as soon as those that come first are done.</summary>
internal static class TaskSchedule
{
    /// <summary>Works them.</summary>
    /// <typeparam name="T">What names a task.</typeparam>
    /// <param name="tasks">The tasks, each behind those that it waits for.</param>
    /// <param name="waitsOf">Gives those that a task waits for. Others than <paramref name="tasks"/> are done.</param>
    /// <param name="atOnce">How many are worked at once.</param>
    /// <param name="work">Works one; whether it is done, so that those may be worked that wait for it.</param>
    /// <param name="cancellationToken">Begins no further one. Those that are worked are waited for.</param>
    /// <returns>A task that completes when nothing is worked any more.</returns>
    public static async Task RunAsync<T>(
        IReadOnlyList<T> tasks,
        Func<T, IEnumerable<T>> waitsOf,
        int atOnce,
        Func<T, Task<bool>> work,
        CancellationToken cancellationToken)
        where T : notnull
    {
        using var places = new SemaphoreSlim(atOnce);
        var running = new Dictionary<T, Task<bool>>();
        foreach (var task in tasks)
        {
            running.Add(task, WorkAsync(task, [.. waitsOf(task).Where(running.ContainsKey).Select(first => running[first])]));
        }

        await Task.WhenAll(running.Values);

        async Task<bool> WorkAsync(T task, IReadOnlyList<Task<bool>> first)
        {
            // What is worked may run on the caller's thread for long.
            await Task.Yield();
            if ((await Task.WhenAll(first)).Contains(false))
            {
                return false;
            }

            try
            {
                await places.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return false;
            }

            try
            {
                // The place may have become free in the same moment.
                return !cancellationToken.IsCancellationRequested && await work(task);
            }
            finally
            {
                places.Release();
            }
        }
    }
}
