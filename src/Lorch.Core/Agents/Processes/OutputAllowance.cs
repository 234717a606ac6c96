using System.Globalization;

namespace Lorch.Core.Agents.Processes;

/// <summary>Counts what an agent writes against what it may write: for one command, and in a short time.</summary>
/// <param name="limits">What it may write.</param>
/// <param name="clock">The clock.</param>
internal sealed class OutputAllowance(OutputLimits limits, TimeProvider clock)
{
    /// <summary>A burst is no flood: the rate is looked at over this time.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private long _total;
    private long _inWindow;
    private long _windowBegan = clock.GetTimestamp();
    private volatile string? _excess;

    /// <summary>Gets what was too much; null while nothing was. It stays.</summary>
    public string? Excess => _excess;

    private long MaxInWindow => (long)Math.Min(limits.MaxBytesPerSecond * Window.TotalSeconds, long.MaxValue / 2);

    /// <summary>Begins to count anew for the next command.</summary>
    public void Renew()
    {
        lock (_gate)
        {
            _total = 0;
        }
    }

    /// <summary>Counts what was written.</summary>
    /// <param name="count">How many bytes.</param>
    public void Take(int count)
    {
        lock (_gate)
        {
            if (clock.GetElapsedTime(_windowBegan) >= Window)
            {
                (_windowBegan, _inWindow) = (clock.GetTimestamp(), 0);
            }

            _total += count;
            _inWindow += count;
            _excess ??= Judge();
        }
    }

    private string? Judge() => (_total > limits.MaxBytes, _inWindow > MaxInWindow) switch
    {
        (true, _) => string.Create(
            CultureInfo.InvariantCulture,
            $"more than {limits.MaxBytes} bytes for one command (policy.output_max_bytes)"),
        (_, true) => string.Create(
            CultureInfo.InvariantCulture,
            $"more than {limits.MaxBytesPerSecond} bytes a second over {Window.TotalSeconds} s (policy.output_max_bytes_per_s)"),
        _ => null,
    };
}
