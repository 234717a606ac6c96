using System.Collections.Concurrent;
using Lorch.Core.Runs;

namespace Lorch.Core.Tests.Runs;

/// <summary>In which order tasks are begun that are worked at once.</summary>
public sealed class SchedulingTasks
{
    private static readonly TimeSpan HangGuard = TimeSpan.FromMinutes(2);

    private readonly Dictionary<string, string[]> _waits = [];
    private readonly ConcurrentDictionary<string, TaskCompletionSource<bool>> _ends = [];
    private readonly ConcurrentQueue<string> _begun = [];
    private readonly SemaphoreSlim _begins = new(0);

    [Fact]
    public async Task A_task_begins_when_those_it_waits_for_are_done_and_no_later()
    {
        _waits["b"] = ["a"];
        var all = RunAsync(["a", "b", "c"], atOnce: 3, TestContext.Current.CancellationToken);
        await AssertBegunAsync("a", "c");

        End("a", true);
        await AssertBegunAsync("a", "b", "c");

        End("b", true);
        End("c", true);
        await all.WaitAsync(HangGuard, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task What_waits_for_one_that_failed_is_not_begun_and_the_others_are()
    {
        _waits["b"] = ["a"];
        _waits["c"] = ["b"];
        _waits["d"] = ["elsewhere"];
        var all = RunAsync(["a", "b", "c", "d"], atOnce: 4, TestContext.Current.CancellationToken);

        End("a", false);
        End("d", true);
        await all.WaitAsync(HangGuard, TestContext.Current.CancellationToken);

        Assert.Equal(["a", "d"], _begun.Order());
    }

    [Fact]
    public async Task A_place_that_becomes_free_is_taken()
    {
        var all = RunAsync(["a", "b", "c"], atOnce: 2, TestContext.Current.CancellationToken);
        await _begins.WaitAsync(HangGuard, TestContext.Current.CancellationToken);
        await _begins.WaitAsync(HangGuard, TestContext.Current.CancellationToken);
        Assert.Equal(2, _begun.Count);
        var (first, left) = (_begun.First(), new[] { "a", "b", "c" }.Except(_begun).Single());

        End(first, true);
        await _begins.WaitAsync(HangGuard, TestContext.Current.CancellationToken);

        Assert.Equal(left, _begun.Last());
        Array.ForEach(["a", "b", "c"], task => End(task, true));
        await all.WaitAsync(HangGuard, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Once_it_is_cancelled_nothing_more_begins_and_what_is_worked_is_waited_for()
    {
        using var cancellation = new CancellationTokenSource();
        var all = RunAsync(["a", "b"], atOnce: 1, cancellation.Token);
        await _begins.WaitAsync(HangGuard, TestContext.Current.CancellationToken);

        await cancellation.CancelAsync();
        Assert.False(all.IsCompleted);
        End(_begun.Single(), true);
        await all.WaitAsync(HangGuard, TestContext.Current.CancellationToken);

        Assert.Single(_begun);
    }

    private Task RunAsync(IReadOnlyList<string> tasks, int atOnce, CancellationToken cancellationToken) =>
        TaskSchedule.RunAsync(
            tasks,
            task => _waits.GetValueOrDefault(task, []),
            atOnce,
            task =>
            {
                _begun.Enqueue(task);
                _begins.Release();
                return EndOf(task).Task;
            },
            cancellationToken);

    private async Task AssertBegunAsync(params string[] tasks)
    {
        while (_begun.Count < tasks.Length)
        {
            await _begins.WaitAsync(HangGuard, TestContext.Current.CancellationToken);
        }

        Assert.Equal(tasks, _begun.Order());
    }

    private void End(string task, bool isDone) => EndOf(task).TrySetResult(isDone);

    private TaskCompletionSource<bool> EndOf(string task) =>
        _ends.GetOrAdd(task, _ => new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));
}
