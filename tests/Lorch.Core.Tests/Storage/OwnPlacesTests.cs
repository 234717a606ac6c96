using Lorch.Core.Storage;
using Lorch.Testing;

namespace Lorch.Core.Tests.Storage;

[DiffersOnWindows]
public sealed class OwnPlacesTests : IDisposable
{
    private readonly TemporaryWorkspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData("build/lorch/receipts/T-1/step-1.json")]
    [InlineData("build/lorch/state/run.json")]
    [InlineData("build/lorch/events/run.ndjson")]
    [InlineData("build/agents.json")]
    [InlineData("lorch.json")]
    [InlineData("receipts/T-1/step-1.json")]
    public void A_file_of_Lorch_belongs_to_it_also_in_a_folder_of_the_workspace(string path) => Assert.NotNull(FindOwner(path));

    [Theory]
    [InlineData("build/lorch/src/a.cs")]
    [InlineData("build/lorch/reviews/T-1.json")]
    [InlineData("build/other.json")]
    [InlineData("src/a.cs")]
    [InlineData("reviews/T-1.json")]
    public void Any_other_file_does_not(string path) => Assert.Null(FindOwner(path));

    [Fact]
    public void The_configuration_belongs_to_it_by_whatever_name()
    {
        _workspace.Write("build/agents.json", "{}");
        SecondName.Give(_workspace.At("build/agents.json"), _workspace.At("other.json"));

        Assert.NotNull(FindOwner("other.json"));
    }

    private string? FindOwner(string path) =>
        new OwnPlaces(
            new WorkspaceLayout(_workspace.Root, _workspace.At("build/lorch")),
            _workspace.At("build/agents.json")).FindOwner(RelativePath.Parse(path));
}
