using System.Globalization;

namespace Lorch.Core.Storage.Locks;

/// <summary>Lets one run at a time work in a workspace: a lock of the operating system, which dies with its process.</summary>
/// <remarks>
/// The file is never deleted: two processes could then hold the lock of two files with one name. What stands in it says who holds
/// the lock, but only the lock says that somebody does, so that a process id which is used again fools nobody.
/// </remarks>
internal sealed class WorkspaceLock : IDisposable
{
    // On Windows, sharing is the lock, and others must be able to read who holds it. On Unix it is advisory, and None means flock(2).
    private static readonly FileShare OthersMay = OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private readonly FileStream _stream;
    private LockHolder _holder;

    private WorkspaceLock(FileStream stream, LockHolder holder)
    {
        _stream = stream;
        _holder = holder;
    }

    /// <summary>Takes the lock, waiting for it if another process holds it.</summary>
    /// <param name="layout">The workspace.</param>
    /// <param name="self">Who takes it.</param>
    /// <param name="timeout">How long to wait; zero tries once.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The lock; disposing it lets the next one in.</returns>
    /// <exception cref="LorchException">Another process still holds it after the time-out (LORCH2002), or the file can't be opened
    /// (LORCH2007).</exception>
    public static async Task<WorkspaceLock> AcquireAsync(
        WorkspaceLayout layout,
        LockHolder self,
        TimeSpan timeout,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(self);
        ArgumentNullException.ThrowIfNull(clock);
        var start = clock.GetTimestamp();
        var isLastTry = false;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var taken = TryTake(layout.LockFile, self);
            if (taken is not null)
            {
                return taken;
            }

            if (clock.GetElapsedTime(start) >= timeout)
            {
                var holder = ReadHolder(layout);
                if (holder is not null || isLastTry)
                {
                    throw HeldByAnother(layout, holder, timeout);
                }

                // It was let go just now, or somebody only looked who holds it.
                isLastTry = true;
                continue;
            }

            await Task.Delay(PollInterval, clock, cancellationToken);
        }
    }

    /// <summary>Gets who holds the lock now.</summary>
    /// <param name="layout">The workspace.</param>
    /// <returns>The holder, or null when nobody holds it, whatever the file says.</returns>
    public static LockHolder? ReadHolder(WorkspaceLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        try
        {
            return LockProbe.Read(layout.LockFile);
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            throw StorageFailure.Because(layout.LockFile, "read", exception);
        }
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
    public void Dispose() => _stream.Dispose();

    private static WorkspaceLock? TryTake(string path, LockHolder self)
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

            var taken = new WorkspaceLock(stream, self);
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

    private static LorchException HeldByAnother(WorkspaceLayout layout, LockHolder? holder, TimeSpan waited)
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
            File = layout.LockFile,
            Message = string.Create(
                CultureInfo.InvariantCulture,
                $"The workspace '{layout.WorkspaceRoot}' is held by {who}; waited {waited.TotalSeconds:0.###} s. ")
                + "One run at a time works in a workspace: wait until that one ends, or end it, then run the same command again.",
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
