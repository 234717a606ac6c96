using Lorch.Core.Storage;

namespace Lorch.Core.Runs;

/// <summary>Looks whether others could have written what Lorch believes: folders of records are their owner's alone.</summary>
internal static class PrivateFolders
{
    private const int OthersMayWrite = 0b000_000_010;
    private const uint Root = 0;

    /// <summary>Looks at the folders of records that are there, and at the state root.</summary>
    /// <param name="layout">The workspace.</param>
    /// <returns>A warning for each folder that isn't private; none where the system has no modes.</returns>
    public static IReadOnlyList<Diagnostic> FindProblems(WorkspaceLayout layout)
    {
        if (!OperatingSystem.IsLinux())
        {
            return [];
        }

        // Whose the state root is doesn't matter: in a container, a checkout often belongs to somebody else.
        string[] own = [layout.EventsFolder, layout.ReceiptsFolder, layout.SnapshotsFolder, layout.StateFolder, layout.LogsFolder, layout.TranscriptsFolder];
        return [.. own.Prepend(layout.StateRoot).Select(folder => FindProblem(folder, mayBeOthers: folder == layout.StateRoot)).OfType<Diagnostic>()];
    }

    private static Diagnostic? FindProblem(string folder, bool mayBeOthers) => FileStamp.Of(folder) switch
    {
        { Access: var access } when (access & OthersMayWrite) != 0 => Warning(
            folder,
            $"Everybody may write to '{folder}', so what lies there may be anybody's. Take that right away with chmod o-w"),
        { Owner: var owner } when !mayBeOthers && owner != Root && owner != UnixCalls.GetEffectiveUser() => Warning(
            folder,
            $"'{folder}' belongs to another user (number {owner}), who may change what lies there. Make it your own with chown"),
        _ => null,
    };

    private static Diagnostic Warning(string folder, string message) => new()
    {
        Code = DiagnosticCode.FolderNotPrivate,
        Severity = DiagnosticSeverity.Warning,
        Message = $"{message}, or set LorchStateRoot to a folder of your own.",
        File = folder,
    };
}
