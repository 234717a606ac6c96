using System.Diagnostics;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

/// <summary>What an agent may do to Lorch's own files, each by the words that a test gives it.</summary>
internal static class Meddling
{
    /// <summary>Gives the files of all records.</summary>
    public static IEnumerable<string> OwnFiles(WorkspaceUnderTest workspace) => new[] { "events", "receipts", "snapshots" }
        .Select(workspace.At).Where(Directory.Exists)
        .SelectMany(folder => Directory.GetFiles(folder, "*.*json", SearchOption.AllDirectories));

    /// <summary>Does it.</summary>
    /// <param name="workspace">Where.</param>
    /// <param name="deed">What.</param>
    /// <param name="named">The path of the receipt that it is done to, if it isn't the latest one.</param>
    public static void Do(WorkspaceUnderTest workspace, string deed, string? named = null)
    {
        var ledger = workspace.Layout.Ledger(workspace.RunIds[^1]);
        var receipt = workspace.At(named ?? "receipts/T-1/step-4.json");
        switch (deed)
        {
            case "changes a word of the ledger":
                Change(ledger);
                break;
            case "adds a line to the ledger":
                File.AppendAllText(ledger, File.ReadAllLines(ledger)[^1] + "\n");
                break;
            case "cuts the ledger":
                File.WriteAllLines(ledger, File.ReadAllLines(ledger)[..^1]);
                break;
            case "empties the ledger":
                File.WriteAllBytes(ledger, []);
                break;
            case "replaces the ledger":
                File.Copy(ledger, ledger + ".new");
                File.Move(ledger + ".new", ledger, overwrite: true);
                break;
            case "deletes the ledger":
                File.Delete(ledger);
                break;
            case "makes a folder of the ledger":
                File.Delete(ledger);
                Directory.CreateDirectory(ledger);
                break;
            case "makes a file of the folder of ledgers":
                Directory.Delete(workspace.At("events"), recursive: true);
                workspace.Write("events", "no folder");
                break;
            case "replaces the ledger where links to nowhere stand in the way":
                File.CreateSymbolicLink(ledger + ".altered", "/nowhere/at/all");
                File.WriteAllText(ledger, "{}\n");
                break;
            case "deletes all records":
                Assert.All(["events", "receipts", "snapshots"], folder => Directory.Delete(workspace.At(folder), recursive: true));
                break;
            case "makes folders without end":
                Directory.CreateSymbolicLink(workspace.At("receipts/a"), ".");
                Directory.CreateSymbolicLink(workspace.At("receipts/b"), ".");
                break;
            case "makes a link of a receipt":
                File.CreateSymbolicLink(workspace.At("receipts/T-1/step-7.json"), workspace.At("receipts/T-1/step-1.json"));
                break;
            case "makes FIFOs of the state":
                foreach (var file in new[] { "state/run.json", "state/index.json" })
                {
                    workspace.Delete(file);
                    Run("mkfifo", workspace.At(file));
                }

                break;
            case "changes an older ledger":
                Change(workspace.Layout.Ledger(workspace.RunIds[0]));
                break;
            case "forges a ledger":
                File.Copy(ledger, workspace.At("events/run-20991231-235959-00000000.ndjson"));
                break;
            case "changes a receipt":
                Change(receipt);
                break;
            case "changes an older receipt":
                Change(workspace.At("receipts/T-1/step-1.json"));
                break;
            case "deletes a receipt":
                File.Delete(receipt);
                break;
            case "makes a FIFO of a receipt":
                File.Delete(receipt);
                Run("mkfifo", receipt);
                break;
            case "forges a receipt":
                var last = Directory.GetFiles(workspace.At("receipts/T-1"), "step-*.json").Length;
                File.Copy(workspace.At($"receipts/T-1/step-{last}.json"), workspace.At($"receipts/T-1/step-{last + 2}.json"));
                break;
            case "deletes the completion":
                File.Delete(workspace.At("receipts/T-1/completion.json"));
                break;
            case "changes a manifest":
                Change(workspace.Layout.Manifest(workspace.Receipts()[0].SnapshotId));
                break;
            case "deletes a manifest":
                File.Delete(workspace.Layout.Manifest(workspace.Receipts()[0].SnapshotId));
                break;
            case "deletes the lock":
                File.Delete(workspace.Layout.LockFile);
                break;
            case "makes a link of the receipts":
                Directory.Move(workspace.At("receipts"), workspace.At("elsewhere"));
                Directory.CreateSymbolicLink(workspace.At("receipts"), workspace.At("elsewhere"));
                break;
            case "changes the index":
                Change(workspace.Layout.StatIndex);
                break;
            case "deletes the index":
                File.Delete(workspace.Layout.StatIndex);
                break;
            case "makes a FIFO of the index":
                File.Delete(workspace.Layout.StatIndex);
                Run("mkfifo", workspace.Layout.StatIndex);
                break;
            case "makes an index":
                workspace.Write("state/snapshot.index", "mine");
                break;
            case "reads everything":
                Assert.All(OwnFiles(workspace), file => Assert.NotEmpty(File.ReadAllBytes(file)));
                break;
            case "writes the same again":
                Assert.All(OwnFiles(workspace).Where(file => file != ledger), file => File.WriteAllBytes(file, File.ReadAllBytes(file)));
                break;
            case "touches everything":
                Assert.All(
                    OwnFiles(workspace),
                    file => File.SetLastWriteTimeUtc(file, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc)));
                break;
            case "writes beside the records":
                workspace.Write("receipts/README.md", "mine");
                workspace.Write("logs/mine.txt", "mine");
                break;
            default:
                throw new UnreachableException(deed);
        }
    }

    /// <summary>Changes a character and nothing else, neither the length nor the file.</summary>
    private static void Change(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var text = new byte[stream.Length];
        stream.ReadExactly(text);
        stream.Position = Array.LastIndexOf(text, (byte)'0');
        stream.WriteByte((byte)'1');
    }

    private static void Run(string program, string argument)
    {
        using var process = Process.Start(program, [argument]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
