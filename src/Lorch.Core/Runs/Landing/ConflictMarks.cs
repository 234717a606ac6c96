using Lorch.Core.Runs.Records;
using Lorch.Core.Storage;

namespace Lorch.Core.Runs.Landing;

/// <summary>Finds the marks that a merge left in texts and a builder was to take out: with them nothing may land.</summary>
internal static class ConflictMarks
{
    private static readonly byte[] Begin = "<<<<<<< workspace"u8.ToArray();
    private static readonly byte[] End = ">>>>>>> run"u8.ToArray();

    /// <summary>Finds the first file that still has some.</summary>
    /// <param name="context">The run's context.</param>
    /// <param name="paths">The files.</param>
    /// <returns>The file; <see langword="null"/> if none has any.</returns>
    public static RelativePath? FindLeft(RunContext context, IReadOnlyList<RelativePath> paths)
    {
        var root = new WorkspaceRoot(context.Layout.WorkspaceRoot);
        foreach (var path in paths)
        {
            if (root.Open(path) is FileOpening.Opened { Stream: var stream, Size: <= 2 * TextMerge.MaxBytes } opened)
            {
                using (stream)
                {
                    var bytes = new byte[opened.Size];
                    var text = bytes.AsSpan(0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
                    foreach (var line in text.Split((byte)'\n'))
                    {
                        var words = text[line];
                        if (words.StartsWith(Begin) || words.StartsWith(End))
                        {
                            return path;
                        }
                    }
                }
            }
        }

        return null;
    }
}
