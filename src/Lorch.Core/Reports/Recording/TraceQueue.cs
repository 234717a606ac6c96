using System.Text;
using Lorch.Core.Protocol;
using Lorch.Core.Storage;

namespace Lorch.Core.Reports.Recording;

/// <summary>A time in which a run was worked on, and whose spans weren't sent yet.</summary>
/// <param name="Path">The file that says so.</param>
/// <param name="RunId">The run.</param>
/// <param name="MessageId">The message that began it.</param>
/// <param name="Caller">The span in which the build worked that went about it, as a W3C header; empty for none.</param>
internal sealed record UnsentSession(string Path, RunId RunId, MessageId MessageId, string Caller);

/// <summary>
/// What is still to be sent: a file for each time in which a run was worked on, there from its beginning until its spans were taken. So
/// what a killed build did is sent by the next one.
/// </summary>
internal static class TraceQueue
{
    private const int MaxBytes = 1024;

    /// <summary>Adds the time that begins. Whether that succeeds matters to nobody's work.</summary>
    /// <param name="layout">The workspace.</param>
    /// <param name="run">The run.</param>
    /// <param name="begun">The message that began it.</param>
    /// <param name="caller">The build's own <c>TRACEPARENT</c>.</param>
    public static void Add(WorkspaceLayout layout, RunId run, MessageId begun, string? caller)
    {
        try
        {
            var path = Path.Join(layout.UnsentTracesFolder, $"{run}.{begun}");
            DurableFolders.Make(layout.UnsentTracesFolder);
            var content = new UTF8Encoding(false).GetBytes(TraceIds.TryParse(caller, out _, out _) ? caller : "");
            using var file = TemporaryFile.WriteUnsynced(path, content);
            file.ReplaceTarget(path);
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            // The trace lacks this time.
        }
    }

    /// <summary>Lists what is to be sent, the earliest first.</summary>
    public static IReadOnlyList<UnsentSession> List(WorkspaceLayout layout)
    {
        try
        {
            return
            [
                .. from path in Directory.EnumerateFiles(layout.UnsentTracesFolder, "run-*")
                   let parts = Path.GetFileName(path).Split('.')
                   where parts.Length == 2
                   let run = RunId.TryParse(parts[0], out var id) ? id : (RunId?)null
                   let message = MessageId.TryParse(parts[1], out var id) ? id : (MessageId?)null
                   where run is not null && message is not null
                   orderby Path.GetFileName(path)
                   select new UnsentSession(path, run.Value, message.Value, Read(path)),
            ];
        }
        catch (Exception exception) when (StorageFailure.IsOne(exception))
        {
            return [];
        }
    }

    /// <summary>Takes what was sent out. What can't be taken out is sent again, and known by its ids.</summary>
    public static void Remove(IEnumerable<UnsentSession> sent)
    {
        foreach (var session in sent)
        {
            try
            {
#pragma warning disable RS0030 // Nobody relies on it
                File.Delete(session.Path);
#pragma warning restore RS0030
            }
            catch (Exception exception) when (StorageFailure.IsOne(exception))
            {
                // As above.
            }
        }
    }

    private static string Read(string path) =>
        FileStamp.Of(path) is { IsRegular: true, Size: > 0 and <= MaxBytes } && Projection.TryRead(path) is { } bytes
            ? new UTF8Encoding(false).GetString(bytes)
            : "";
}
