using System.Text;
using Lorch.Core.Ledgers;

namespace Lorch.Core.Tests.Ledgers;

public sealed class RecognizingProgress
{
    [Theory]
    [InlineData("""{"kind":"event","event":"builder.progress","payload":{"a":[{"artifacts":1}],"t":"\u00e9 é"}}""")]
    [InlineData("""{"event":"log","kind":"event"}""")]
    public void A_sound_line_that_only_tells_progress_needs_no_message(string line) => Assert.True(IsChatter(line));

    [Theory]
    [InlineData("""{"kind":"event","event":"builder.completed"}""")]
    [InlineData("""{"kind":"command","event":"log"}""")]
    [InlineData("""{"kind":"event","event":"log","artifacts":[]}""")]
    [InlineData("""{"kind":"event","event":"log","removed":[]}""")]
    [InlineData("""{"kind":"event","event":"log","\u0061rtifacts":[]}""")]
    [InlineData("""{"kind":"event","payload":{"event":"log"}}""")]
    public void Whatever_proves_something_or_is_doubtful_is_read_in_full(string line) => Assert.False(IsChatter(line));

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("{}")]
    [InlineData("""{"kind":"event","event":"log"}x""")]
    [InlineData("{\"kind\":\"event\",\"event\":\"log")]
    [InlineData("""{"kind":"event","event":"log","n":01}""")]
    [InlineData("""{"kind":"event","event":"log","t":"\x"}""")]
    [InlineData("""{"kind":"event","event":"log","l":[1}}""")]
    [InlineData("{\"kind\":\"event\",\"event\":\"log\",\"t\":\"\t\"}")]
    public void Damage_is_left_to_the_reader_of_the_ledger(string line) => Assert.False(IsChatter(line));

    [Fact]
    public void Text_that_is_not_utf_8_is_left_to_the_reader_of_the_ledger() =>
        Assert.False(LedgerChatter.IsChatter([.. """{"kind":"event","event":"log","t":" """u8, 0xC3, .. "\"}"u8]));

    private static bool IsChatter(string line) => LedgerChatter.IsChatter(Encoding.UTF8.GetBytes(line));
}
