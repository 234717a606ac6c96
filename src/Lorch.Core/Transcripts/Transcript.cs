using System.Globalization;
using System.Text;
using Lorch.Core.Storage;

namespace Lorch.Core.Transcripts;

/// <summary>
/// What the console showed of a run, for people: one line of text each, redacted, with the time (UTC). Any thread may write.
/// </summary>
/// <remarks>
/// Nothing depends on it: it isn't synced, and a transcript that can't be written any more stops without stopping the run;
/// <see cref="Problem"/> then says why.
/// </remarks>
internal sealed class Transcript : IDisposable
{
    private readonly Lock _lock = new();
    private readonly FileStream? _file;
    private readonly SecretRedactor _redactor;
    private readonly TimeProvider _clock;
    private readonly string _path;

    /// <summary>
    /// Initializes a new instance of the <see cref="Transcript"/> class, which begins a run's transcript or goes on with it.
    /// </summary>
    /// <param name="layout">Where transcripts lie.</param>
    /// <param name="runId">The run.</param>
    /// <param name="redactor">Takes secrets out of each line.</param>
    /// <param name="clock">Tells the time of each line.</param>
    public Transcript(WorkspaceLayout layout, RunId runId, SecretRedactor redactor, TimeProvider clock)
    {
        _redactor = redactor;
        _clock = clock;
        _path = layout.Transcript(runId);
        try
        {
            _file = Open(layout.TranscriptsFolder, _path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Problem = Describe(exception);
        }
    }

    /// <summary>Gets why nothing is written any more: a warning; <see langword="null"/> while all is well.</summary>
    public Diagnostic? Problem { get; private set; }

    /// <summary>Writes a text, each of its lines with the time.</summary>
    /// <param name="text">The text; it is made plain, see <see cref="PlainText"/>.</param>
    public void Write(string text)
    {
        lock (_lock)
        {
            if (_file is null || Problem is not null)
            {
                return;
            }

            try
            {
                _file.Write(new UTF8Encoding(false, false).GetBytes(Format(text)));
            }
            catch (IOException exception)
            {
                Problem = Describe(exception);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private static FileStream Open(string folder, string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.Append,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        };
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        NoFifo.Avoid(path);
        return new FileStream(path, options);
    }

    private string Format(string text)
    {
        var time = _clock.GetUtcNow().UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        var result = new StringBuilder();

        // Redacted as a whole: a secret may go over several lines.
        foreach (var line in _redactor.Redact(text).ReplaceLineEndings("\n").Split('\n'))
        {
            result = result.Append(time).Append(' ').Append(PlainText.OneLine(line)).Append('\n');
        }

        return result.ToString();
    }

    private Diagnostic Describe(Exception exception) => new()
    {
        Code = DiagnosticCode.StorageFailed,
        Severity = DiagnosticSeverity.Warning,
        Message =
            $"The transcript can't be written: {exception.Message.TrimEnd('.')}. The run continues without it; the ledger has all events.",
        File = _path,
    };
}
