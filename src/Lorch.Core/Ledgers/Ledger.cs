using Lorch.Core.Protocol;
using Lorch.Core.Storage;

namespace Lorch.Core.Ledgers;

/// <summary>The run's record, open to be added to. One caller at a time.</summary>
/// <remarks>
/// An entry counts once <see cref="AppendAsync"/> returned. After a failed append nobody knows what the disk holds: the ledger takes
/// nothing more, and what is there is found by reading it again.
/// What somebody else does to the file while it is open is undone before the next line is appended.
/// </remarks>
internal sealed class Ledger : IAsyncDisposable
{
    private readonly IDurableFiles _files;
    private readonly LedgerGuard _guard;
    private readonly List<Alteration> _alterations = [];
    private IAppendOnlyFile _file;
    private LorchException? _failure;

    private Ledger(RunId runId, string path, IDurableFiles files, IAppendOnlyFile file)
    {
        RunId = runId;
        Path = path;
        _files = files;
        _file = file;
        _guard = LedgerGuard.Begin(path);
    }

    /// <summary>Gets the run.</summary>
    public RunId RunId { get; }

    /// <summary>Gets the file.</summary>
    public string Path { get; }

    /// <summary>Gets what somebody else did to the file while it was open here. All of it was undone.</summary>
    public IReadOnlyList<Alteration> Alterations => _alterations;

    /// <summary>Opens a run's ledger, or begins it.</summary>
    /// <param name="layout">Where ledgers lie.</param>
    /// <param name="runId">The run.</param>
    /// <param name="files">What makes lines durable.</param>
    /// <param name="cancellationToken">Stops before the file is opened.</param>
    /// <returns>The ledger; the caller disposes it.</returns>
    /// <exception cref="LorchException">The file can't be opened, or ends in a torn line, which would swallow the next one.</exception>
    public static async Task<Ledger> OpenAsync(
        WorkspaceLayout layout,
        RunId runId,
        IDurableFiles files,
        CancellationToken cancellationToken)
    {
        var path = layout.Ledger(runId);
        RefuseTornTail(path);
        var file = await files.OpenAppendAsync(path, cancellationToken);
        try
        {
            return new Ledger(runId, path, files, file);
        }
        catch (LorchException)
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>Appends one line with one write and one sync.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="cancellationToken">Stops before the write; nothing is appended then.</param>
    /// <returns>A task that completes when the line is durable.</returns>
    /// <exception cref="LorchException">The line is too long, or couldn't be made durable.</exception>
    public async Task AppendAsync(Message message, CancellationToken cancellationToken)
    {
        if (_failure is not null)
        {
            throw new LorchException(_failure.Diagnostic, _failure);
        }

        var line = ToLine(message);
        try
        {
            await MendAsync(compareContent: false, cancellationToken);
            await _file.AppendAsync(line, cancellationToken);
            _guard.Add(line);
        }
        catch (LorchException exception)
        {
            _failure = exception;
            throw;
        }
    }

    /// <summary>
    /// Finds what somebody else did to the file, and undoes it: what was appended stands there again, what was found is put aside.
    /// </summary>
    /// <param name="compareContent">Whether to look at the content although the file seems untouched.</param>
    /// <param name="cancellationToken">Stops before anything is done.</param>
    /// <returns>A task that completes when the file holds what it should.</returns>
    /// <exception cref="LorchException">It couldn't be undone.</exception>
    public async Task MendAsync(bool compareContent, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_failure is null && _guard.FindAlteration(compareContent) is { } what)
        {
            await _file.DisposeAsync();
            _alterations.Add(await Alteration.MendAsync(_files, Path, what, _guard.Content()));
            _file = await _files.OpenAppendAsync(Path, CancellationToken.None);
            _guard.Renew();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _guard.Dispose();
        await _file.DisposeAsync();
    }

    private static void RefuseTornTail(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        using var file = new LedgerFile(path);
        if (file.Length is var length and > 0 && file.ReadBytes(length - 1, length)[0] != (byte)'\n')
        {
            throw new LorchException(new Diagnostic
            {
                Code = DiagnosticCode.LedgerTorn,
                Message =
                    "The ledger's last line has no line feed, so nothing can be appended to it. The next LorchRun or LorchResume moves the "
                        + "torn line aside.",
                File = path,
            });
        }
    }

    private byte[] ToLine(Message message)
    {
        var json = MessageJson.GetBytes(message);
        if (json.Length > LedgerLines.MaxBytes)
        {
            throw new LorchException(new Diagnostic
            {
                Code = DiagnosticCode.LedgerLineTooLong,
                Message = $"A record of the run has {json.Length} bytes; a line of the ledger holds at most {LedgerLines.MaxBytes}. "
                    + "The step names too many artifacts, or says too much about them: let it produce fewer files, or split the task.",
                File = Path,
            });
        }

        Array.Resize(ref json, json.Length + 1);
        json[^1] = (byte)'\n';
        return json;
    }
}
