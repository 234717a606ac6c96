using System.Text.Json;
using Lorch.Core.Json;
using Lorch.Core.Protocol;
using Lorch.Core.Storage;

namespace Lorch.Core.Ledgers;

/// <summary>Reads a ledger from its first line to its last whole one, with memory that doesn't depend on its length.</summary>
internal static class LedgerReader
{
    private const int NewestFormat = 1;

    /// <summary>Reads the entries one by one. A torn last line isn't among them: <see cref="TornTail"/> moves it aside.</summary>
    /// <param name="path">The ledger; its run may be appending to it.</param>
    /// <param name="cancellationToken">Stops between two entries.</param>
    /// <returns>The entries, each read when it is asked for.</returns>
    /// <exception cref="LorchException">The ledger isn't there, is damaged before its last line, or was written by a newer
    /// version.</exception>
    public static IEnumerable<LedgerEntry> Read(string path, CancellationToken cancellationToken)
    {
        using var file = new LedgerFile(path);
        using var lines = new LedgerLines(file);
        while (ReadEntry(lines, file) is { } entry)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return entry;
        }
    }

    /// <summary>
    /// Reads the entries that a history follows from. Events that only tell progress are checked to be JSON and left out: that is what
    /// makes long ledgers long.
    /// </summary>
    /// <param name="path">The ledger; its run may be appending to it.</param>
    /// <param name="cancellationToken">Stops between two entries.</param>
    /// <returns>The entries, each read when it is asked for.</returns>
    /// <exception cref="LorchException">As with <see cref="Read"/>.</exception>
    public static IEnumerable<LedgerEntry> ReadWithoutChatter(string path, CancellationToken cancellationToken)
    {
        using var file = new LedgerFile(path);
        using var lines = new LedgerLines(file);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var end = lines.ReadNext(out var line);
            if (end is LedgerLineEnd.LineFeed && LedgerChatter.IsChatter(line))
            {
                continue;
            }

            if (ReadEntry(end, line, lines, file) is not { } entry)
            {
                yield break;
            }

            yield return entry;
        }
    }

    /// <summary>Reads the last whole messages alone, whatever the ledger's length.</summary>
    /// <param name="path">The ledger.</param>
    /// <param name="count">How many, at most.</param>
    /// <param name="isMerged">Whether what stands behind them is no torn line, but the mark of a merge.</param>
    /// <returns>The messages, the last first; fewer if the ledger has no more, or is damaged there.</returns>
    public static IReadOnlyList<Message> ReadLast(string path, int count, out bool isMerged)
    {
        using var file = new LedgerFile(path);
        var length = file.Length;
        var end = file.FindLineStart(length);
        var line = ReadLineBefore(file, end, out var start);
        isMerged = false;
        if (end == length && line is not null && !LedgerFile.IsJson(line))
        {
            isMerged = MergeMarks.IsMark(line);
            line = ReadLineBefore(file, start, out start);
        }

        var messages = new List<Message>();
        while (line is not null && messages.Count < count && MessageJson.Parse(line) is MessageParsing.Parsed { Message: var message })
        {
            messages.Add(message);
            line = messages.Count < count ? ReadLineBefore(file, start, out start) : null;
        }

        return messages;
    }

    /// <summary>Finds the task of a ledger that can't be believed: the first of its lines that is a message names it.</summary>
    /// <param name="path">The ledger.</param>
    /// <returns>The task; <see langword="null"/> if no line tells.</returns>
    public static TaskId? FindTask(string path)
    {
        try
        {
            using var file = new LedgerFile(path);
            using var lines = new LedgerLines(file);
            while (lines.ReadNext(out var line) is LedgerLineEnd.LineFeed or LedgerLineEnd.EndOfFile)
            {
                if (MessageJson.Parse(line) is MessageParsing.Parsed { Message: var message } && TaskOf(message) is { } task)
                {
                    return task;
                }
            }
        }
        catch (LorchException)
        {
            // It can't be read; whoever asks knows that already.
        }

        return null;
    }

    private static TaskId? TaskOf(Message message) => message switch
    {
        Command command => command.TaskId,
        Event said => said.TaskId,
        _ => null,
    };

    private static byte[]? ReadLineBefore(LedgerFile file, long end, out long start)
    {
        start = end == 0 ? 0 : file.FindLineStart(end - 1);
        return end == 0 || end - 1 - start > LedgerLines.MaxBytes ? null : file.ReadBytes(start, end - 1);
    }

    private static LedgerEntry? ReadEntry(LedgerLines lines, LedgerFile file)
    {
        var end = lines.ReadNext(out var line);
        return ReadEntry(end, line, lines, file);
    }

    private static LedgerEntry? ReadEntry(LedgerLineEnd end, ReadOnlySpan<byte> line, LedgerLines lines, LedgerFile file) => end switch
    {
        LedgerLineEnd.LineFeed => Parse(line, lines, file),
        LedgerLineEnd.TooLong => throw file.Damaged(lines.LineNumber, $"it has more than {LedgerLines.MaxBytes} bytes"),
        _ => null,
    };

    private static LedgerEntry? Parse(ReadOnlySpan<byte> line, LedgerLines lines, LedgerFile file)
    {
        var parsing = MessageJson.Parse(line);
        if (parsing is MessageParsing.Parsed { Message: var message })
        {
            if (lines.LineNumber == 1 && message is Event { Name: EventName.RunStarted, Payload: { } payload })
            {
                RefuseNewerFormat(payload, file);
            }

            return new LedgerEntry(lines.LineNumber, message);
        }

        return Judge((RejectedLine)parsing, line, lines, file);
    }

    /// <summary>A last line that is no JSON was torn by a crash; anything else that is no message is damage.</summary>
    private static LedgerEntry? Judge(RejectedLine rejected, ReadOnlySpan<byte> line, LedgerLines lines, LedgerFile file)
    {
        var isJson = LedgerFile.IsJson(line);
        if (isJson && lines.LineNumber == 1 && LoneSurrogates.Find(line, 0) < 0)
        {
            RefuseNewerFormatOfUnknownMessage(line, file);
        }

        if (!isJson && lines.IsAtEnd())
        {
            return null;
        }

        throw MergeMarks.IsMark(line)
            ? file.Merged(lines.LineNumber)
            : file.Damaged(lines.LineNumber, rejected.Path is null ? rejected.Reason : $"{rejected.Reason} (at {rejected.Path})");
    }

    /// <summary>A newer first line may hold members that this version doesn't know, and still says which format it is.</summary>
    private static void RefuseNewerFormatOfUnknownMessage(ReadOnlySpan<byte> line, LedgerFile file)
    {
        var reader = new Utf8JsonReader(line);
        using var document = JsonDocument.ParseValue(ref reader);
        if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("payload", out var payload))
        {
            RefuseNewerFormat(payload, file);
        }
    }

    private static void RefuseNewerFormat(JsonElement payload, LedgerFile file)
    {
        if (payload.ValueKind == JsonValueKind.Object
            && payload.TryGetProperty("format", out var format)
            && format.ValueKind == JsonValueKind.Number
            && format.GetDouble() > NewestFormat)
        {
            throw new LorchException(new Diagnostic
            {
                Code = DiagnosticCode.FormatTooNew,
                Message = $"The ledger has format {format.GetRawText()}, this version of Lorch.Build reads up to {NewestFormat}. "
                    + "Use the version that wrote it, or a newer one.",
                File = file.Path,
                Line = 1,
            });
        }
    }
}
