namespace Lorch.Core.Agents.Processes;

/// <summary>The last words of an agent: the lines that tell most often why it died.</summary>
internal sealed class StderrTail
{
    /// <summary>How many lines are kept.</summary>
    public const int Capacity = 20;

    private readonly Lock _gate = new();
    private readonly Queue<string> _lines = new(Capacity);

    /// <summary>Adds a line; the oldest one goes when there are too many.</summary>
    /// <param name="line">The line, already cut and redacted.</param>
    public void Add(string line)
    {
        lock (_gate)
        {
            if (_lines.Count == Capacity)
            {
                _lines.Dequeue();
            }

            _lines.Enqueue(line);
        }
    }

    /// <summary>Gives the lines, oldest first.</summary>
    /// <returns>A copy.</returns>
    public IReadOnlyList<string> ToList()
    {
        lock (_gate)
        {
            return [.. _lines];
        }
    }
}
