using Lorch.Core.Contents;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Receipts;
using Lorch.Core.Runs.Records;
using Lorch.Core.Storage;

namespace Lorch.Core.Runs.Landing;

/// <summary>Puts single files into the workspace. What comes out of a file's place is looked at before it is let go.</summary>
/// <remarks>
/// Whatever a person saves between two of these operations is in the file's place or comes out of it, and then goes back. A process that
/// ends in between leaves both files, and which is which can be told by what they hold.
/// </remarks>
/// <param name="workspace">The workspace's own context.</param>
/// <param name="runId">The run whose work it is.</param>
internal sealed class FileLanding(RunContext workspace, RunId runId)
{
    private const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly IDurableFiles _files = workspace.Stores.Files;
    private readonly ContentStore _contents = workspace.Stores.Contents;
    private readonly ArtifactVerifier _verifier = workspace.Verifier;

    /// <summary>Keeps what a file holds before anything takes its place.</summary>
    /// <returns>Whether it is kept, or nothing need be; not if it holds something else by now.</returns>
    public async Task<bool> KeepBeforeAsync(LandingPath change, CancellationToken cancellationToken)
    {
        if (change.Before is not { } before)
        {
            return true;
        }

        if (new WorkspaceRoot(workspace.Layout.WorkspaceRoot).Open(change.Path) is not FileOpening.Opened { Stream: var stream })
        {
            return false;
        }

        await using (stream)
        {
            return await _contents.KeepAsync(stream, before, cancellationToken);
        }
    }

    /// <summary>Puts one file in its place, unless somebody else changed it. It may have been begun before a crash.</summary>
    /// <returns>Whether the place holds what it is to hold.</returns>
    public async Task<bool> LandAsync(LandingPath change)
    {
        var (path, aside) = PlacesOf(change);
        if (File.Exists(aside) && !await SettleAsync(change, path, aside))
        {
            return false;
        }

        var (isFile, now) = await LandingPlan.HeldAsync(_verifier, change.Path, CancellationToken.None);
        if (!isFile || (now != change.Before && now != change.After))
        {
            return false;
        }

        var isThere = now == change.After || (change.Before, change.After) switch
        {
            (null, { } after) => await _files.CreateAsync(path, ContentOf(after), CancellationToken.None),
            ({ } before, null) => await RemoveAsync(path, aside, before),
            ({ } before, { } after) => await ExchangeAsync(path, aside, before, after),
            _ => true,
        };
        if (isThere && change.After is not null)
        {
            try
            {
                SetMode(path, change.IsExecutable, isNew: change.Before is null);
            }
            catch (Exception exception) when (IsGone(exception, path))
            {
                // It landed, and then somebody removed it.
            }
        }

        return isThere;
    }

    /// <summary>Takes one file back, if it still is what was put there.</summary>
    public async Task TakeBackAsync(LandingPath change)
    {
        if (await LandingPlan.HeldAsync(_verifier, change.Path, CancellationToken.None) is (true, var now) && now == change.After)
        {
            await LandAsync(change.Back);
        }
    }

    /// <summary>Finishes with what an earlier process left beside the file's place.</summary>
    /// <returns>Whether nobody else's work was found.</returns>
    private async Task<bool> SettleAsync(LandingPath change, string path, string aside)
    {
        var (left, now) = (DigestOf(aside), DigestOf(path));
        if (left == change.Before || (left == change.After && now != change.After))
        {
            await _files.DeleteAsync(aside, CancellationToken.None);
            return true;
        }

        // Somebody's work came out of the place, and nobody could look at it any more.
        await PutBackAsync(path, aside, change.After);
        return false;
    }

    private async Task<bool> ExchangeAsync(string path, string aside, Sha256Digest before, Sha256Digest after)
    {
        await _files.CreateAsync(aside, ContentOf(after), CancellationToken.None);
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(aside, File.GetUnixFileMode(path));
            }

            await _files.ExchangeAsync(path, aside, CancellationToken.None);
        }
        catch (Exception exception) when (IsGone(exception, path))
        {
            await _files.DeleteAsync(aside, CancellationToken.None);
            return false;
        }

        if (DigestOf(aside) == before)
        {
            await _files.DeleteAsync(aside, CancellationToken.None);
            return true;
        }

        await PutBackAsync(path, aside, after);
        return false;
    }

    private async Task<bool> RemoveAsync(string path, string aside, Sha256Digest before)
    {
        try
        {
            await _files.RenameAsync(path, aside, CancellationToken.None);
        }
        catch (Exception exception) when (IsGone(exception, path))
        {
            return true;
        }

        if (DigestOf(aside) == before)
        {
            await _files.DeleteAsync(aside, CancellationToken.None);
            return true;
        }

        await PutBackAsync(path, aside, null);
        return false;
    }

    /// <summary>Whether something failed because somebody removed the file just then.</summary>
    private static bool IsGone(Exception exception, string path) =>
        (exception is LorchException || StorageFailure.IsOne(exception)) && !Path.Exists(path);

    /// <summary>Gives somebody's work its place back. If there is newer work by now, that stays, and the older lies beside it.</summary>
    private async Task PutBackAsync(string path, string aside, Sha256Digest? after)
    {
        if (!File.Exists(path))
        {
            await _files.RenameAsync(aside, path, CancellationToken.None);
        }
        else if (after is not null && DigestOf(path) == after)
        {
            await _files.ExchangeAsync(path, aside, CancellationToken.None);
            if (DigestOf(aside) == after)
            {
                await _files.DeleteAsync(aside, CancellationToken.None);
            }
        }
    }

    private IEnumerable<ReadOnlyMemory<byte>> ContentOf(Sha256Digest digest) =>
        _contents.TryRead(digest) ?? throw new LorchException(new Diagnostic
        {
            Code = DiagnosticCode.ContentLost,
            Message = $"A content that {runId} is to put into the workspace isn't in contents/ any more. Restore that folder, then run the "
                + $"same command again; or give the run up with dotnet build -t:LorchAbort -p:Run={runId}.",
            File = workspace.Stores.Layout.Content(digest),
        });

    private (string Path, string Aside) PlacesOf(LandingPath change)
    {
        var path = Path.Join(workspace.Layout.WorkspaceRoot, change.Path.ToString());
        var mark = Sha256Digest.Of(PathBytes(change.Path)).Hex[..8];
        return (path, Path.Join(Path.GetDirectoryName(path), $".lorch-{runId}-{mark}"));
    }

    private static byte[] PathBytes(RelativePath path) => System.Text.Encoding.Unicode.GetBytes(path.ToString());

    private static Sha256Digest? DigestOf(string path)
    {
        try
        {
            return Sha256Digest.Of(NoFifo.ReadAllBytes(path));
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            return null;
        }
    }

    /// <summary>
    /// A new file may be read by whom its folder lets in; one that was there keeps its mode. Either can be run if the agent's can.
    /// </summary>
    private static void SetMode(string path, bool isExecutable, bool isNew)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var mode = isNew
            ? File.GetUnixFileMode(Path.GetDirectoryName(path)!) & (UnixFileMode)0b111_111_111 & ~Execute
            : File.GetUnixFileMode(path);
        var readers = (UnixFileMode)(((int)mode & 0b100_100_100) >> 2);
        mode = isExecutable ? mode | readers : mode & ~Execute;
        if (mode != File.GetUnixFileMode(path))
        {
            File.SetUnixFileMode(path, mode);
        }
    }
}
