using System.Diagnostics;
using System.Text.Json;
using Lorch.Agent.Working;
using Lorch.Core;
using Lorch.Core.Agents;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Runs.Working;
using Lorch.Core.Snapshots.Index;
using Lorch.Core.Snapshots.Manifests;
using Lorch.Core.Snapshots.Tracking;
using Lorch.Core.Storage;
using Lorch.Processes.Tests.Agents;
using Lorch.Testing;

namespace Lorch.Processes.Tests.Tools;

/// <summary>What an agent says that its tool changed: all of that, and nothing that anybody else did or that only looks so.</summary>
public sealed class ObservingAWorkspace : IDisposable
{
    private readonly TemporaryWorkspace _workspace = TemporaryWorkspace.InMemory();
    private readonly Dictionary<string, string> _environment = new() { [AgentEnvironment.SessionVariable] = "of-this-test" };

    public ObservingAWorkspace()
    {
        Directory.CreateDirectory(_workspace.At(".git"));
        _workspace.Write(".gitignore", "ignored/\n");
        _workspace.Write("README.md", "read me");
        _workspace.Write("src/a.txt", "a");
        _workspace.Write("src/gen/g.txt", "g");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ToolWorkspace Agent => new(_environment, _workspace.Root, AgentType.Builder);

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Tells_what_was_written_and_removed_and_what_may_not_be()
    {
        var changes = await ObserveAsync(() =>
        {
            _workspace.Write("src/a.txt", "b");
            _workspace.Write("src/new.txt", "new");
            File.Delete(_workspace.At("src/gen/g.txt"));
            File.Delete(_workspace.At("README.md"));
            _workspace.Write("Makefile", "all:");
            _workspace.Write("ignored/x", "x");
        });

        AssertChanges(changes, written: "src/a.txt src/new.txt", removed: "src/gen/g.txt", outside: "Makefile README.md");
    }

    /// <summary>Things that can't be looked at, or that no snapshot can hold: each is seen by itself, and hides nothing else.</summary>
    [Theory]
    [InlineData("link out", "", "result")]
    [InlineData("link out, left out of sight", "", "")]
    [InlineData("link out before", "", "")]
    [InlineData("link to nowhere", "", "result")]
    [InlineData("fifo", "", "")]
    [InlineData("odd name", "", "")]
    [InlineData("unreadable folder before", "", "")]
    [InlineData("unreadable .gitignore before", "", "")]
    [InlineData("link in an ignored place", "", "")]
    public async Task Is_not_blinded_by_a_single_odd_thing(string what, string written, string outside)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems have other odd things.");
        if (what.EndsWith("before", StringComparison.Ordinal))
        {
            Make(what);
        }

        var changes = await ObserveAsync(() => Make(what), ignored: what.EndsWith("sight", StringComparison.Ordinal) ? ["result"] : []);

        Sweep();
        AssertChanges(changes, written, "", outside);
    }

    /// <summary>The tool edits .gitignore files: what they hide or show hasn't changed by that.</summary>
    [Theory]
    [InlineData(".gitignore", "ignored/\nsrc/gen/\n*.md\n")]
    [InlineData(".gitignore", "")]
    [InlineData("src/.gitignore", "gen/\na.txt\n")]
    [InlineData("src/.gitignore", "*\n")]
    public async Task Takes_nothing_for_changed_that_is_only_hidden_or_shown(string file, string ignored)
    {
        _workspace.Write("ignored/was/here.txt", "x");

        var changes = await ObserveAsync(() => _workspace.Write(file, ignored));

        Assert.True(changes.IsEmpty);
    }

    [Theory]
    [InlineData("edited", true)]
    [InlineData("deleted", true)]
    [InlineData("left", false)]
    public async Task Sees_an_edit_of_what_is_hidden_by_the_same_tool(string deed, bool isSeen)
    {
        var changes = await ObserveAsync(() =>
        {
            _workspace.Write("src/.gitignore", "gen/\n");
            if (deed == "edited")
            {
                _workspace.Write("src/gen/g.txt", "edited");
            }
            else if (deed == "deleted")
            {
                File.Delete(_workspace.At("src/gen/g.txt"));
            }
        });

        Assert.Equal(
            isSeen,
            changes.Artifacts.Select(artifact => artifact.Path).Concat(changes.Removed).Any(path => path.ToString() == "src/gen/g.txt"));
    }

    [Fact]
    public async Task Leaves_out_what_somebody_else_holds_open_to_write()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells who holds a file.");
        await using var log = new FileStream(_workspace.At("build.log"), FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        await using var tracked = new FileStream(_workspace.At("src/build.log"), FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        await using var read = new FileStream(_workspace.At("README.md"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);

        var changes = await ObserveAsync(() =>
        {
            log.Write("a line\n"u8);
            log.Flush();
            tracked.Write("a line\n"u8);
            tracked.Flush();
            _workspace.Write("README.md", "by the tool");
            _workspace.Write("other/build.log", "by the tool");
        });

        AssertChanges(changes, written: "", removed: "", outside: "README.md other/build.log");
    }

    [Fact]
    public async Task Does_not_leave_out_what_the_tool_itself_holds_open()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells who holds a file.");
        var start = new ProcessStartInfo("sh", ["-c", "exec 3>>own.log; echo line >&3; echo ready; read x"])
        {
            WorkingDirectory = _workspace.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { [AgentEnvironment.SessionVariable] = "of-this-test" },
        };
        Process? tool = null;

        var changes = await ObserveAsync(() =>
        {
            tool = Process.Start(start)!;
            Assert.Equal("ready", tool.StandardOutput.ReadLine());
        });

        tool!.StandardInput.Close();
        await tool.WaitForExitAsync(Token);
        tool.Dispose();
        AssertChanges(changes, written: "", removed: "", outside: "own.log");
    }

    /// <summary>What was handed over decides, not what lies there when the tool begins and not what lorch.json says.</summary>
    [Fact]
    public async Task Compares_with_what_was_handed_over()
    {
        _workspace.Write("lib/x.txt", "x");
        _workspace.Write("src/of-others.txt", "by another task");
        _workspace.Write("src/left.txt", "by an attempt that died");
        _workspace.Write("src/gone.txt", "was here when the run began");
        var command = AgentStage.Command();
        Hand(
            command.MessageId,
            before: ["src/a.txt=a", "src/gen/g.txt=g", "src/gone.txt=was here when the run began", "src/old.txt=removed by the attempt"],
            files: ["src/of-others.txt=by another task", "lib/x.txt=x", "reviews/T-1.json=of a step before"],
            absent: ["src/gone.txt"]);
        File.Delete(_workspace.At("src/gone.txt"));

        var changes = await ObserveAsync(() => _workspace.Write("src/a.txt", "b"), command: command);

        AssertChanges(changes, written: "src/a.txt src/left.txt", removed: "src/old.txt", outside: "");
    }

    [Fact]
    public async Task Names_an_expected_output_that_git_ignores()
    {
        var path = RelativePath.Parse("src/ignored/out.txt");
        var command = AgentStage.Command() with { ExpectedOutputs = [new ExpectedOutput { Path = path, Required = true }] };

        var changes = await ObserveAsync(
            () =>
            {
                _workspace.Write("src/ignored/out.txt", "made");
                _workspace.Write("src/ignored/other.txt", "made");
            },
            command: command);

        AssertChanges(changes, written: "src/ignored/out.txt", removed: "", outside: "");
    }

    private static void AssertChanges(WorkspaceChanges changes, string written, string removed, string outside)
    {
        Assert.Equal(outside, string.Join(' ', changes.Outside));
        Assert.Equal(written, string.Join(' ', changes.Artifacts.Select(artifact => artifact.Path)));
        Assert.Equal(removed, string.Join(' ', changes.Removed));
        Assert.Empty(changes.Problems);
    }

    private async Task<WorkspaceChanges> ObserveAsync(Action deed, string[]? ignored = null, Command? command = null)
    {
        var (agent, asked) = (Agent, command ?? AgentStage.Command());
        var handover = agent.ReadHandover(asked);
        var observer = new WorkspaceObserver(agent);
        var before = await observer.LookAsync(handover, Token);
        deed();
        return await observer.CompareAsync(before, handover, asked, new WritableFiles(asked, null, null, ignored ?? []), Token);
    }

    private void Hand(MessageId command, string[] before, string[] files, string[] absent)
    {
        var layout = new WorkspaceLayout(_workspace.Root, null);
        var manifest = Manifest.Create(
            before.Select(ToArtifact)
                .Select(
                    file => new ManifestFile
                    {
                        Path = file.Path,
                        Sha256 = file.Sha256,
                        Size = file.Size,
                        Mtime = DateTimeOffset.UnixEpoch
                    }),
            DateTimeOffset.UnixEpoch);
        new ManifestStore(layout, new DurableFiles()).SaveAsync(manifest, Token).GetAwaiter().GetResult();
        var handover = new Handover
        {
            Format = Handover.CurrentFormat,
            Command = command,
            SnapshotId = manifest.SnapshotId,
            Files = [.. files.Select(ToArtifact)],
            Absent = [.. absent.Select(RelativePath.Parse)],
            Include = TrackingRules.DefaultInclude,
            Exclude = [],
            Inputs = ["lib/**"],
            Definition = JsonElement.Parse("""{"goal":"g"}"""),
        };
        var path = layout.Handover(RunId.Parse("run-20260131-090500-0a1b2c3d"));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, handover.ToBytes());
        _environment[AgentEnvironment.HandoverVariable] = path;
    }

    private static Artifact ToArtifact(string file)
    {
        var bytes = System.Text.Encoding.ASCII.GetBytes(file[(file.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        return new Artifact
        {
            Path = RelativePath.Parse(file[..file.IndexOf('=', StringComparison.Ordinal)]),
            Sha256 = Sha256Digest.Of(bytes),
            Size = bytes.Length
        };
    }

    /// <summary>Removes the names that the framework can't.</summary>
    private void Sweep() => Process.Start("sh", ["-c", $"rm -f '{_workspace.Root}'/a*b"]).WaitForExit();

    private void Make(string what)
    {
        switch (what)
        {
            case "link to nowhere":
                File.CreateSymbolicLink(_workspace.At("result"), "nowhere");
                break;
            case "fifo":
                Process.Start("mkfifo", _workspace.At("pipe")).WaitForExit();
                break;
            case "odd name":
                Process.Start("sh", ["-c", $"cd '{_workspace.Root}' && touch \"$(printf 'a\\377b')\" 'back\\slash'"]).WaitForExit();
                break;
            case "unreadable folder before" when OperatingSystem.IsLinux():
                File.SetUnixFileMode(Directory.CreateDirectory(_workspace.At("closed")).FullName, UnixFileMode.None);
                break;
            case "unreadable .gitignore before" when OperatingSystem.IsLinux():
                File.SetUnixFileMode(_workspace.Write("other/.gitignore", "x"), UnixFileMode.None);
                break;
            case "link in an ignored place":
                Directory.CreateDirectory(_workspace.At("ignored"));
                File.CreateSymbolicLink(_workspace.At("ignored/out"), "/usr");
                break;
            default:
                if (!Path.Exists(_workspace.At("result")))
                {
                    File.CreateSymbolicLink(_workspace.At("result"), Path.GetTempPath());
                }

                break;
        }
    }
}
