using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Lorch.Core.Snapshots;
using Lorch.Core.Snapshots.GitIgnore;
using Lorch.Core.Snapshots.Tracking;
using Lorch.Core.Storage;
using Lorch.Testing;

namespace Lorch.Core.Tests.Snapshots;

/// <summary>Random trees with random .gitignore files: what is tracked is what git would add.</summary>
public sealed class IgnoringAsGitDoes : IDisposable
{
    private static readonly string[] Names = ["a", "b", "ab", "ba", "x.o", "y.o", "x.c", "a b", "é", "[a]", "#a", "!b", "lib", "A"];

    // No two stars beside other letters: git up to 2.51 reads 'a**/b' as 'a' and any number of folders when what stands before the stars
    // has no wildcard.
    private static readonly string[] Parts =
        [
            "a", "b", "ab", "*", "*.o", "x.*", "a*", "*b", "?", "??", "[ab]", "[!a]", "[a-c]*", "[[:alpha:]]", "**", "lib", "é", "\\#a",
            "\\!b", "\\[a\\]", "a\\ b", "[", "x.[co]"
        ];

    private readonly TemporaryWorkspace _workspace = TemporaryWorkspace.InMemory();

    private static int Trees => LongTests.AreAsked ? 300 : 20;

    public void Dispose() => _workspace.Dispose();

    [LongSet]
    [Fact]
    public async Task Whatever_the_tree_and_the_patterns()
    {
        Assert.SkipUnless(await HasGitAsync(), "git isn't here.");
        var first = RandomSeed.Choose(otherwise: 1);
        await GitAsync("init", "--quiet", ".");
        var layout = new WorkspaceLayout(_workspace.Root, null);
        var some = 0;
        for (var i = 0; i < Trees; i++)
        {
            var patterns = Grow(new Random(first + i));

            var expected = (await GitAsync(
                "ls-files",
                "--others",
                "--exclude-standard",
                "-z",
                "--",
                ":!/state")).Split('\0', StringSplitOptions.RemoveEmptyEntries)
                .Where(path => Path.GetFileName(path) != ".gitignore").Order(StringComparer.Ordinal).ToList();
            var rules = new TrackingRules(["**"], [], []).Without(GitIgnoreFiles.Of(layout, null));
            var found = Walk(rules.OnDisk(), "").Order(StringComparer.Ordinal).ToList();

            Assert.True(expected.SequenceEqual(found), string.Create(
                CultureInfo.InvariantCulture,
                $"LORCH_SEED={first + i}: git has {string.Join(" | ", expected.Except(found))}; Lorch has "
                    + $"{string.Join(" | ", found.Except(expected))}\n{patterns}"));
            var capture = new SnapshotCapture(layout, rules, new DurableFiles(), SnapshotTrust.Stat, TimeProvider.System);
            Assert.Equal(
                found,
                (await capture.CaptureAsync(TestContext.Current.CancellationToken)).Manifest.Files.Select(file => file.Path.ToString())
                    .Order(StringComparer.Ordinal));
            capture.Remember();
            Assert.All(AllFiles(), path => Assert.Equal(found.Contains(path), rules.IsTracked(RelativePath.Parse(path))));
            await AssertThatGitIgnoresTheRestAsync(found, first + i);
            some += found.Count is > 0 ? 1 : 0;
        }

        Assert.InRange(some, Trees / 4, Trees);
    }

    private async Task AssertThatGitIgnoresTheRestAsync(IReadOnlyList<string> found, int seed)
    {
        var files = AllFiles().ToList();
        var ignored = (await GitAsync(
            ["check-ignore", "--no-index", "--stdin", "-z"],
            string.Join('\0', files))).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        var (expected, left) = (files.Except(found).ToHashSet(), ignored.ToHashSet());
        Assert.True(expected.SetEquals(left), string.Create(
            CultureInfo.InvariantCulture,
            $"LORCH_SEED={seed}: git alone "
                + $"ignores {string.Join(" | ", left.Except(expected))}; Lorch alone {string.Join(" | ", expected.Except(left))}"));
    }

    private IEnumerable<string> AllFiles() => Directory.EnumerateFiles(_workspace.Root, "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(_workspace.Root, file).Replace('\\', '/'))
        .Where(path => !path.Split('/').Any(part => part.StartsWith('.') || part == "state"));

    private IEnumerable<string> Walk(FolderRules rules, string folder)
    {
        foreach (var entry in new DirectoryInfo(_workspace.At(folder)).EnumerateFileSystemInfos())
        {
            var (name, path) = (Encoding.UTF8.GetBytes(entry.Name), folder.Length == 0 ? entry.Name : $"{folder}/{entry.Name}");
            if (entry is FileInfo)
            {
                if (rules.IsTracked(name))
                {
                    yield return path;
                }
            }
            else if (rules.Enter(name) is { } inner)
            {
                foreach (var below in Walk(inner, path))
                {
                    yield return below;
                }
            }
        }
    }

    /// <summary>Replaces the tree; gives the .gitignore files.</summary>
    private string Grow(Random random)
    {
        foreach (var entry in new DirectoryInfo(_workspace.Root).EnumerateFileSystemInfos()
            .Where(entry => entry.Name is not (".git" or "state")))
        {
            if (entry is DirectoryInfo folder)
            {
                folder.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
            }
        }

        var text = new StringBuilder();
        Fill("", depth: 0, random, text);
        return text.ToString();
    }

    private void Fill(string folder, int depth, Random random, StringBuilder text)
    {
        foreach (var name in Names.Where(_ => random.Next(3) == 0))
        {
            var path = folder.Length == 0 ? name : $"{folder}/{name}";
            if (depth < 3 && random.Next(2) == 0)
            {
                Directory.CreateDirectory(_workspace.At(path));
                Fill(path, depth + 1, random, text);
            }
            else
            {
                _workspace.Write(path, "");
            }
        }

        if (depth == 0 || random.Next(4) == 0)
        {
            var lines = string.Concat(
                Enumerable.Range(0, random.Next(1, 6)).Select(_ => Pattern(random) + (random.Next(8) == 0 ? "\r\n" : "\n")));
            _workspace.Write(folder.Length == 0 ? ".gitignore" : $"{folder}/.gitignore", lines);
            text.Append(CultureInfo.InvariantCulture, $"{folder}/.gitignore:\n{lines}");
        }
    }

    private static string Pattern(Random random)
    {
        var parts = Enumerable.Range(0, random.Next(4) switch { 0 or 1 => 1, 2 => 2, _ => 3 })
            .Select(_ => Parts[random.Next(Parts.Length)]);
        return (random.Next(4) == 0 ? "!" : "") + (random.Next(5) == 0 ? "/" : "") + string.Join('/', parts)
            + (random.Next(4) == 0 ? "/" : "") + (random.Next(8) == 0 ? "  " : "");
    }

    private static async Task<bool> HasGitAsync()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("git", "--version") { RedirectStandardOutput = true });
            await process!.WaitForExitAsync(TestContext.Current.CancellationToken);
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private Task<string> GitAsync(params string[] arguments) => GitAsync(arguments, "");

    private async Task<string> GitAsync(string[] arguments, string input)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = _workspace.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
            Environment =
            {
                ["GIT_CONFIG_GLOBAL"] = "/dev/null",
                ["GIT_CONFIG_SYSTEM"] = "/dev/null",
                ["XDG_CONFIG_HOME"] = _workspace.Root,
                ["GIT_DIR"] = null
            },
        };
        using var process = Process.Start(start)!;
        var reading = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = await reading;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        // 1 is the answer of check-ignore that nothing is ignored.
        Assert.InRange(process.ExitCode, 0, output.Length == 0 ? 1 : 0);
        return output;
    }
}
