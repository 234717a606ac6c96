using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Lorch.Benchmarks;

/// <summary>
/// A generated tree, committed to git, in a temporary folder: files of one size in folders of 100, the same for the same seed.
/// </summary>
internal sealed class SnapshotTree : IDisposable
{
    private const int FilesPerFolder = 100;
    private const int FoldersPerArea = 40;
    private const int Contents = 251;

    private SnapshotTree(string root, int files) => (Root, Files) = (root, files);

    public string Root { get; }

    public int Files { get; }

    public static SnapshotTree Generate(int files, int bytesPerFile, int seed)
    {
        var tree = new SnapshotTree(Directory.CreateTempSubdirectory("lorch-benchmark-").FullName, files);

        // Some contents for all files: git keeps each of them once, so that a million of files can be committed in a minute.
        var random = new Random(seed);
        var contents = Enumerable.Range(0, Contents).Select(_ => new byte[bytesPerFile]).ToArray();
        Array.ForEach(contents, random.NextBytes);
        for (var i = 0; i < files; i++)
        {
            var path = tree.PathOf(i);
            if (i % FilesPerFolder == 0)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            }

            File.WriteAllBytes(path, contents[random.Next(Contents)]);
        }

        File.WriteAllText(Path.Join(tree.Root, ".gitignore"), "/state/\n");
        Directory.CreateDirectory(Path.Join(tree.Root, "state"));
        tree.Git("init", "-q");
        tree.Git("config", "maintenance.auto", "false");
        tree.Git("config", "gc.auto", "0");
        tree.Git("add", "-A");
        tree.Git("-c", "user.name=b", "-c", "user.email=b@example.org", "commit", "-q", "-m", "b");
        return tree;
    }

    /// <summary>Takes a folder that is there for a tree.</summary>
    public static SnapshotTree At(string root) => new(root, 0);

    public void Dispose() => Directory.Delete(Root, recursive: true);

    /// <summary>Writes some files anew, spread over the tree.</summary>
    public void Change(int count, int round)
    {
        for (var i = 0; i < count; i++)
        {
            File.WriteAllText(PathOf((int)((long)i * Files / count)), $"{round} {i}", new UTF8Encoding(false));
        }
    }

    public void Git(params string[] arguments) => Run("git", arguments);

    /// <summary>Runs a program in the tree and waits for its end.</summary>
    public void Run(string program, params string[] arguments) => RunIn(Root, program, arguments);

    /// <summary>Runs a program in a folder and waits for its end.</summary>
    public static void RunIn(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{program} ended with {process.ExitCode}"));
        }
    }

    private string PathOf(int file) => Path.Join(
        Root,
        string.Create(
            CultureInfo.InvariantCulture,
            $"src/area{file / FilesPerFolder / FoldersPerArea}/folder{file / FilesPerFolder}/file{file}.cs"));
}
