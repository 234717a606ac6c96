namespace Lorch.Core.Tests.Vocabulary;

public sealed class MessageIdTests : IdRules<MessageId>
{
    [Theory]
    [InlineData("0198c0de-0000-7000-8000-000000000000")]
    [InlineData("ffffffff-ffff-4fff-bfff-ffffffffffff")]
    public void Accepts_a_uuid(string text) => Accepts(text);

    [Theory]
    [InlineData("0198c0de000070008000000000000000")]
    [InlineData("{0198c0de-0000-7000-8000-000000000000}")]
    [InlineData("0198c0de-0000-7000-8000-00000000000")]
    [InlineData("0198c0de-0000-7000-8000-0000000000000")]
    [InlineData("0198c0dg-0000-7000-8000-000000000000")]
    [InlineData("+198c0de-0000-7000-8000-000000000000")]
    [InlineData("0x98c0de-0000-7000-8000-000000000000")]
    [InlineData("0198c0de-+000-7000-8000-000000000000")]
    [InlineData(" 198c0de-0000-7000-8000-000000000000")]
    [InlineData("0198c0de-0000-7000-8000-00000000000 ")]
    [InlineData(" 0198c0de-0000-7000-8000-000000000000")]
    public void Refuses_anything_else(string text) => Refuses(text);

    [Fact]
    public void Takes_upper_case_for_lower_case() =>
        Assert.Equal("0198c0de-0000-7000-8000-00000000abcd", MessageId.Parse("0198C0DE-0000-7000-8000-00000000ABCD").ToString());

    [Fact]
    public void Is_made_of_the_time_so_that_it_sorts_by_it()
    {
        var now = new DateTimeOffset(2026, 1, 31, 9, 5, 0, TimeSpan.Zero);

        var (first, second) = (MessageId.Create(now).ToString(), MessageId.Create(now.AddMilliseconds(1)).ToString());

        Assert.True(string.CompareOrdinal(first, second) < 0);
        Assert.Equal('7', first[14]);
        Assert.NotEqual(MessageId.Create(now), MessageId.Create(now));
    }
}
