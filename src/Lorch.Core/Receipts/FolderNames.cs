namespace Lorch.Core.Receipts;

/// <summary>Lists what a folder of records holds. A folder that isn't there holds nothing.</summary>
internal static class FolderNames
{
    /// <summary>Names all entries, whatever they are.</summary>
    public static IReadOnlyList<string> OfEntries(string folder) => List(folder, Directory.EnumerateFileSystemEntries);

    /// <summary>Names the folders in a folder.</summary>
    public static IReadOnlyList<string> OfFolders(string folder) => List(folder, Directory.EnumerateDirectories);

    private static IReadOnlyList<string> List(string folder, Func<string, IEnumerable<string>> enumerate)
    {
        try
        {
            return [.. enumerate(folder).Select(Path.GetFileName).OfType<string>()];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new LorchException(
                new Diagnostic
                {
                    Code = DiagnosticCode.FileUnreadable,
                    Message = $"The folder can't be listed: {exception.Message.TrimEnd('.')}. "
                        + "It holds the records of completed steps: make it readable for the user who runs the build.",
                    File = folder,
                },
                exception);
        }
    }
}
