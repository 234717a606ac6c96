using Lorch.Core.Storage;

namespace Lorch.Core.Ledgers;

/// <summary>Moves what a crash left of a ledger's last line aside, so that the ledger ends with a whole line again.</summary>
/// <remarks>
/// The torn bytes are durable in <c>events/&lt;run&gt;.torn</c> before they are cut off: a crash in between leaves them in both, and the
/// next repair appends them once more, which harms nobody. To change nothing about a ledger that is damaged elsewhere, read it first.
/// </remarks>
internal static class TornTail
{
    private const int BlockSize = 1024 * 1024;

    /// <summary>Repairs a run's ledger if it needs it.</summary>
    /// <param name="layout">Where ledgers lie.</param>
    /// <param name="runId">The run.</param>
    /// <param name="files">What makes changes durable.</param>
    /// <param name="cancellationToken">Stops between two steps; the next repair does the rest.</param>
    /// <returns>What was moved aside; <see langword="null"/> if the ledger ends with a whole line, or there is none.</returns>
    /// <exception cref="LorchException">The line before the torn one is no JSON either: that is damage, and nothing is changed.</exception>
    public static async Task<TornTailRepair?> RepairAsync(
        WorkspaceLayout layout,
        RunId runId,
        IDurableFiles files,
        CancellationToken cancellationToken)
    {
        var (ledger, torn) = (layout.Ledger(runId), layout.TornTail(runId));
        if (!File.Exists(ledger) || FindTear(ledger) is not { } tear)
        {
            return null;
        }

        if (tear.Start == 0 && !File.Exists(torn))
        {
            await files.RenameAsync(ledger, torn, cancellationToken);
        }
        else if (tear.Bytes.Length == 0)
        {
            return null;
        }
        else
        {
            await AppendAsync(torn, tear.Bytes, files, cancellationToken);
            await files.TruncateAsync(ledger, tear.Start, cancellationToken);
        }

        return new TornTailRepair { Ledger = ledger, TornFile = torn, Bytes = tear.Bytes.Length, IsWholeLedger = tear.Start == 0 };
    }

    /// <summary>Tells whether a ledger's last line is torn. Changes nothing.</summary>
    public static bool IsTorn(string ledger) => FindTear(ledger) is { Bytes.Length: > 0 };

    private static Tear? FindTear(string ledger)
    {
        using var file = new LedgerFile(ledger);
        var length = file.Length;
        if (length == 0)
        {
            return new Tear(0, []);
        }

        var hasLineFeed = file.ReadBytes(length - 1, length)[0] == (byte)'\n';
        var end = hasLineFeed ? length - 1 : length;
        var start = file.FindLineStart(end);
        if (end - start > LedgerLines.MaxBytes)
        {
            // Nothing that Lorch was writing when it died: the reader reports it.
            return null;
        }

        var bytes = file.ReadBytes(start, length);
        if (hasLineFeed && LedgerFile.IsJson(bytes))
        {
            return null;
        }

        RefuseSecondBadLine(file, start);
        return new Tear(start, bytes);
    }

    /// <summary>One crash tears one line: a bad one before it is something else.</summary>
    private static void RefuseSecondBadLine(LedgerFile file, long end)
    {
        if (end == 0)
        {
            return;
        }

        var start = file.FindLineStart(end - 1);
        if (end - start > LedgerLines.MaxBytes || !LedgerFile.IsJson(file.ReadBytes(start, end)))
        {
            throw file.Damaged(CountLines(file, end), "it is no JSON, and a torn line follows");
        }
    }

    private static long CountLines(LedgerFile file, long end)
    {
        var count = 0L;
        for (var offset = 0L; offset < end; offset += BlockSize)
        {
            count += file.ReadBytes(offset, Math.Min(offset + BlockSize, end)).AsSpan().Count((byte)'\n');
        }

        return count;
    }

    private static async Task AppendAsync(string path, byte[] bytes, IDurableFiles files, CancellationToken cancellationToken)
    {
        await using var file = await files.OpenAppendAsync(path, cancellationToken);
        await file.AppendAsync(bytes, cancellationToken);
    }

    private sealed record Tear(long Start, byte[] Bytes);
}
