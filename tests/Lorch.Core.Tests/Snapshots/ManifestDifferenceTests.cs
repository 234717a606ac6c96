using System.Text;
using Lorch.Core.Hashing;
using Lorch.Core.Snapshots.Index;
using Lorch.Core.Snapshots.Manifests;

namespace Lorch.Core.Tests.Snapshots;

public sealed class ManifestDifferenceTests
{
    [Fact]
    public void Tells_added_removed_and_changed_apart()
    {
        var difference = ManifestDifference.Between(
            [FileOf("same", "1"), FileOf("gone", "1"), FileOf("other", "1"), FileOf("also gone", "1")],
            [FileOf("new", "1"), FileOf("other", "2"), FileOf("same", "1"), FileOf("a new one", "1")]);

        Assert.Equal(["a new one", "new"], difference.Added.Select(path => path.ToString()));
        Assert.Equal(["also gone", "gone"], difference.Removed.Select(path => path.ToString()));
        Assert.Equal(["other"], difference.Changed.Select(path => path.ToString()));
        Assert.False(difference.IsEmpty);
    }

    [Fact]
    public void Goes_by_content_and_not_by_time()
    {
        var file = FileOf("a", "1");

        Assert.True(ManifestDifference.Between([file], [file with { Mtime = file.Mtime.AddDays(1) }]).IsEmpty);
    }

    [Fact]
    public void Finds_what_was_renamed_by_its_content()
    {
        var difference = ManifestDifference.Between(
            [FileOf("a", "1"), FileOf("b", "1"), FileOf("c", "2"), FileOf("d", ""), FileOf("e", "5")],
            [FileOf("x", "1"), FileOf("y", "2"), FileOf("z", "9"), FileOf("w", ""), FileOf("e", "5"), FileOf("f", "5")]);

        Assert.Equal(["a -> x", "c -> y"], difference.Renamed.Select(renaming => $"{renaming.From} -> {renaming.To}"));
        Assert.Equal(5, difference.Added.Count);
        Assert.Equal(4, difference.Removed.Count);
    }

    [Theory]
    [InlineData("", "a", "added")]
    [InlineData("a", "", "removed")]
    public void A_single_difference_is_not_empty(string before, string after, string what)
    {
        var difference = ManifestDifference.Between(
            [.. before.Select(name => FileOf($"{name}", "1"))],
            [.. after.Select(name => FileOf($"{name}", "1"))]);

        Assert.False(difference.IsEmpty);
        Assert.Equal(what == "added" ? 1 : 0, difference.Added.Count);
        Assert.Equal(what == "removed" ? 1 : 0, difference.Removed.Count);
    }

    private static ManifestFile FileOf(string path, string content) => new()
    {
        Path = RelativePath.Parse(path),
        Sha256 = Sha256Digest.Of(Encoding.UTF8.GetBytes(content)),
        Size = content.Length,
        Mtime = DateTimeOffset.UnixEpoch,
    };
}
