using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Lorch.Core.Snapshots;
using Lorch.Core.Snapshots.Manifests;
using Lorch.Core.Snapshots.Scanning;
using Lorch.Core.Snapshots.Tracking;
using Lorch.Core.Storage;
using Lorch.Testing;

namespace Lorch.Core.Tests.Snapshots;

/// <summary>The id of a snapshot is that of a plain reference, whichever way the tree is looked at.</summary>
public sealed class SnapshotsOfRandomTrees
{
    private static readonly string[] Names =
        ["a", "b", "a-b", "a.b", "A", "é", "e\u0301", "🚀", "\uFFFD", "q\"uote", "li\nne", "\u0001", "obj", ".h", "z z", "a0"];
    private static readonly string[] Globs = ["src/", "**/a", "src/*/b", "**", "src/a/**", "{docs,src}/**/é", "tests/**", "*/a*"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static int Trees => LongTests.AreAsked ? 600 : 60;

    [LongSet]
    [Fact]
    public async Task Have_the_reference_id_with_any_reader_any_number_of_threads_and_any_index()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such names.");
        for (var seed = 0; seed < Trees; seed++)
        {
            using var workspace = TemporaryWorkspace.InMemory();
            Directory.CreateDirectory(workspace.At("state"));
            var random = new Random(seed);
            Grow(workspace, random);
            var plain = new PlainRules(
                random.Next(3) == 0 ? null : [Any(random)],
                random.Next(2) == 0 ? [] : [Any(random)],
                random.Next(2) == 0 ? [] : [Any(random)]);
            var rules = plain.Rules;
            var expected = ReferenceId(workspace.Root, plain);

            var (afresh, remembered, later) = (new ScanSettings { Threads = 2 }, new ScanSettings(), new ScanSettings { Threads = 1 });
            Assert.Equal(expected, await IdAsync(workspace, rules, afresh));
            Assert.Equal(expected, await IdAsync(workspace, rules, remembered));
            Assert.Equal(expected, await IdAsync(workspace, rules, later));
            Assert.Equal(expected, await IdAsync(workspace, rules, new ScanSettings { IsPortable = true }));

            Grow(workspace, random);
            expected = ReferenceId(workspace.Root, plain);
            Assert.Equal(expected, await IdAsync(workspace, rules, new ScanSettings()));
            Assert.Equal(ReferenceId(workspace.Root, Plainly), await IdAsync(workspace, Everything, new ScanSettings()));
        }
    }

    [LongSet]
    [Fact]
    public async Task Differ_as_the_lists_of_their_files_do_though_tables_are_compared_by_their_bytes()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such names.");
        for (var seed = 0; seed < Trees; seed++)
        {
            using var workspace = TemporaryWorkspace.InMemory();
            var random = new Random(seed);
            var capture = new SnapshotCapture(
                new WorkspaceLayout(workspace.Root, null),
                Everything,
                new DurableFiles(),
                SnapshotTrust.Stat,
                TimeProvider.System);
            Grow(workspace, random);
            var before = (await capture.CaptureAsync(Token)).Manifest;
            Grow(workspace, random);
            var after = (await capture.CaptureAsync(Token)).Manifest;

            var ofTables = ManifestDifference.Between(before.Files, after.Files);
            var ofLists = ManifestDifference.Between([.. before.Files], [.. after.Files]);

            Assert.Equal(ofLists.Added, ofTables.Added);
            Assert.Equal(ofLists.Removed, ofTables.Removed);
            Assert.Equal(ofLists.Changed, ofTables.Changed);
            Assert.Equal(ofLists.Renamed, ofTables.Renamed);
        }
    }

    [LongSet]
    [Fact]
    public async Task Are_the_same_in_another_folder_with_other_times_and_another_order_of_entries()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such names.");
        for (var seed = 0; seed < Trees / 3; seed++)
        {
            using var workspace = TemporaryWorkspace.InMemory();
            using var other = TemporaryWorkspace.InMemory();
            Grow(workspace, new Random(seed));
            var files = FilesAndLinks(new DirectoryInfo(workspace.Root)).ToArray();
            new Random(seed).Shuffle(files);
            foreach (var file in files)
            {
                var target = other.At(Path.GetRelativePath(workspace.Root, file.FullName));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                if (file.LinkTarget is { } link)
                {
                    File.CreateSymbolicLink(target, link);
                }
                else
                {
                    File.Copy(file.FullName, target);
                    File.SetLastWriteTimeUtc(target, DateTime.UnixEpoch);
                }
            }

            // An index from elsewhere knows nothing of these files.
            Directory.CreateDirectory(workspace.At("state"));
            var id = await IdAsync(workspace, Everything, new ScanSettings());
            Directory.CreateDirectory(other.At("state"));
            File.Copy(workspace.At("state/snapshot.index"), other.At("state/snapshot.index"));

            Assert.Equal(id, await IdAsync(other, Everything, new ScanSettings()));
        }
    }

    [Fact]
    public async Task Survive_files_and_folders_that_come_and_go_and_change_while_they_are_looked_at()
    {
        using var workspace = new TemporaryWorkspace();
        Directory.CreateDirectory(workspace.At("state"));
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var meddling = Task.Run(() => Meddle(workspace, enough.Token), Token);
        var captures = 0;
        for (var i = 0; i < 60; i++)
        {
            try
            {
                await IdAsync(workspace, Everything, new ScanSettings { Threads = 2 });
                captures++;
            }
            catch (LorchException exception)
            {
                Assert.Contains(exception.Diagnostic.Code, new[] { DiagnosticCode.FileKeepsChanging, DiagnosticCode.FileUnreadable });
            }
        }

        await enough.CancelAsync();
        await meddling;

        Assert.True(captures > 0);
        Assert.Equal(ReferenceId(workspace.Root, Plainly), await IdAsync(workspace, Everything, new ScanSettings()));
    }

    [Fact]
    public async Task Hold_paths_longer_than_the_system_takes_at_once()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems have other limits.");
        using var workspace = new TemporaryWorkspace();
        Directory.CreateDirectory(workspace.At("src"));
        var name = new string('n', 255);
        await ShellAsync(workspace, $"cd src && for i in $(seq 40); do mkdir {name} && cd -P {name} || exit 1; done; printf abc > file");

        var capture = await new SnapshotCapture(
            new WorkspaceLayout(
                workspace.Root,
                null), Everything, new DurableFiles(), SnapshotTrust.Stat, TimeProvider.System).CaptureAsync(Token);

        Assert.Equal($"src/{string.Concat(Enumerable.Repeat(name + '/', 40))}file", Assert.Single(capture.Manifest.Files).Path.ToString());
        await ShellAsync(workspace, "rm -r src");
    }

    private static PlainRules Plainly { get; } = new(["**"], [], []);

    private static TrackingRules Everything => Plainly.Rules;

    private static string Any(Random random) => Globs[random.Next(Globs.Length)];

    private static void Grow(TemporaryWorkspace workspace, Random random)
    {
        for (var i = random.Next(12); i >= 0; i--)
        {
            var parts = Enumerable.Range(0, random.Next(3))
                .Select(_ => Names[random.Next(Names.Length)])
                .Prepend(random.Next(4) == 0 ? "docs" : "src");
            var folder = workspace.At(string.Join('/', parts));
            var file = Path.Join(folder, Names[random.Next(Names.Length)]);
            try
            {
                Directory.CreateDirectory(folder);
                if (Directory.Exists(file) && new FileInfo(file).LinkTarget is null)
                {
                    Directory.Delete(file, recursive: true);
                }
                else if (random.Next(6) == 0)
                {
                    File.Delete(file);
                    File.CreateSymbolicLink(file, random.Next(2) == 0 ? "elsewhere/é" : ".");
                }
                else if (new FileInfo(file).LinkTarget is null)
                {
                    File.WriteAllText(file, $"{random.Next(5)}");
                }
            }
            catch (IOException)
            {
                // A file stands where the folder should be, or the other way round: this one isn't made.
            }
        }
    }

    private static IEnumerable<FileSystemInfo> FilesAndLinks(DirectoryInfo folder) => folder.EnumerateFileSystemInfos()
        .SelectMany(entry => entry.LinkTarget is null && entry is DirectoryInfo inner ? FilesAndLinks(inner) : [entry]);

    private static void Meddle(TemporaryWorkspace workspace, CancellationToken cancellationToken)
    {
        var random = new Random(1);
        while (!cancellationToken.IsCancellationRequested)
        {
            var folder = workspace.At($"src/{random.Next(4)}");
            try
            {
                if (random.Next(10) == 0 && Directory.Exists(folder))
                {
                    Directory.Delete(folder, recursive: true);
                }
                else
                {
                    Directory.CreateDirectory(folder);
                    File.WriteAllText(Path.Join(folder, $"{random.Next(20)}"), $"{random.Next(100)}");
                    File.Delete(Path.Join(folder, $"{random.Next(20)}"));
                }
            }
            catch (IOException)
            {
                // The folder went in between.
            }
        }
    }

    private static async Task<SnapshotId> IdAsync(TemporaryWorkspace workspace, TrackingRules rules, ScanSettings settings)
    {
        var capture = new SnapshotCapture(
            new WorkspaceLayout(workspace.Root, null),
            rules,
            new DurableFiles(),
            SnapshotTrust.Stat,
            TimeProvider.System,
            settings);
        var result = await capture.CaptureAsync(Token);
        capture.Remember();
        Assert.Equal(Manifest.ComputeId([.. result.Manifest.Files]), result.Manifest.SnapshotId);
        Assert.Equal(TextOf(result.Manifest with { Files = [.. result.Manifest.Files] }), TextOf(result.Manifest));
        return result.Manifest.SnapshotId;
    }

    private static string TextOf(Manifest manifest) =>
        Encoding.UTF8.GetString([.. ManifestJson.GetParts(manifest).SelectMany(part => part.ToArray())]);

    private static async Task ShellAsync(TemporaryWorkspace workspace, string command)
    {
        using var shell = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("sh", ["-c", command]) { WorkingDirectory = workspace.Root })!;
        await shell.WaitForExitAsync(Token);
        Assert.Equal(0, shell.ExitCode);
    }

    private static SnapshotId ReferenceId(string root, PlainRules rules)
    {
        var found = new SortedDictionary<string, string>(
            Comparer<string>.Create((a, b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b))));
        Look(new DirectoryInfo(root), "");
        var text = $"{{\"files\":[{string.Join(',', found.Values)}]}}";
        return SnapshotId.FromHex(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));

        void Look(DirectoryInfo folder, string prefix)
        {
            foreach (var entry in folder.EnumerateFileSystemInfos())
            {
                var path = prefix + entry.Name;
                if (entry.LinkTarget is null && entry is DirectoryInfo inner)
                {
                    Look(inner, path + '/');
                }
                else if (rules.Track(path))
                {
                    var content = entry.LinkTarget is { } target ? Encoding.UTF8.GetBytes(target) : File.ReadAllBytes(entry.FullName);
                    var name = string.Concat(
                        path.Select(c => c is '"' or '\\' ? $"\\{c}" : c == '\n' ? "\\n" : c < ' ' ? $"\\u{(int)c:x4}" : $"{c}"));
                    found[path] = string.Create(
                        CultureInfo.InvariantCulture,
                        $"{{\"path\":\"{name}\",\"sha256\":\"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}\",\"size\":"
                            + $"{content.Length}}}");
                }
            }
        }
    }
}
