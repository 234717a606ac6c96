using Lorch.Core.Hashing;

namespace Lorch.Core.Tests.Vocabulary;

public sealed class IdempotencyKeyTextTests : IdRules<IdempotencyKey>
{
    private const string Digits = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    [Fact]
    public void Accepts_its_prefix_and_64_digits() => Accepts("ik:" + Digits);

    [Theory]
    [InlineData(Digits)]
    [InlineData("ik:" + Digits + "0")]
    [InlineData("IK:" + Digits)]
    [InlineData("ik:ba7816")]
    [InlineData("ik: " + Digits)]
    public void Refuses_anything_else(string text) => Refuses(text);
}
