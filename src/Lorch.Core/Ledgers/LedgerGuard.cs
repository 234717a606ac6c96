using Lorch.Core.Storage;

namespace Lorch.Core.Ledgers;

/// <summary>Knows what an open ledger holds, so that what somebody else did to it is found and can be undone.</summary>
/// <remarks>
/// A look at the file's stamp before each append costs nothing beside the sync. At the end of an attempt the content is compared as well,
/// as far as that takes a moment: two changes within one tick of the system's clock can have one stamp.
/// </remarks>
internal sealed class LedgerGuard : IDisposable
{
    private const long MaxCompared = 16 * 1024 * 1024;

    private readonly string _path;
    private readonly HiddenCopy _copy;
    private FileStamp? _stamp;

    private LedgerGuard(string path, HiddenCopy copy)
    {
        _path = path;
        _copy = copy;
        Renew();
    }

    private CopiedPart All => new(0, _copy.Length);

    /// <summary>Begins with what the file holds.</summary>
    /// <param name="path">The ledger, which is there.</param>
    /// <returns>The guard; the caller disposes it.</returns>
    public static LedgerGuard Begin(string path)
    {
        var copy = HiddenCopy.Create(Path.GetDirectoryName(path)!);
        if (copy.Append(path, long.MaxValue) is not null)
        {
            return new LedgerGuard(path, copy);
        }

        copy.Dispose();
        throw new LorchException(new Diagnostic
        {
            Code = DiagnosticCode.FileUnreadable,
            Message = "The ledger can't be read. Make it readable for the user who runs the build.",
            File = path,
        });
    }

    /// <summary>Takes in what was appended durably.</summary>
    /// <param name="line">The line with its line feed.</param>
    public void Add(ReadOnlySpan<byte> line)
    {
        _copy.Append(line);
        Renew();
    }

    /// <summary>Takes the file as it is now for the ledger's.</summary>
    public void Renew() => _stamp = FileStamp.Of(_path);

    /// <summary>Gives what the ledger holds.</summary>
    /// <returns>All its lines.</returns>
    public byte[] Content() => _copy.Read(All);

    /// <summary>Says what somebody else did to the file.</summary>
    /// <param name="compareContent">Whether to look at the content although the stamp is as it was.</param>
    /// <returns>The end of a sentence that begins with the file; <see langword="null"/> if it holds what it should.</returns>
    public string? FindAlteration(bool compareContent)
    {
        if (FileStamp.Of(_path) is not { } now)
        {
            return "was deleted";
        }

        if (_stamp is not { } stamp || !now.IsSameFileAs(stamp))
        {
            return "was replaced by another file";
        }

        if (now.Size != _copy.Length)
        {
            return now.Size < _copy.Length ? "was cut" : "was added to";
        }

        if (now != stamp || (compareContent && now.Size <= MaxCompared))
        {
            if (!_copy.IsEqualTo(_path, All))
            {
                return "was changed";
            }

            _stamp = now;
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _copy.Dispose();
}
