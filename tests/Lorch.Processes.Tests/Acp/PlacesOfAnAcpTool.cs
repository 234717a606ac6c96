using Lorch.Agent.Acp;
using Lorch.Core.Storage;
using Lorch.Testing;

namespace Lorch.Processes.Tests.Acp;

/// <summary>Tools name files by their absolute paths, in whatever form their system takes.</summary>
public sealed class PlacesOfAnAcpTool : IDisposable
{
    private readonly TemporaryWorkspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData(@"C:\w\src\a.cs", "C:/w/src/a.cs")]
    [InlineData("C:/w/src/a.cs", "C:/w/src/a.cs")]
    [InlineData(@"\\?\C:\w\src\a.cs", "C:/w/src/a.cs")]
    [InlineData(@"\\?\UNC\server\share\a.cs", "//server/share/a.cs")]
    [InlineData(@"\\server\share\a.cs", "//server/share/a.cs")]
    public void Have_one_form_on_Windows(string path, string expected) => Assert.Equal(expected, AcpPlaces.Plain(path));

    [Fact]
    public void Are_found_below_the_root()
    {
        Assert.Equal("src/a.cs", Find(_workspace.At("src/a.cs")));
        Assert.Null(Find(_workspace.Root + "-other/a.cs"));
    }

    [DiffersOnWindows]
    [Fact]
    public void Are_found_on_Windows_also_with_a_small_drive_or_as_a_long_path()
    {
        Assert.SkipUnless(OperatingSystem.IsWindows(), "Elsewhere a path has one form.");
        var path = _workspace.At("src/a.cs");

        Assert.Equal("src/a.cs", Find(char.ToLowerInvariant(path[0]) + path[1..]));
        Assert.Equal("src/a.cs", Find(@"\\?\" + path));
        Assert.Equal("src/a.cs", Find(path.Replace('\\', '/')));
    }

    [Fact]
    public void Are_no_records_of_Lorch_in_a_folder_of_the_workspace()
    {
        Assert.Null(Find(_workspace.At("build/lorch/receipts/T-1/step-1.json")));
        Assert.Null(Find(_workspace.At("state/run.json")));
    }

    private string? Find(string path) =>
        new AcpPlaces(new WorkspaceLayout(_workspace.Root, _workspace.At("build/lorch"))).TryFind(path, toWrite: true, out var place, out _)
            ? place?.ToString()
            : null;
}
