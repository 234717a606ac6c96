using System.Text.Json;
using Lorch.Testing;

namespace Lorch.Core.Tests.Vocabulary;

[DiffersOnWindows]
public sealed class TaskIdTests : IdRules<TaskId>
{
    private const string SixtyFour = "a234567890123456789012345678901234567890123456789012345678901234";

    [Theory]
    [InlineData("T-0042")]
    [InlineData("a")]
    [InlineData("0")]
    [InlineData("a.b_c-d")]
    [InlineData("a..b")]
    [InlineData("CONSOLE")]
    [InlineData("T.CON")]
    [InlineData("COM10")]
    [InlineData("LPT")]
    [InlineData(SixtyFour)]
    public void Accepts_what_can_name_a_folder(string text) => Accepts(text);

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData(".hidden")]
    [InlineData("-option")]
    [InlineData("_a")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a:b")]
    [InlineData("a b")]
    [InlineData("a\n")]
    [InlineData(" a")]
    [InlineData("a\0")]
    [InlineData("ä")]
    [InlineData("٣")]
    [InlineData("a*")]
    [InlineData("T-3.")]
    [InlineData("CON")]
    [InlineData("nul.1")]
    [InlineData("Com1")]
    [InlineData("LPT9.T-1")]
    [InlineData(SixtyFour + "5")]
    public void Refuses_what_can_not(string text) => Refuses(text);

    [Fact]
    public void Is_ordered_by_its_characters() =>
        Assert.Equal(["B", "a", "a-1", "a.1"], new[] { "a.1", "a", "B", "a-1" }.Select(TaskId.Parse).Order().Select(id => id.ToString()));

    [Fact]
    public void Names_a_member_in_json()
    {
        var json = JsonSerializer.Serialize(new Dictionary<TaskId, int> { [TaskId.Parse("T-1")] = 1 });

        Assert.Equal("""{"T-1":1}""", json);
        Assert.Equal(TaskId.Parse("T-1"), Assert.Single(JsonSerializer.Deserialize<Dictionary<TaskId, int>>(json)!).Key);
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Dictionary<TaskId, int>>("""{"../x":1}"""));
    }

    [Fact]
    public void Says_what_it_expected()
    {
        var exception = Assert.Throws<FormatException>(() => TaskId.Parse("../x"));

        Assert.Contains("'../x' is not a task id (1 to 64 letters", exception.Message, StringComparison.Ordinal);
    }
}
