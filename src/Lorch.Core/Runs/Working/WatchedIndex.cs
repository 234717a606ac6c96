using Lorch.Core.Storage;

namespace Lorch.Core.Runs.Working;

/// <summary>Keeps the scanner's index as it was while agents work: whoever writes it could make a changed file look unchanged.</summary>
/// <remarks>
/// A build that an agent starts may write it rightly, and nobody can tell: it only saves time, so what was written meanwhile is thrown
/// away. A copy says more than times do, which have ticks.
/// </remarks>
internal sealed class WatchedIndex : IDisposable
{
    private readonly string _path;
    private readonly HiddenCopy _copy;
    private readonly CopiedPart? _part;

    /// <summary>Initializes a new instance of the <see cref="WatchedIndex"/> class, before the first agent starts.</summary>
    /// <param name="layout">Where the index lies.</param>
    public WatchedIndex(WorkspaceLayout layout)
    {
        _path = layout.StatIndex;
        _copy = HiddenCopy.Create(layout.EventsFolder);
        _part = _copy.Append(_path, long.MaxValue);
    }

    /// <summary>Puts back what was there, or nothing; to be called while no agent is left that could write.</summary>
    public void PutBack()
    {
        if (_part is { } part ? _copy.IsEqualTo(_path, part) : !Path.Exists(_path))
        {
            return;
        }

        try
        {
            using var file = TemporaryFile.Write(_path, [_part is { } copied ? _copy.Read(copied) : []]);
            file.ReplaceTarget(_path);
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            // A folder in its place, or no folder for it: in either case there is no index.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _copy.Dispose();
}
