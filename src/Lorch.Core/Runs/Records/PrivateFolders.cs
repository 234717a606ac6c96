using Lorch.Core.Storage;

namespace Lorch.Core.Runs.Records;

/// <summary>Looks whether others could have written what Lorch believes: folders of records are their owner's alone.</summary>
internal static class PrivateFolders
{
    private const int OthersMayWrite = 0b000_000_010;
    private const uint Root = 0;

    /// <summary>Looks at the folders of records that are there, and at the state root.</summary>
    /// <param name="layout">The workspace.</param>
    /// <returns>One warning that names all folders which aren't private, or none; none where the system has no modes.</returns>
    public static IReadOnlyList<Diagnostic> FindProblems(WorkspaceLayout layout)
    {
        if (!OperatingSystem.IsLinux())
        {
            return [];
        }

        string[] own = [
            layout.EventsFolder, layout.ReceiptsFolder, layout.SnapshotsFolder, layout.StateFolder, layout.LogsFolder,
            layout.TranscriptsFolder
        ];
        var folders = own.Prepend(layout.StateRoot)
            .Select(path => (Path: path, Stamp: FileStamp.Of(path)))
            .Where(folder => folder.Stamp is not null)
            .Select(folder => (folder.Path, folder.Stamp!.Value.Access, folder.Stamp.Value.Owner))
            .ToList();
        var open = folders.Where(folder => (folder.Access & OthersMayWrite) != 0).Select(folder => folder.Path).ToList();

        // Whose the root is doesn't matter, and nor does what else is theirs: who owns the checkout may change all of it. Root works in
        // other people's, as in containers.
        var rightful = new HashSet<uint>(
            [
                Root,
                UnixCalls.GetEffectiveUser(),
                .. folders.Where(folder => folder.Path == layout.StateRoot).Select(folder => folder.Owner)
            ]);
        var foreign = folders.Where(folder => !rightful.Contains(folder.Owner)).ToList();
        string[] problems =
        [
            .. open.Count == 0
                ? []
                : new[]
                {
                    $"Everybody may write to {List(open)}, so what lies there may be anybody's. Take that right away with chmod o-w"
                },
            .. foreign.Count == 0 ? [] : new[]
            {
                $"{List(foreign.Select(folder => folder.Path))} {(foreign.Count == 1 ? "belongs" : "belong")} to another user "
                    + $"(number {foreign[0].Owner}), "
                + $"who may change what lies there. Make {(foreign.Count == 1 ? "it" : "them")} your own with chown",
            },
        ];
        return problems.Length == 0 ? [] :
        [
            new Diagnostic
            {
                Code = DiagnosticCode.FolderNotPrivate,
                Severity = DiagnosticSeverity.Warning,
                Message = $"{string.Join(". ", problems)}, or set LorchStateRoot to a folder of your own.",
                File = open.Concat(foreign.Select(folder => folder.Path)).First(),
            },
        ];
    }

    private static string List(IEnumerable<string> folders) => string.Join(", ", folders.Select(folder => $"'{folder}'"));
}
