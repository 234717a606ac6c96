namespace Lorch.Core.Tests;

public sealed class Rfc3339Tests
{
    [Theory]
    [InlineData("2026-01-31T09:05:00Z", "2026-01-31T09:05:00.0000000")]
    [InlineData("2026-01-31t09:05:00z", "2026-01-31T09:05:00.0000000")]
    [InlineData("2026-01-31T09:05:00.1Z", "2026-01-31T09:05:00.1000000")]
    [InlineData("2026-01-31T09:05:00.123456789Z", "2026-01-31T09:05:00.1234567")]
    [InlineData("2026-01-31T09:05:00.99999999999999Z", "2026-01-31T09:05:00.9999999")]
    [InlineData("2026-01-31T09:05:00+02:30", "2026-01-31T06:35:00.0000000")]
    [InlineData("2026-01-31T09:05:00.5-23:59", "2026-02-01T09:04:00.5000000")]
    [InlineData("2026-01-31T09:05:00-00:00", "2026-01-31T09:05:00.0000000")]
    [InlineData("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.0000000")]
    public void Reads(string text, string expected)
    {
        Assert.True(Rfc3339.TryParse(text, out var time));
        Assert.Equal(TimeSpan.Zero, time.Offset);
        Assert.Equal(expected, time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff", null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Z")]
    [InlineData("2026-01-31")]
    [InlineData("2026-01-31T09:05:00")]
    [InlineData("2026-01-31T09:05:00.Z")]
    [InlineData("2026-01-31T09:05:00.5")]
    [InlineData("2026-01-31T09:05:00,5Z")]
    [InlineData("2026-01-31 09:05:00Z")]
    [InlineData("2026-01-31T09:05Z")]
    [InlineData(" 2026-01-31T09:05:00Z")]
    [InlineData("2026-01-31T09:05:00Z ")]
    [InlineData("2026-01-31T09:05:00+0200")]
    [InlineData("2026-01-31T09:05:00+24:00")]
    [InlineData("2026-01-31T09:05:00+01:60")]
    [InlineData("2026-01-31T09:05:00+ 1:00")]
    [InlineData("2026-02-30T09:05:00Z")]
    [InlineData("2026-01-31T24:00:00Z")]
    [InlineData("2026-01-31T09:05:60Z")]
    [InlineData("0000-01-31T09:05:00Z")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    [InlineData("9999-12-31T23:59:59-01:00")]
    [InlineData("2026-01-31T09:05:00.٣Z")]
    public void Refuses(string text) => Assert.False(Rfc3339.TryParse(text, out _));

    [Fact]
    public void Writes_utc_with_milliseconds_cut_off() =>
        Assert.Equal(
            "2026-01-31T07:05:00.999Z",
            Rfc3339.Format(new DateTimeOffset(2026, 1, 31, 9, 5, 0, TimeSpan.FromHours(2)).AddTicks(9_999_999)));
}
