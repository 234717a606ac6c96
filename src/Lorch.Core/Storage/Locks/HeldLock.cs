using System.Globalization;

namespace Lorch.Core.Storage.Locks;

/// <summary>A lock of the operating system, which dies with its process.</summary>
/// <remarks>
/// The file is never deleted: two processes could then hold the lock of two files with one name. What stands in it says who holds
/// the lock, but only the lock says that somebody does, so that a process id which is used again fools nobody.
/// </remarks>
internal sealed class HeldLock : IDisposable
{
    // On Windows, sharing is the lock, and others must be able to read who holds it. On Unix it is advisory, and None means flock(2).
    private static readonly FileShare OthersMay = OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private readonly FileStream _stream;
    private LockHolder _holder;

    private HeldLock(FileStream stream, LockHolder holder)
    {
        _stream = stream;
        _holder = holder;
    }

    /// <summary>Takes a workspace's lock.</summary>
    public static Task<HeldLock> AcquireAsync(
        WorkspaceLayout layout,
        LockHolder self,
        TimeSpan timeout,
        TimeProvider clock,
        CancellationToken cancellationToken) =>
        AcquireAsync(LockedPlace.OfWorkspace(layout), self, timeout, clock, cancellationToken);

    /// <summary>Takes the lock, waiting for it if another process holds it.</summary>
    /// <param name="place">What is to be held.</param>
    /// <param name="self">Who takes it.</param>
    /// <param name="timeout">How long to wait; zero tries once.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The lock; disposing it lets the next one in.</returns>
    /// <exception cref="LorchException">Another process still holds it after the time-out (LORCH2002), or the file can't be opened
    /// (LORCH2007).</exception>
    public static async Task<HeldLock> AcquireAsync(
        LockedPlace place,
        LockHolder self,
        TimeSpan timeout,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(place);
        ArgumentNullException.ThrowIfNull(self);
        ArgumentNullException.ThrowIfNull(clock);
        var start = clock.GetTimestamp();
        var isLastTry = false;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryTake(place, self) is { } taken)
            {
                return taken;
            }

            if (clock.GetElapsedTime(start) >= timeout)
            {
                var holders = ReadHolders(place);
                if (holders.Count > 0 || isLastTry)
                {
                    throw HeldByAnother(place, holders.Count > 0 ? holders[0] : null, timeout);
                }

                // It was let go just now, or somebody only looked who holds it.
                isLastTry = true;
                continue;
            }

            await Task.Delay(PollInterval, clock, cancellationToken);
        }
    }

    /// <summary>Takes the lock if nobody holds it.</summary>
    /// <returns>The lock, or null.</returns>
    public static HeldLock? TryTake(LockedPlace place, LockHolder self)
    {
        ArgumentNullException.ThrowIfNull(place);
        return place.Paths.Select(path => TryTake(path, self)).FirstOrDefault(taken => taken is not null);
    }

    /// <summary>Gets who holds a workspace's lock now.</summary>
    /// <param name="layout">The workspace.</param>
    /// <returns>The holder, or null when nobody holds it, whatever the file says.</returns>
    public static LockHolder? ReadHolder(WorkspaceLayout layout) =>
        ReadHolders(LockedPlace.OfWorkspace(layout)) is [var holder, ..] ? holder : null;

    /// <summary>Gets who holds something now: none when nobody does, whatever the files say.</summary>
    public static IReadOnlyList<LockHolder> ReadHolders(LockedPlace place)
    {
        ArgumentNullException.ThrowIfNull(place);
        return [.. place.Paths.Select(ReadHolder).OfType<LockHolder>()];
    }

    /// <summary>Tells readers the run that the lock is held for.</summary>
    /// <param name="runId">The run.</param>
    public void SetRun(RunId runId)
    {
        _holder = _holder with { RunId = runId };
        try
        {
            Write();
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            throw StorageFailure.Because(_stream.Name, "written", exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!OperatingSystem.IsWindows() && !_stream.SafeFileHandle.IsClosed)
        {
            // A process that is just being started holds a copy of the file for a moment.
            AdvisoryLock.LetGo(_stream.SafeFileHandle);
        }

        _stream.Dispose();
    }

    private static LockHolder? ReadHolder(string path)
    {
        try
        {
            return LockProbe.Read(path);
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            throw StorageFailure.Because(path, "read", exception);
        }
    }

    private static HeldLock? TryTake(string path, LockHolder self)
    {
        FileStream? stream = null;
        try
        {
            DurableFolders.Make(Path.GetDirectoryName(path)!);
            stream = OwnerOnlyFile.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, OthersMay);
            if (!AdvisoryLock.TryTake(path, stream.SafeFileHandle, UnixCalls.LockExclusive))
            {
                stream.Dispose();
                return null;
            }

            var taken = new HeldLock(stream, self);
            taken.Write();
            return taken;
        }
        catch (IOException exception) when (SystemError.SaysInUse(exception))
        {
            return null;
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            stream?.Dispose();
            throw StorageFailure.Because(path, "locked", exception);
        }
    }

    private static LorchException HeldByAnother(LockedPlace place, LockHolder? holder, TimeSpan waited)
    {
        var who = holder switch
        {
            { Pid: not 0 } => string.Create(
                CultureInfo.InvariantCulture,
                $"process {holder.Pid}"
                    + $"{(holder.Place is null || holder.SharesProcessIds ? "" : " of another container or machine")} since "
                    + $"{holder.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC{(holder.RunId is { } run ? $" for {run}" : "")}"),
            _ => "another process",
        };
        return new LorchException(new Diagnostic
        {
            Code = DiagnosticCode.WorkspaceLocked,
            File = place.Paths[0],
            Message = string.Create(
                CultureInfo.InvariantCulture,
                $"{place.HeldBy} {who}; waited {waited.TotalSeconds:0.###} s. {place.Remedy}"),
        });
    }

    private void Write()
    {
        // Readers take the first line, so the rest of a longer one that stood here does no harm before it is cut.
        var line = _holder.ToJsonLine();
        _stream.Position = 0;
        _stream.Write(line);
        _stream.SetLength(line.Length);
    }
}
