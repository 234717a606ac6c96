namespace Lorch.Core.Tests.Vocabulary;

public sealed class RunIdTests : IdRules<RunId>
{
    [Theory]
    [InlineData("run-20260131-090500-0a1b2c3d")]
    [InlineData("run-20240229-235959-ffffffff")]
    public void Accepts_a_time_and_eight_digits(string text) => Accepts(text);

    [Theory]
    [InlineData("run-20260131-090500-0A1B2C3D")]
    [InlineData("run-20260131-090500-0a1b2c3")]
    [InlineData("run-20260131-090500-0a1b2c3de")]
    [InlineData("run-20260231-090500-0a1b2c3d")]
    [InlineData("run-20250229-090500-0a1b2c3d")]
    [InlineData("run-20260131-240000-0a1b2c3d")]
    [InlineData("run-20260131-090560-0a1b2c3d")]
    [InlineData("run-20260131_090500-0a1b2c3d")]
    [InlineData("run-20260131-090500_0a1b2c3d")]
    [InlineData("Run-20260131-090500-0a1b2c3d")]
    [InlineData("run-2026 131-090500-0a1b2c3d")]
    [InlineData("run-20260131-090500-0a1b2c3\n")]
    [InlineData("run-٢٠٢٦٠١٣١-090500-0a1b2c3d")]
    [InlineData("../-20260131-090500-0a1b2c3d")]
    public void Refuses_anything_else(string text) => Refuses(text);

    [Fact]
    public void Is_made_of_the_time_in_utc() =>
        Assert.Equal(
            "run-20260131-080500-0000beef",
            RunId.Create(new DateTimeOffset(2026, 1, 31, 9, 5, 0, TimeSpan.FromHours(1)), null, 0xbeef).ToString());

    [Theory]
    [InlineData("run-20260131-090459-ffffffff", "run-20260131-090500-00000000")]
    [InlineData("run-20260131-090500-ffffffff", "run-20260131-090501-00000000")]
    [InlineData("run-20260131-090510-ffffffff", "run-20260131-090511-00000000")]
    [InlineData("run-20261231-235959-ffffffff", "run-20270101-000000-00000000")]
    public void Is_moved_forward_past_the_greatest_there_is(string greatest, string created)
    {
        var id = RunId.Create(new DateTimeOffset(2026, 1, 31, 9, 5, 0, 900, TimeSpan.Zero), RunId.Parse(greatest), 0);

        Assert.Equal(created, id.ToString());
        Assert.True(id.CompareTo(RunId.Parse(greatest)) > 0);
    }

    [Fact]
    public void Knows_its_time() =>
        Assert.Equal(new DateTimeOffset(2026, 1, 31, 9, 5, 0, TimeSpan.Zero), RunId.Parse("run-20260131-090500-0a1b2c3d").Time);
}
