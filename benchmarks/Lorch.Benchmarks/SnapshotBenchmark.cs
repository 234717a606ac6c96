using System.Diagnostics;
using System.Globalization;
using System.Text;
using Lorch.Core.Snapshots;
using Lorch.Core.Storage;

namespace Lorch.Benchmarks;

/// <summary>How long a capture takes beside <c>git status</c> on the same tree, in turns, with a warm cache.</summary>
internal static class SnapshotBenchmark
{
    private const int FilesPerFolder = 100;
    private const int BytesPerFile = 4096;

    public static int Run(int files, int rounds, int seed)
    {
        var root = Directory.CreateTempSubdirectory("lorch-benchmark-").FullName;
        try
        {
            Generate(root, files, seed);
            Git(root, "init", "-q");
            Git(root, "config", "maintenance.auto", "false");
            File.WriteAllText(Path.Join(root, ".gitignore"), "state/\n");
            Git(root, "add", "-A");
            Git(root, "-c", "user.name=b", "-c", "user.email=b@example.org", "commit", "-q", "-m", "b");
            Directory.CreateDirectory(Path.Join(root, "state"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{files} files of {BytesPerFile} bytes, seed {seed}, {rounds} rounds"));

            // What was touched just now is never trusted: the margin must have passed.
            Thread.Sleep(StatIndexFile.Margin + TimeSpan.FromSeconds(1));
            Git(root, "status", "--porcelain");
            Capture(root, SnapshotTrust.Stat);
            Compare("nothing changed", root, rounds, () => { });
            var changes = 0;
            Compare("100 changed", root, rounds, () => Change(root, files, changes++));
            Measure("all read", rounds, () => Capture(root, SnapshotTrust.Content));
            return 0;
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static void Compare(string what, string root, int rounds, Action before)
    {
        var (own, git) = (new List<double>(), new List<double>());
        for (var i = 0; i < rounds; i++)
        {
            before();
            own.Add(Time(() => Capture(root, SnapshotTrust.Stat)));
            git.Add(Time(() => Git(root, "status", "--porcelain")));
        }

        Print(what, own);
        Print("  git status", git);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  ratio of medians {own[own.Count / 2] / git[git.Count / 2]:0.00}"));
    }

    private static void Measure(string what, int rounds, Action action) => Print(what, [.. Enumerable.Range(0, rounds).Select(_ => Time(action))]);

    private static double Time(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalSeconds;
    }

    private static void Capture(string root, SnapshotTrust trust)
    {
        var capture = new SnapshotCapture(new WorkspaceLayout(root, null), new TrackingRules(null, [], []), new DurableFiles(), trust, TimeProvider.System);
        capture.CaptureAsync(CancellationToken.None).GetAwaiter().GetResult();
        capture.Remember();
    }

    private static void Generate(string root, int files, int seed)
    {
        var random = new Random(seed);
        var content = new byte[BytesPerFile];
        for (var i = 0; i < files; i++)
        {
            var path = PathOf(root, i);
            if (i % FilesPerFolder == 0)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            }

            random.NextBytes(content);
            File.WriteAllBytes(path, content);
        }
    }

    private static string PathOf(string root, int file) =>
        Path.Join(root, string.Create(CultureInfo.InvariantCulture, $"src/area{file / FilesPerFolder / 40}/folder{file / FilesPerFolder}/file{file}.cs"));

    private static void Change(string root, int files, int round)
    {
        foreach (var file in Enumerable.Range(0, 100))
        {
            File.WriteAllText(PathOf(root, file * (files / 100)), $"{round} {file}", new UTF8Encoding(false));
        }
    }

    private static void Git(string root, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { WorkingDirectory = root, RedirectStandardOutput = true };
        using var git = Process.Start(start)!;
        git.StandardOutput.ReadToEnd();
        git.WaitForExit();
    }

    private static void Print(string what, List<double> seconds)
    {
        seconds.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what,-20} min {seconds[0]:0.0000}  median {seconds[seconds.Count / 2]:0.0000}  max {seconds[^1]:0.0000} s"));
    }
}
