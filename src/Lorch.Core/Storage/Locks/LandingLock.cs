namespace Lorch.Core.Storage.Locks;

/// <summary>Lets one landing go on while others wait: for one that others overtook again and again.</summary>
internal sealed class LandingLock : IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    // Who holds it checks work, which takes as long as the commands of his task may take.
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    private readonly FileStream _stream;

    private LandingLock(FileStream stream) => _stream = stream;

    /// <summary>Takes the lock, waiting for it if another process holds it.</summary>
    /// <param name="layout">The workspace.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The lock; disposing it lets the next one in.</returns>
    /// <exception cref="LorchException">Another process still holds it after an hour (LORCH2002), or the file can't be opened.</exception>
    public static async Task<LandingLock> AcquireAsync(WorkspaceLayout layout, TimeProvider clock, CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var taken = TryTake(layout.LandingLock);
            if (taken is not null)
            {
                return taken;
            }

            if (clock.GetElapsedTime(start) >= Patience)
            {
                throw new LorchException(new Diagnostic
                {
                    Code = DiagnosticCode.WorkspaceLocked,
                    File = layout.LandingLock,
                    Message = "Another run has been putting its work into the workspace for an hour. End it, then run the same command "
                        + "again.",
                });
            }

            await Task.Delay(PollInterval, clock, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        AdvisoryLock.LetGo(_stream.SafeFileHandle);
        _stream.Dispose();
    }

    private static LandingLock? TryTake(string path)
    {
        FileStream? stream = null;
        try
        {
            DurableFolders.Make(Path.GetDirectoryName(path)!);
            stream = OwnerOnlyFile.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            if (!AdvisoryLock.TryTake(path, stream.SafeFileHandle, UnixCalls.LockExclusive))
            {
                stream.Dispose();
                return null;
            }

            return new LandingLock(stream);
        }
        catch (IOException exception) when (SystemError.SaysInUse(exception) || SystemError.SaysHeldOpen(exception))
        {
            stream?.Dispose();
            return null;
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            stream?.Dispose();
            throw StorageFailure.Because(path, "locked", exception);
        }
    }
}
