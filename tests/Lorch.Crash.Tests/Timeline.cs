using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Crash.Tests;

/// <summary>The durable operations of a run that nothing disturbs: says by what is written where a process is to end.</summary>
internal sealed class Timeline
{
    private readonly IReadOnlyList<FileOperation> _operations;

    private Timeline(IReadOnlyList<FileOperation> operations, IReadOnlyList<string> lines, FinishedWork work) =>
        (_operations, Lines, Work) = (operations, lines, work);

    /// <summary>The ledger's lines, as names of events and actions.</summary>
    public IReadOnlyList<string> Lines { get; }

    /// <summary>What the run comes to.</summary>
    public FinishedWork Work { get; }

    public int Count => _operations.Count;

    public static async Task<Timeline> RecordAsync(Func<CrashTrial> start)
    {
        using var trial = start();
        await trial.LiveAsync();
        Assert.Equal(RunOutcome.Completed, trial.Result!.Outcome);
        return new Timeline(
            trial.Operations,
            trial.Workspace.Events(trial.Workspace.RunIds[0]),
            FinishedWork.Of(trial.Workspace, trial.Result));
    }

    public FileOperation this[int number] => _operations[number - 1];

    /// <summary>Both sides of each operation; with a loss only where there is something to lose.</summary>
    public IReadOnlyList<CrashPoint> Points()
    {
        var points = new List<CrashPoint>();
        var canLose = false;
        for (var number = 1; number <= Count; number++)
        {
            points.AddRange(Losses(canLose).Select(loss => new CrashPoint(number, Side.Before, loss)));
            canLose = this[number].LeavesUnsynced;
            points.AddRange(Losses(canLose).Select(loss => new CrashPoint(number, Side.After, loss)));
        }

        return points;
    }

    /// <summary>The number of the append that writes a line of the ledger, from 0.</summary>
    public int AppendOf(int line) => Numbers("append", "events/").ElementAt(line);

    /// <summary>The number of the append that writes the first line of a name.</summary>
    public int AppendOf(string name) => AppendOf(Lines.ToList().IndexOf(name));

    /// <summary>The number of the first operation of a kind on files whose path begins so.</summary>
    public int First(string deed, string path) => Numbers(deed, path).First();

    /// <summary>The number of the last operation of a kind on files whose path begins so.</summary>
    public int Last(string deed, string path) => Numbers(deed, path).Last();

    private static IEnumerable<Loss> Losses(bool canLose) => canLose ? [Loss.Nothing, Loss.Everything, Loss.HalfOfAppends] : [Loss.Nothing];

    private IEnumerable<int> Numbers(string deed, string path) => Enumerable.Range(1, Count)
        .Where(number => this[number].Deed == deed && this[number].Path.StartsWith(path, StringComparison.Ordinal));
}
