namespace Lorch.Core.Storage;

/// <summary>Turns what the system says into a diagnostic that says what to do.</summary>
internal static class StorageFailure
{
    /// <summary>Makes the diagnostic of an answer that nobody nearer to the file turned into one.</summary>
    /// <param name="reason">What the system said, which names the file.</param>
    /// <returns>An error.</returns>
    public static Diagnostic Unforeseen(Exception reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        return new()
        {
            Code = DiagnosticCode.StorageFailed,
            Message =
                $"A file couldn't be read or written: {reason.Message.TrimEnd('.')}. {Remedy(reason)}, then run the same command again; "
                    + $"nothing that was recorded is lost.",
        };
    }

    /// <summary>Whether an exception is the system's answer to an operation on files.</summary>
    internal static bool IsOne(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <summary>Makes the exception that ends the work.</summary>
    /// <param name="path">The file.</param>
    /// <param name="deed">What couldn't be done with it, as a participle: <c>replaced</c>.</param>
    /// <param name="reason">What the system said.</param>
    /// <returns>The exception to throw.</returns>
    internal static LorchException Because(string path, string deed, Exception reason) => new(
        new Diagnostic
        {
            Code = DiagnosticCode.StorageFailed,
            File = path,
            Message = $"'{Path.GetFileName(path)}' couldn't be {deed}: {reason.Message.TrimEnd('.')}. "
                + $"{Remedy(reason)}, then run the same command again; nothing that was recorded is lost.",
        },
        reason);

    private static string Remedy(Exception reason) => reason switch
    {
        _ when SystemError.SaysFull(reason) => "Free space on this disk",
        _ when SystemError.SaysReadOnly(reason) =>
            "Make this file system writable, or move Lorch's files to another one with LorchStateRoot",
        UnauthorizedAccessException => "Give this user the right to write there, or move Lorch's files elsewhere with LorchStateRoot",
        _ => "Mend the cause",
    };
}
