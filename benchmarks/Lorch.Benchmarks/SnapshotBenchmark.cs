using System.Globalization;
using Lorch.Core;
using Lorch.Core.Snapshots;
using Lorch.Core.Snapshots.GitIgnore;
using Lorch.Core.Snapshots.Index;
using Lorch.Core.Snapshots.Manifests;
using Lorch.Core.Snapshots.Tracking;
using Lorch.Core.Storage;
using Lorch.Core.UpToDate;
using Lorch.Core.Workflows;

namespace Lorch.Benchmarks;

/// <summary>
/// How long captures take beside what people know: <c>git status</c>, <c>sha256sum</c> and <c>openssl</c> on the same tree, in turns, with
/// a warm cache.
/// </summary>
internal static class SnapshotBenchmark
{
    private const int BytesPerFile = 4096;
    private const long BytesPerMebibyte = 1024 * 1024;

    /// <summary>All rows for one tree.</summary>
    public static int Run(int files, int rounds, int seed)
    {
        using var tree = SnapshotTree.Generate(files, BytesPerFile, seed);
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{files} files of {BytesPerFile} bytes, seed {seed}, {rounds} rounds"));
        Settle(tree);
        var unchanged = new Series("nothing changed");
        Series.Compare(
            unchanged,
            () => Capture(tree.Root, SnapshotTrust.Stat),
            new Series("  git status"),
            () => tree.Git("status", "--porcelain"),
            rounds);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var capture = Capture(tree.Root, SnapshotTrust.Stat);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  allocated by one capture {(GC.GetTotalAllocatedBytes(precise: true) - before) / (double)BytesPerMebibyte:0.0} MiB"));
        MeasureKey(capture.Manifest, rounds);
        Series.Compare(
            new Series("100 changed"),
            () => Capture(tree.Root, SnapshotTrust.Stat),
            new Series("  git status"),
            () => tree.Git("status", "--porcelain"),
            rounds,
            round => tree.Change(100, round));
        Series.Compare(
            new Series("all hashed, no index"),
            () => Capture(tree.Root, SnapshotTrust.Content),
            new Series("  sha256sum by xargs -P2"),
            () => tree.Run("sh", "-c", "find src -type f -print0 | xargs -0 -P2 sha256sum"),
            rounds);
        return 0;
    }

    /// <summary>One large file.</summary>
    public static int RunLargeFile(int mebibytes, int rounds)
    {
        var root = Directory.CreateTempSubdirectory("lorch-benchmark-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Join(root, "src"));
            var file = Path.Join(root, "src", "large");
            var (random, block) = (new Random(1), new byte[BytesPerMebibyte]);
            using (var stream = File.Create(file))
            {
                for (var i = 0; i < mebibytes; i++)
                {
                    random.NextBytes(block);
                    stream.Write(block);
                }
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"one file of {mebibytes} MiB, {rounds} rounds"));
            Capture(root, SnapshotTrust.Content);
            using var tree = SnapshotTree.At(root);
            Series.Compare(
                new Series("one large file"),
                () => Capture(root, SnapshotTrust.Content),
                new Series("  openssl dgst -sha256"),
                () => tree.Run("openssl", "dgst", "-sha256", file),
                rounds);
            return 0;
        }
        finally
        {
            if (Directory.Exists(root))
            {
                Directory.Delete(root, recursive: true);
            }
        }
    }

    /// <summary>A tree that is there, in a work tree of git.</summary>
    public static int RunOf(string root, string trust, int rounds)
    {
        Series.Compare(
            new Series(root),
            () => Capture(root, trust == "content" ? SnapshotTrust.Content : SnapshotTrust.Stat),
            new Series("  git status"),
            () => SnapshotTree.RunIn(root, "git", "status", "--porcelain"),
            rounds);
        PrintMemory();
        return 0;
    }

    /// <summary>Nothing changed, over trees that grow tenfold; writes a plot of it.</summary>
    public static int RunGrowth(int largest, int rounds, string plot)
    {
        var (own, git) = (new List<(double Files, double Seconds)>(), new List<(double Files, double Seconds)>());
        for (var files = 1000; files <= largest; files *= 10)
        {
            using var tree = SnapshotTree.Generate(files, bytesPerFile: 200, seed: 1);
            Settle(tree);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{files} files"));
            var (unchanged, status) = (new Series("nothing changed"), new Series("  git status"));
            Series.Compare(
                unchanged,
                () => Capture(tree.Root, SnapshotTrust.Stat),
                status,
                () => tree.Git("status", "--porcelain"),
                rounds);
            PrintMemory();
            own.Add((files, unchanged.Median));
            git.Add((files, status.Median));
        }

        GrowthPlot.Write(plot, own, git);
        Console.WriteLine($"plot: {plot}");
        return 0;
    }

    /// <summary>Prints how large the heap was after the last collection of its own accord, and how large the process ever was.</summary>
    private static void PrintMemory()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  heap after the last collection {GC.GetGCMemoryInfo(GCKind.Any).HeapSizeBytes / (double)BytesPerMebibyte:0} MiB, "
            + $"committed for it {GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes / (double)BytesPerMebibyte:0} MiB, "
            + $"largest process {process.PeakWorkingSet64 / (double)BytesPerMebibyte:0} MiB"));
    }

    /// <summary>Captures until nothing is too young to be trusted.</summary>
    private static void Settle(SnapshotTree tree)
    {
        Thread.Sleep(StatIndexFile.Margin + TimeSpan.FromSeconds(1));
        tree.Git("status", "--porcelain");
        Capture(tree.Root, SnapshotTrust.Stat);
        Capture(tree.Root, SnapshotTrust.Stat);
    }

    private static Capture Capture(string root, SnapshotTrust trust)
    {
        // As a build does it that finds no snapshot.respect_gitignore in lorch.json.
        var layout = new WorkspaceLayout(root, null);
        var rules = new TrackingRules(null, [], []).Without(GitIgnoreFiles.Of(layout, isRespected: null));
        var capture = new SnapshotCapture(layout, rules, new DurableFiles(), trust, TimeProvider.System);
        var result = capture.CaptureAsync(CancellationToken.None).GetAwaiter().GetResult();
        capture.Remember();
        return result;
    }

    /// <summary>The id of the snapshot of one task's inputs alone, from the scan that is there.</summary>
    private static void MeasureKey(Manifest manifest, int rounds)
    {
        string[] globs = ["src/area0/folder{0,1,2,3,4,5,6,7,8,9}/**"];
        var rules = new TrackingRules(null, [], globs);
        var task = new TaskDefinition { Id = TaskId.Parse("T-1"), Goal = "g", Inputs = globs, ExpectedOutputs = [] };
        var (series, count) = (new Series("inputs of one task and their id"), 0);
        for (var i = 0; i < rounds; i++)
        {
            series.Time(() =>
            {
                var inputs = new TaskInputs(task, rules).Of(manifest);
                count = inputs.Count;
                _ = Manifest.ComputeId(inputs);
            });
        }

        series.Print();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {count} paths of {manifest.Files.Count}"));
    }
}
