using System.Diagnostics;
using System.Globalization;

namespace Lorch.Benchmarks;

/// <summary>Times of one thing done several times, in seconds.</summary>
internal sealed class Series(string name)
{
    private readonly List<double> _seconds = [];

    public string Name => name;

    public double Median
    {
        get
        {
            var sorted = _seconds.Order().ToArray();
            return sorted[sorted.Length / 2];
        }
    }

    /// <summary>Does two things in turns, so that what else the machine does falls on both.</summary>
    public static void Compare(Series own, Action ownAction, Series anchor, Action anchorAction, int rounds, Action<int>? before = null)
    {
        for (var i = 0; i < rounds; i++)
        {
            before?.Invoke(i);
            own.Time(ownAction);
            anchor.Time(anchorAction);
        }

        own.Print();
        anchor.Print();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  ratio of medians {own.Median / anchor.Median:0.00}"));
    }

    public void Time(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        _seconds.Add(watch.Elapsed.TotalSeconds);
    }

    public void Print() => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-44} median {Median * 1000,9:0.0}  min {_seconds.Min() * 1000,9:0.0}  max {_seconds.Max() * 1000,9:0.0} ms"));
}
