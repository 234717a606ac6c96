using System.Diagnostics;
using Lorch.Core.Storage;
using Lorch.Core.Views;
using Lorch.Testing;

namespace Lorch.Core.Tests.Views;

/// <summary>What a copy of a workspace holds, where it lies, and what it can't reach.</summary>
public sealed class ViewsOfAWorkspace : IDisposable
{
    private readonly TemporaryWorkspace _workspace = new();
    private readonly TemporaryWorkspace _views = new();

    public void Dispose()
    {
        _workspace.Dispose();
        _views.Dispose();
    }

    [Fact]
    public async Task Hold_what_git_tracks_or_would_add_of_the_whole_repository()
    {
        Git("init", "-q");
        _workspace.Write("common/a.txt", "a\n");
        _workspace.Write("app/.gitignore", "*.log\n");
        _workspace.Write("app/src/b.txt", "b\n");
        _workspace.Write("app/.hidden/c.txt", "c\n");
        _workspace.Write("app/x.log", "ignored\n");
        _workspace.Write("app/obj/tracked.txt", "tracked\n");
        _workspace.Write("app/receipts/T-1/step-1.json", "{}");
        Git("add", "-A", "-f", "app/obj");

        using var view = await OpenAsync("app");

        Assert.Equal(
            ["../common/a.txt", ".gitignore", ".hidden/c.txt", "obj/tracked.txt", "src/b.txt"],
            Files(view).Order(StringComparer.Ordinal));
        Assert.Equal("b\n", await ReadAsync(view, "src/b.txt"));
    }

    [Fact]
    public async Task Hold_all_but_other_tools_folders_where_there_is_no_repository()
    {
        _workspace.Write(".env", "e\n");
        _workspace.Write("a/b.txt", "b\n");
        _workspace.Write("a/bin/c.txt", "c\n");
        _workspace.Write("node_modules/d.js", "d\n");
        _workspace.Write("events/run.ndjson", "{}");

        using var view = await OpenAsync(git: false);

        Assert.Equal([".env", "a/b.txt"], Files(view).Order(StringComparer.Ordinal));
        Assert.False(view.IsInRepository);
    }

    [Fact]
    public async Task Are_brought_up_to_date_by_what_differs()
    {
        _workspace.Write("a.txt", "a\n");
        _workspace.Write("b.txt", "b\n");
        _workspace.Write("c/d.txt", "d\n");
        string root;
        using (var view = await OpenAsync(git: false))
        {
            root = view.Layout.WorkspaceRoot;
            Write(root, "a.txt", "an agent's\n");
            Write(root, "e/f.txt", "an agent's\n");
        }

        _workspace.Write("b.txt", "B\n");
        Directory.Delete(_workspace.At("c"), recursive: true);

        using var again = await OpenAsync(git: false);

        Assert.Equal(root, again.Layout.WorkspaceRoot);
        Assert.Equal(["a.txt", "b.txt"], Files(again).Order(StringComparer.Ordinal));
        Assert.Equal(("a\n", "B\n"), (await ReadAsync(again, "a.txt"), await ReadAsync(again, "b.txt")));
    }

    [Fact]
    public async Task Are_never_made_through_a_link_that_an_agent_left()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a right there");
        _workspace.Write("a.txt", "a\n");
        _workspace.Write("b/c.txt", "c\n");
        using var elsewhere = new TemporaryWorkspace();
        elsewhere.Write("mine.txt", "mine\n");
        elsewhere.Write("c.txt", "mine\n");
        using (var view = await OpenAsync(git: false))
        {
            var root = view.Layout.WorkspaceRoot;
            File.Delete(Path.Join(root, "a.txt"));
            File.CreateSymbolicLink(Path.Join(root, "a.txt"), elsewhere.At("mine.txt"));
            Directory.Delete(Path.Join(root, "b"), recursive: true);
            Directory.CreateSymbolicLink(Path.Join(root, "b"), elsewhere.Root);
        }

        using var again = await OpenAsync(git: false);

        Assert.Equal(("mine\n", "mine\n"), (elsewhere.Read("mine.txt"), elsewhere.Read("c.txt")));
        Assert.Equal(["a.txt", "b/c.txt"], Files(again).Order(StringComparer.Ordinal));
        Assert.Equal("c\n", await ReadAsync(again, "b/c.txt"));
    }

    [Fact]
    public async Task Hold_links_that_stay_inside_and_none_to_a_fixed_place()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a right there");
        _workspace.Write("a.txt", "a\n");
        File.CreateSymbolicLink(_workspace.At("inside"), "a.txt");
        File.CreateSymbolicLink(_workspace.At("back"), _workspace.At("a.txt"));

        using var view = await OpenAsync(git: false);

        Assert.Equal("a.txt", new FileInfo(Path.Join(view.Layout.WorkspaceRoot, "inside")).LinkTarget);
        Assert.False(Path.Exists(Path.Join(view.Layout.WorkspaceRoot, "back")));
    }

    [Fact]
    public async Task Are_two_while_two_are_open()
    {
        _workspace.Write("a.txt", "a\n");

        using var one = await OpenAsync(git: false);
        using var other = await OpenAsync(git: false);

        Assert.NotEqual(one.Layout.WorkspaceRoot, other.Layout.WorkspaceRoot);
    }

    [Fact]
    public async Task Of_a_workspace_that_is_gone_are_removed()
    {
        using (var gone = new TemporaryWorkspace())
        {
            gone.Write("a.txt", "a\n");
            using var view = await View.OpenAsync(Request(gone.Root, git: false), TimeProvider.System, Token);
        }

        var before = Directory.GetDirectories(_views.Root);
        using var another = await OpenAsync(git: false);

        Assert.Single(before);
        Assert.DoesNotContain(before[0], Directory.GetDirectories(_views.Root));
    }

    [Fact]
    public async Task Are_made_whatever_became_of_what_was_remembered()
    {
        _workspace.Write("a.txt", "a\n");
        using (var view = await OpenAsync(git: false))
        {
            Write(view.Layout.WorkspaceRoot, "a.txt", "x\n");
        }

        var index = Directory.GetFiles(_views.Root, "index", SearchOption.AllDirectories).Single();
        foreach (var garbage in new byte[][] { [], [1, 0, 0, 0, 255, 255, 255, 255], [1, 0, 0, 0, 1, 47, 0, 255, 255, 255, 127] })
        {
            await File.WriteAllBytesAsync(index, garbage, Token);
            using var again = await OpenAsync(git: false);
            Assert.Equal("a\n", await ReadAsync(again, "a.txt"));
        }
    }

    [Fact]
    public async Task Have_a_repository_before_the_first_commit_as_well()
    {
        Git("init", "-q");
        _workspace.Write("a.txt", "a\n");

        using var view = await OpenAsync();

        Assert.Equal("?? a.txt\n", GitIn(view.Layout.WorkspaceRoot, "status", "--porcelain"));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Task<View> OpenAsync(string below = "", bool git = true) =>
        View.OpenAsync(Request(below.Length == 0 ? _workspace.Root : _workspace.At(below), git), TimeProvider.System, Token);

    private ViewRequest Request(string root, bool git) => new()
    {
        Workspace = new WorkspaceLayout(root, null),
        ViewRoot = _views.Root,
        Environment = git
            ? new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "", ["HOME"] = _views.Root }
            : new Dictionary<string, string>(),
    };

    private static IEnumerable<string> Files(View view) =>
        Directory.EnumerateFiles(
                Top(view.Layout.WorkspaceRoot),
                "*",
                new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = default })
            .Where(file => !file.Contains("/.git/", StringComparison.Ordinal) && !file.Contains("\\.git\\", StringComparison.Ordinal))
            .Select(file => Path.GetRelativePath(view.Layout.WorkspaceRoot, file).Replace('\\', '/'));

    private static string Top(string root) => Path.GetFileName(root) == "w" ? root : Path.GetDirectoryName(root)!;

    private static Task<string> ReadAsync(View view, string path) =>
        File.ReadAllTextAsync(Path.Join(view.Layout.WorkspaceRoot, path), Token);

    private static void Write(string root, string path, string text)
    {
        var file = Path.Join(root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private void Git(params string[] arguments) => GitIn(_workspace.Root, arguments);

    private static string GitIn(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true };
        using var git = Process.Start(start)!;
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
        return output;
    }
}
