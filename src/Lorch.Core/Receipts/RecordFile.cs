using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Lorch.Core.Json;
using Lorch.Core.Storage;

namespace Lorch.Core.Receipts;

/// <summary>Reads one kind of record from its files. A file that can't be believed is an error, never a missing record.</summary>
/// <typeparam name="T">The record.</typeparam>
/// <param name="type">Its strict JSON.</param>
/// <param name="newestFormat">The newest format that is understood.</param>
/// <param name="code">The code of damage.</param>
/// <param name="name">What the record is called.</param>
/// <param name="risk">What is at risk, as a sentence.</param>
/// <param name="deletion">What comes of deleting the file, as the end of a sentence.</param>
internal sealed class RecordFile<T>(JsonTypeInfo<T> type, int newestFormat, string code, string name, string risk, string deletion)
    where T : class
{
    /// <summary>Reads a file.</summary>
    /// <returns>The record and its bytes; <see langword="null"/> if there is no such file.</returns>
    public (T Record, byte[] Bytes)? TryRead(string path)
    {
        try
        {
            var bytes = NoFifo.ReadAllBytes(path);
            return (Parse(bytes, path), bytes);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Damaged(path, $"it can't be read: {exception.Message}", exception);
        }
    }

    /// <summary>Makes the error that says why a file can't be believed.</summary>
    public LorchException Damaged(string path, string reason, Exception? cause = null) => new(
        new Diagnostic
        {
            Code = code,
            Message = $"The {name} can't be used: {reason.TrimEnd('.')}. {risk} Restore the file from a copy, or delete it{deletion}",
            File = path
        },
        cause);

    private LorchException Merged(string path, int line) => new(new Diagnostic
    {
        Code = code,
        Message = $"The {name} holds the marks of a merge, from line {line} on. {risk} {MergeMarks.Remedy}, or delete the file{deletion}",
        File = path,
        Line = line,
        Column = 1,
    });

    private T Parse(byte[] bytes, string path)
    {
        var isRecord = StrictJson.TryRead(bytes, type, out var record, out var fault);
        if (FindFormat(bytes) is { } format && format > newestFormat)
        {
            throw new LorchException(new Diagnostic
            {
                Code = DiagnosticCode.FormatTooNew,
                Message = $"The {name} has format {format}, this version of Lorch.Build reads up to {newestFormat}. "
                    + "Use the version that wrote it, or a newer one.",
                File = path,
            });
        }

        return isRecord ? record!
            : MergeMarks.FindLine(bytes) is { } line ? throw Merged(path, line)
            : throw Damaged(path, fault!.Path is null ? fault.Reason : $"{fault.Reason} (at {fault.Path})");
    }

    /// <summary>A newer format may hold members that aren't known here, so it is found without reading the record.</summary>
    private static int? FindFormat(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return LoneSurrogates.Find(bytes, 0) < 0
                && document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("format", out var format)
                && format.ValueKind == JsonValueKind.Number
                && format.TryGetInt32(out var number)
                    ? number
                    : null;
        }
        catch (JsonException)
        {
            // No JSON has no format; the record's own reading says what is wrong.
            return null;
        }
    }
}
