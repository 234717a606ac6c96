using Lorch.Core.Hashing;
using Lorch.Core.Storage;

namespace Lorch.Core.Tests.Storage;

public sealed class WorkspaceLayoutTests
{
    private static readonly string Root = OperatingSystem.IsWindows() ? @"C:\work" : "/work";
    private static readonly RunId Run = RunId.Parse("run-20260131-090500-0a1b2c3d");
    private static readonly TaskId Job = TaskId.Parse("T-0042");
    private static readonly IdempotencyKey Key =
        IdempotencyKey.Parse("ik:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");

    public static TheoryData<string, string> Places()
    {
        var layout = new WorkspaceLayout(Root, null);
        return new TheoryData<string, string>
        {
            { "snapshots", layout.SnapshotsFolder },
            { "snapshots/snap-d0ab7e60b764.manifest.json", layout.Manifest(SnapshotId.Parse("snap-d0ab7e60b764")) },
            { "snapshots/work-0123456789ab.json", layout.CommandFile("work-0123456789ab.json") },
            { "events", layout.EventsFolder },
            { "events/run-20260131-090500-0a1b2c3d.ndjson", layout.Ledger(Run) },
            { "events/run-20260131-090500-0a1b2c3d.torn", layout.TornTail(Run) },
            { "receipts", layout.ReceiptsFolder },
            { "receipts/T-0042", layout.TaskReceiptsFolder(Job) },
            { "receipts/T-0042/step-12.json", layout.Receipt(Job, 12) },
            { "receipts/T-0042/completion.json", layout.Completion(Job) },
            { "receipts/T-0042/completions", layout.CompletionsFolder(Job) },
            { "receipts/T-0042/completions/0123456789ab.json", layout.Completion(Job, Key) },
            { "state/run.json", layout.RunState },
            { "state/index.json", layout.RunIndex },
            { "state/run.lock", layout.LockFile },
            { "state/keys", layout.KeysFolder },
            { "state/keys/T-0042.key", layout.KeyFile(Job) },
            { "state/keys/0123456789ab.verdicts", layout.Verdicts("0123456789ab") },
            { "state/snapshot.index", layout.StatIndex },
            { "logs/spec_maintainer/run-20260131-090500-0a1b2c3d.ndjson", layout.AgentLog("spec_maintainer", Run) },
            { "transcripts", layout.TranscriptsFolder },
            { "transcripts/run-20260131-090500-0a1b2c3d.txt", layout.Transcript(Run) },
            { "reports", layout.ReportsFolder },
            { "reports/index.html", layout.ReportIndex },
            { "reports/run-20260131-090500-0a1b2c3d.html", layout.ReportPage(Run) },
            { "reports/run-20260131-090500-0a1b2c3d.json", layout.ReportData(Run) },
            { "state/prompts/0198c0de-0000-7000-8000-000000000000.md", layout.Prompt("0198c0de-0000-7000-8000-000000000000") },
        };
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Everything_has_its_place(string relative, string path)
    {
        Assert.Equal(Path.Join(Root, relative.Replace('/', Path.DirectorySeparatorChar)), path);
        Assert.Equal(relative, new WorkspaceLayout(Root, null).RelativeToStateRoot(path));
    }

    [Fact]
    public void Its_own_folders_are_those_of_the_formats() =>
        Assert.Equal(
            ["snapshots", "events", "receipts", "contents", "state", "logs", "transcripts", "reports", "reviews", "spec_notes"],
            WorkspaceLayout.OwnFolders);

    [Fact]
    public void The_state_root_moves_them_elsewhere()
    {
        var layout = new WorkspaceLayout(Root, Path.Join(Root, "obj", "..", "state root") + Path.DirectorySeparatorChar);

        Assert.Equal(Root, layout.WorkspaceRoot);
        Assert.Equal(Path.Join(Root, "state root"), layout.StateRoot);
        Assert.Equal(Path.Join(Root, "state root", "state", "run.json"), layout.RunState);
    }

    [Theory]
    [InlineData("relative")]
    [InlineData("")]
    [InlineData(".")]
    public void Refuses_a_path_that_depends_on_the_current_directory(string path)
    {
        Assert.Throws<ArgumentException>(() => new WorkspaceLayout(path, null));
        Assert.Throws<ArgumentException>(() => new WorkspaceLayout(Root, path));
    }

    [Fact]
    public void Refuses_to_make_a_path_relative_that_is_not_below_the_state_root()
    {
        var layout = new WorkspaceLayout(Root, Path.Join(Root, "obj"));

        Assert.Throws<ArgumentException>(() => layout.RelativeToStateRoot(Path.Join(Root, "receipts")));
        Assert.Throws<ArgumentException>(() => layout.RelativeToStateRoot(layout.StateRoot));
    }
}
