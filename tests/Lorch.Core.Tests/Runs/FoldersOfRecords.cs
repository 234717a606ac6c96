using System.Diagnostics;
using System.Runtime.Versioning;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

[UnsupportedOSPlatform("windows")]
public sealed class FoldersOfRecords : IDisposable
{
    private const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly WorkspaceUnderTest _workspace = new();

    public FoldersOfRecords() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Modes and owners are looked at on Linux only.");

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Are_their_owners_alone_and_no_matter_for_a_warning()
    {
        var result = await _workspace.RunAsync();

        Assert.Empty(result.Diagnostics);
        foreach (var folder in new[] { "events", "receipts", "snapshots", "state", "transcripts" })
        {
            AssertPrivate(_workspace.At(folder));
        }
    }

    [Theory]
    [InlineData("receipts")]
    [InlineData("events")]
    [InlineData("")]
    public async Task Give_a_warning_where_everybody_may_write(string folder)
    {
        await _workspace.RunAsync();
        _workspace.Write("specs/a.md", "# B\n");
        var path = _workspace.At(folder).TrimEnd('/');
        File.SetUnixFileMode(path, Mine | UnixFileMode.OtherWrite);

        var result = await _workspace.RunAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        AssertWarned(Assert.Single(result.Diagnostics), path, "Everybody may write");
        AssertWarned(Assert.Single((await _workspace.Open().VerifyAsync(CancellationToken.None)).Diagnostics), path, "Everybody may write");
    }

    [Fact]
    public async Task Give_a_warning_where_they_belong_to_somebody_else()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can give a folder away.");
        await _workspace.RunAsync();
        _workspace.Write("specs/a.md", "# B\n");
        using (var process = Process.Start("chown", ["12345", _workspace.At("receipts")]))
        {
            await process.WaitForExitAsync(CancellationToken.None);
        }

        var result = await _workspace.RunAsync();

        AssertWarned(Assert.Single(result.Diagnostics), _workspace.At("receipts"), "number 12345");
    }

    [Fact]
    public async Task Give_one_warning_however_many_of_them_somebody_else_may_write()
    {
        await _workspace.RunAsync();
        _workspace.Write("specs/a.md", "# B\n");
        foreach (var folder in new[] { "events", "receipts", "snapshots" })
        {
            File.SetUnixFileMode(_workspace.At(folder), Mine | UnixFileMode.OtherWrite);
        }

        var warning = Assert.Single((await _workspace.RunAsync()).Diagnostics);

        Assert.All(
            new[] { "events", "receipts", "snapshots" },
            folder => Assert.Contains($"'{_workspace.At(folder)}'", warning.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Give_no_warning_where_they_belong_to_whom_the_whole_checkout_belongs()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can give a folder away.");
        await _workspace.RunAsync();
        _workspace.Write("specs/a.md", "# B\n");
        using (var process = Process.Start("chown", ["-R", "12345", _workspace.Root]))
        {
            await process.WaitForExitAsync(CancellationToken.None);
        }

        Assert.Empty((await _workspace.RunAsync()).Diagnostics);
    }

    private static void AssertWarned(Diagnostic found, string folder, string reason)
    {
        Assert.Equal((DiagnosticCode.FolderNotPrivate, DiagnosticSeverity.Warning, folder), (found.Code, found.Severity, found.File));
        Assert.Contains(reason, found.Message, StringComparison.Ordinal);
    }

    private static void AssertPrivate(string folder)
    {
        const UnixFileMode file = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(Mine, File.GetUnixFileMode(folder));
        Assert.All(
            Directory.GetDirectories(folder, "*", SearchOption.AllDirectories),
            inner => Assert.Equal(Mine, File.GetUnixFileMode(inner)));
        Assert.All(Directory.GetFiles(folder, "*", SearchOption.AllDirectories), inner => Assert.Equal(file, File.GetUnixFileMode(inner)));
    }
}
