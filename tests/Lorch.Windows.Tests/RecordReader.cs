namespace Lorch.Windows.Tests;

/// <summary>Reads all records of a workspace without end, as an indexer or a virus scanner does that shares what it has open.</summary>
internal static class RecordReader
{
    /// <summary>The variable that names the workspace.</summary>
    public const string Variable = "LORCH_WINDOWS_READS";

    private static readonly string[] Folders = ["state", "events", "receipts", "snapshots", "logs", "transcripts"];

    /// <summary>Reads for ever if the variable is set.</summary>
    public static void ReadIfAsked()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } root)
        {
            return;
        }

        var bytes = new byte[64 * 1024];
        while (true)
        {
            foreach (var file in Folders.Select(folder => Path.Join(root, folder)).Where(Directory.Exists).SelectMany(List))
            {
                try
                {
                    using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                    _ = open.Read(bytes);
                    Thread.Yield();
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    // It went, or somebody shares nothing just now.
                }
            }
        }
    }

    private static string[] List(string folder)
    {
        try
        {
            return Directory.GetFiles(folder, "*", SearchOption.AllDirectories);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
