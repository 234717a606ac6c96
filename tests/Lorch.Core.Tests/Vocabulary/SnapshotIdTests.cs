using Lorch.Core.Hashing;

namespace Lorch.Core.Tests.Vocabulary;

public sealed class SnapshotIdTests : IdRules<SnapshotId>
{
    [Theory]
    [InlineData("snap-d0ab7e60b764")]
    [InlineData("snap-000000000000")]
    public void Accepts_twelve_digits(string text) => Accepts(text);

    [Theory]
    [InlineData("snap-d0ab7e60b76")]
    [InlineData("snap-d0ab7e60b7645")]
    [InlineData("snap-D0AB7E60B764")]
    [InlineData("snap-g0ab7e60b764")]
    [InlineData("SNAP-d0ab7e60b764")]
    [InlineData("d0ab7e60b764")]
    [InlineData("snap-")]
    [InlineData("snap-d0ab7e60b764\n")]
    public void Refuses_anything_else(string text) => Refuses(text);

    [Fact]
    public void Is_made_of_the_first_twelve_digits_of_a_digest() =>
        Assert.Equal("snap-ba7816bf8f01", SnapshotId.FromHex(Sha256Digest.Of("abc"u8).Hex).ToString());
}
