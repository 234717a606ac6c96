using Lorch.Core.Hashing;

namespace Lorch.Core.Tests.Vocabulary;

public sealed class Sha256DigestTextTests : IdRules<Sha256Digest>
{
    private const string Digits = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    [Fact]
    public void Accepts_its_prefix_and_64_digits() => Accepts("sha256:" + Digits);

    [Theory]
    [InlineData(Digits)]
    [InlineData("sha256:" + Digits + "0")]
    [InlineData("sha256:ba7816")]
    [InlineData("SHA256:" + Digits)]
    [InlineData("sha256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD")]
    [InlineData("sha512:" + Digits)]
    [InlineData("sha256:" + Digits + "\n")]
    public void Refuses_anything_else(string text) => Refuses(text);

    [Fact]
    public void Knows_its_digits() => Assert.Equal(Digits, Sha256Digest.Parse("sha256:" + Digits).Hex);
}
