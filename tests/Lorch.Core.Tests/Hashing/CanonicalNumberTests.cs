using Lorch.Core.Hashing;

namespace Lorch.Core.Tests.Hashing;

public sealed class CanonicalNumberTests
{
    /// <summary>RFC 8785 appendix B.</summary>
    [Theory]
    [InlineData(0x0000000000000000, "0")]
    [InlineData(0x8000000000000000, "0")]
    [InlineData(0x0000000000000001, "5e-324")]
    [InlineData(0x8000000000000001, "-5e-324")]
    [InlineData(0x7fefffffffffffff, "1.7976931348623157e+308")]
    [InlineData(0xffefffffffffffff, "-1.7976931348623157e+308")]
    [InlineData(0x4340000000000000, "9007199254740992")]
    [InlineData(0xc340000000000000, "-9007199254740992")]
    [InlineData(0x4430000000000000, "295147905179352830000")]
    [InlineData(0x44b52d02c7e14af5, "9.999999999999997e+22")]
    [InlineData(0x44b52d02c7e14af6, "1e+23")]
    [InlineData(0x44b52d02c7e14af7, "1.0000000000000001e+23")]
    [InlineData(0x444b1ae4d6e2ef4e, "999999999999999700000")]
    [InlineData(0x444b1ae4d6e2ef4f, "999999999999999900000")]
    [InlineData(0x444b1ae4d6e2ef50, "1e+21")]
    [InlineData(0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7")]
    [InlineData(0x3eb0c6f7a0b5ed8d, "0.000001")]
    [InlineData(0x41b3de4355555553, "333333333.3333332")]
    [InlineData(0x41b3de4355555554, "333333333.33333325")]
    [InlineData(0x41b3de4355555555, "333333333.3333333")]
    [InlineData(0x41b3de4355555556, "333333333.3333334")]
    [InlineData(0x41b3de4355555557, "333333333.33333343")]
    [InlineData(0xbecbf647612f3696, "-0.0000033333333333333333")]
    [InlineData(0x43143ff3c1cb0959, "1424953923781206.2")]
    public void Agrees_with_the_standard(ulong bits, string text) =>
        Assert.Equal(text, CanonicalNumber.Format(BitConverter.UInt64BitsToDouble(bits)));

    [Theory]
    [InlineData(1, "1")]
    [InlineData(-1, "-1")]
    [InlineData(10, "10")]
    [InlineData(0.1, "0.1")]
    [InlineData(123.456, "123.456")]
    [InlineData(1e20, "100000000000000000000")]
    [InlineData(1.5e21, "1.5e+21")]
    [InlineData(1e100, "1e+100")]
    [InlineData(0.00000123, "0.00000123")]
    [InlineData(0.000000123, "1.23e-7")]
    [InlineData(2.2250738585072014e-308, "2.2250738585072014e-308")]
    public void Writes_an_exponent_only_where_ecmascript_does(double value, string text) =>
        Assert.Equal(text, CanonicalNumber.Format(value));

    /// <summary>2 to the power of -44 lies in the middle of two shortest texts; ECMA-262 takes the one with the even digit.</summary>
    [Fact]
    public void Takes_the_even_one_of_two_texts_that_are_equally_near() =>
        Assert.Equal("5.684341886080802e-14", CanonicalNumber.Format(Math.Pow(2, -44)));

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Refuses_what_is_no_number(double value) => Assert.Throws<FormatException>(() => CanonicalNumber.Format(value));
}
