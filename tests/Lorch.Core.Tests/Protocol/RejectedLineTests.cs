using System.Text;
using Lorch.Core.Protocol;

namespace Lorch.Core.Tests.Protocol;

public sealed class RejectedLineTests
{
    [Theory]
    [InlineData("x", 4096)]
    [InlineData("é", 2048)]
    [InlineData("x€", 1024)]
    [InlineData("😀", 1024)]
    public void Shows_at_most_4_KiB(string unit, int units)
    {
        var shown = RejectedLine.Show(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(unit, 5000))));

        Assert.Equal(string.Concat(Enumerable.Repeat(unit, units)), shown);
    }

    [Fact]
    public void Shows_no_half_of_a_letter_at_the_cut()
    {
        var shown = RejectedLine.Show(Encoding.UTF8.GetBytes(new string('x', 4095) + "é"));

        Assert.Equal(new string('x', 4095), shown);
    }

    [Fact]
    public void Shows_invalid_bytes_as_numbers_within_the_limit()
    {
        var shown = RejectedLine.Show([.. Enumerable.Repeat((byte)0xFE, 5000)]);

        Assert.Equal(string.Concat(Enumerable.Repeat("\\xFE", 1024)), shown);
    }
}
