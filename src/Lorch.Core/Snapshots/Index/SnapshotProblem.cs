using System.Globalization;
using System.Text;

namespace Lorch.Core.Snapshots.Index;

/// <summary>Everything that can be wrong with a workspace, one line per code.</summary>
internal static class SnapshotProblem
{
    public static LorchException WorkspaceNotFound(string root) => Error(
        DiagnosticCode.WorkspaceNotFound,
        root,
        $"The workspace root '{Shown(root)}' is not a folder: name the folder that holds lorch.json.");

    /// <param name="path">What can't be read.</param>
    /// <param name="what">What it is: file, folder, link.</param>
    /// <param name="reason">The end of a sentence that begins with it: <c>is a FIFO</c>.</param>
    /// <param name="cause">The exception that told, if one did.</param>
    public static LorchException Unreadable(string path, string what, string reason, Exception? cause) => Error(
        DiagnosticCode.FileUnreadable,
        path,
        $"The {what} '{Shown(path)}' {reason.TrimEnd('.')}. Make it readable, or leave it out with snapshot.exclude in lorch.json.",
        cause);

    public static LorchException LinkLeavesWorkspace(RelativePath path, string target) => Error(
        DiagnosticCode.LinkLeavesWorkspace,
        path.ToString(),
        $"The symbolic link '{Shown(path.ToString())}' leads to '{Shown(target)}', out of the workspace: replace it with the file, "
        + "or leave it out with snapshot.exclude in lorch.json.");

    public static LorchException KeepsChanging(RelativePath path, int tries) => Error(
        DiagnosticCode.FileKeepsChanging,
        path.ToString(),
        string.Create(
            CultureInfo.InvariantCulture,
            $"The file '{Shown(path.ToString())}' changed each of the {tries} times it was read: end what writes to it and build again, "
            + $"or leave it out with snapshot.exclude in lorch.json."));

    public static LorchException NameNotUtf8(string path) => Error(
        DiagnosticCode.FileNameNotUtf8,
        path,
        $"The name of '{Shown(path)}' isn't valid UTF-8 (each \\ufffd stands for bytes that aren't): `ls -b` in its folder shows it, "
            + $"rename it, "
        + "or leave it out with snapshot.exclude in lorch.json, a '?' standing for each \\ufffd.");

    public static LorchException NameNotAllowed(string path) => Error(
        DiagnosticCode.PathNotAllowed,
        path,
        $"'{Shown(path)}' has a name that no path in a snapshot can hold: expected is {RelativePath.Expected}. Rename it, "
        + "or leave it out with snapshot.exclude in lorch.json, a '?' standing for the character.");

    public static Diagnostic SpecialFileSkipped(string path) => Warning(
        DiagnosticCode.SpecialFileSkipped,
        path,
        $"'{Shown(path)}' is a socket, a FIFO or a device and was skipped: snapshots hold files only. "
        + "To silence this, leave it out with snapshot.exclude in lorch.json.");

    public static Diagnostic LinkedFolderNotEntered(string path) => Warning(
        DiagnosticCode.PathNotAllowed,
        path,
        $"'{Shown(path)}' is a link to a folder and was not entered, nothing below it is tracked: name the folder itself in "
            + $"snapshot.include "
        + "in lorch.json. To silence this, leave the link out with snapshot.exclude.");

    /// <summary>Makes a path fit for one line of text.</summary>
    private static string Shown(string path)
    {
        var shown = new StringBuilder(path.Length);
        foreach (var c in path)
        {
            _ = char.IsControl(c) || c == '\uFFFD'
                ? shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}")
                : shown.Append(c);
        }

        return shown.ToString();
    }

    private static LorchException Error(string code, string path, string message, Exception? cause = null) =>
        new(new Diagnostic { Code = code, Message = message, File = Shown(path) }, cause);

    private static Diagnostic Warning(string code, string path, string message) =>
        new() { Code = code, Message = message, File = Shown(path), Severity = DiagnosticSeverity.Warning };
}
