using System.Diagnostics;

namespace Lorch.Processes.Tests.Belief;

/// <summary>
/// What an agent may try in order to have something proven, or looked at, that isn't its own work. Every way is tried with real files.
/// </summary>
public sealed class WaysOutOfTheWorkspace : IDisposable
{
    private const string NotAPath = "a path relative to the workspace root";
    private const string NotThere = "isn't there";
    private const string OfLorch = "Lorch";

    private static readonly DateTime LongAgo = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly ClaimsOfAnAgent _agent = new();

    public void Dispose() => _agent.Dispose();

    [Fact]
    public async Task Are_all_refused_and_nothing_outside_is_read()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links, FIFOs and names as Unix has them.");
        var outside = _agent.Outside.Write("secret.txt", "secret");
        _agent.Workspace.Write("src/a.txt", "inside");
        TryTexts(outside);
        TryNames();
        TryLinks(outside);
        TryOwnFiles();
        TryRemovals();
        var control = _agent.Outside.Write("control.txt", "control");
        Assert.All([outside, control], file => File.SetLastAccessTimeUtc(file, LongAgo));

        var problems = await _agent.RunAsync();

        Assert.Empty(problems);
        Assert.Equal(66, _agent.Count);
        Assert.Equal(LongAgo, File.GetLastAccessTimeUtc(outside));
        Assert.SkipWhen(await AccessTimeAfterReadingAsync(control) == LongAgo, "This file system doesn't tell when a file was read.");
    }

    [Fact]
    public async Task Are_refused_where_the_records_lie_elsewhere_in_the_workspace()
    {
        using var agent = new ClaimsOfAnAgent { StateRootInside = ".lorch/records" };
        foreach (var path in new[]
        {
            "events/x.ndjson",
            "receipts/T-1/step-9.txt",
            "state/run.json",
            "snapshots/x.json",
            "logs/x",
            "transcripts/x"
        })
        {
            agent.Artifact($".lorch/records/{path}", OfLorch, agent.Workspace.Write($".lorch/records/{path}", "{}"));
            agent.Removal($".lorch/records/{path}", OfLorch);
            agent.Artifact(path, OfLorch, agent.Workspace.Write(path, "{}"));
        }

        var problems = await agent.RunAsync();

        Assert.Empty(problems);
    }

    /// <summary>Texts that are no relative path: the line itself is refused.</summary>
    private void TryTexts(string outside)
    {
        var name = Path.GetFileName(_agent.Outside.Root);
        string[] texts =
        [
            $"../{name}/secret.txt", $"src/../../{name}/secret.txt", $"./../{name}/secret.txt", "src/..", "..", ".", "", "/",
            "./src/a.txt", "src//a.txt", "src/a.txt/",
            "src/./a.txt", outside, "/" + outside, $"/proc/self/root{outside}", "/proc/self/cwd/src/a.txt", "/dev/stdin",
            "C:/secret.txt", "c:secret.txt", @"C:\secret.txt", @"\\server\share\secret.txt", "//server/share/secret.txt",
            @"\\?\C:\secret.txt",
            @"src\a.txt", $@"..\{name}\secret.txt", "src/a.txt\0", "src/a.txt\0.png", "./lorch.json", "src/../lorch.json",
            "src/../events/x.ndjson",
        ];
        foreach (var text in texts)
        {
            _agent.Artifact(text, NotAPath, outside);
        }
    }

    /// <summary>Names that mean another file to somebody: what they say to the disk is what counts, and that isn't there.</summary>
    private void TryNames()
    {
        _agent.Workspace.Write("src/caf\u00e9.txt", "inside");
        var name = Path.GetFileName(_agent.Outside.Root);
        string[] names =
        [
            $"%2e%2e/{name}/secret.txt", $"src%2f..%2f..%2f{name}%2fsecret.txt", $"\uff0e\uff0e/{name}/secret.txt",
            $"..\u2215{name}\u2215secret.txt", "..../secret.txt",
            "src/a.txt.", "src/a.txt ", "src/a.txt::$DATA", "src/NUL", "CON", "SRC/A.TXT", "src/cafe\u0301.txt", "~/secret.txt",
            "$HOME/secret.txt", "src/a.txt\n",
        ];
        foreach (var text in names)
        {
            _agent.Artifact(text, NotThere, _agent.Workspace.At("src/a.txt"));
        }

        _agent.Artifact($"src/{new string('x', 300)}", "can't be read");
    }

    private void TryLinks(string outside)
    {
        var workspace = _agent.Workspace;
        workspace.Write("links/readme.txt", "Not tracked: a snapshot refuses links that lead out.");
        File.CreateSymbolicLink(workspace.At("links/out.txt"), outside);
        File.CreateSymbolicLink(workspace.At("links/in.txt"), workspace.At("src/a.txt"));
        File.CreateSymbolicLink(workspace.At("links/loop"), workspace.At("links/loop"));
        Directory.CreateSymbolicLink(workspace.At("links/folder"), _agent.Outside.Root);
        Directory.CreateSymbolicLink(workspace.At("links/proc"), "/proc/self");
        Link(outside, workspace.At("links/hard.txt"));
        _agent.Artifact("links/out.txt", "symbolic link 'links/out.txt'", outside);
        _agent.Artifact("links/in.txt", "symbolic link 'links/in.txt'", outside);
        _agent.Artifact("links/loop", "symbolic link 'links/loop'");
        _agent.Artifact("links/folder/secret.txt", "symbolic link 'links/folder'", outside);
        _agent.Artifact("links/proc/cwd/src/a.txt", "symbolic link 'links/proc'", outside);
        _agent.Artifact("links/hard.txt", "2 names (hard links)", outside);
    }

    private void TryOwnFiles()
    {
        var workspace = _agent.Workspace;
        workspace.Write("lorch.json", "{}");
        foreach (var path in new[]
        {
            "events/x.ndjson",
            "receipts/T-1/step-9.txt",
            "state/run.json",
            "snapshots/x.txt",
            "logs/x",
            "transcripts/x.txt",
            "lorch.json"
        })
        {
            _agent.Artifact(path, OfLorch, workspace.At(path));
        }
    }

    private void TryRemovals()
    {
        var name = Path.GetFileName(_agent.Outside.Root);
        foreach (var text in new[] { $"../{name}/nothing.txt", _agent.Outside.At("nothing.txt"), "" })
        {
            _agent.Removal(text, NotAPath);
        }

        // Nothing has that name outside; but that isn't for an agent to learn.
        _agent.Removal("links/folder/nothing.txt", "still exists");
        _agent.Removal("receipts/T-1/step-9.json", OfLorch);
        _agent.Removal("lorch.json", OfLorch);
        _agent.Removal("src/a.txt", "still exists");
    }

    private static void Link(string target, string name)
    {
        using var process = Process.Start("ln", [target, name]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private static async Task<DateTime> AccessTimeAfterReadingAsync(string file)
    {
        _ = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        return File.GetLastAccessTimeUtc(file);
    }
}
