namespace Lorch.Core.Tests.Vocabulary;

public sealed class CorrelationIdTests : IdRules<CorrelationId>
{
    [Theory]
    [InlineData("corr-T-0042-implement-0")]
    [InlineData("corr-a.b_c-update_spec-12")]
    public void Accepts_a_task_an_action_and_a_number(string text) => Accepts(text);

    [Theory]
    [InlineData("corr-")]
    [InlineData("T-0042-implement-0")]
    [InlineData("corr-T/1-implement-0")]
    [InlineData("corr-T-1-implement-0 ")]
    [InlineData("corr-T-1-implement-0\n")]
    [InlineData("CORR-T-1-implement-0")]
    public void Refuses_anything_else(string text) => Refuses(text);

    [Fact]
    public void Has_room_for_the_longest_task_and_action() =>
        Assert.Equal(
            $"corr-{new string('t', 64)}-implement_changes-2147483647",
            CorrelationId.Create(TaskId.Parse(new string('t', 64)), "implement_changes", int.MaxValue).ToString());

    [Fact]
    public void Of_a_run_says_so() => Assert.Equal("corr-T-1-run-0", CorrelationId.ForRun(TaskId.Parse("T-1")).ToString());
}
