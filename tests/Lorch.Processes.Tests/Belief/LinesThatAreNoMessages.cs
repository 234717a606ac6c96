namespace Lorch.Processes.Tests.Belief;

/// <summary>
/// The tables of refused lines are with the parser; here some of each kind go all the way to <c>system.message_rejected</c>.
/// </summary>
public sealed class LinesThatAreNoMessages : IDisposable
{
    private readonly ClaimsOfAnAgent _agent = new();

    public void Dispose() => _agent.Dispose();

    [Fact]
    public async Task Stand_in_the_ledger_with_reason_and_path()
    {
        _agent.Event("\"kind\":\"event\"", "\"kind\":\"evil\"", "$.kind", "found 'evil'");
        _agent.Event("\"kind\":\"event\"", "\"kind\":\"event\",\"kind\":\"event\"", "$.kind", "stands there twice");
        _agent.Event("\"kind\":\"event\"", "\"kind\":\"event\",\"agent\":1", "$.agent", "unknown member 'agent'");
        _agent.Event("\"task_id\":\"T-1\",", "", "$.task_id", "is missing");
        _agent.Event("\"task_id\":\"T-1\"", "\"task_id\":null", "$.task_id", "null is not allowed");
        _agent.Event("\"event\":\"builder.completed\"", "\"event\":\"builder.completed, review.completed\"", "$.event", "is not valid");
        _agent.Event("\"event\":\"builder.completed\"", "\"event\":\" builder.completed\"", "$.event", "is not valid");
        _agent.Event("\"event\":\"builder.completed\"", "\"event\":7", "$.event", "expected one of");
        _agent.Event("\"n\":1", "\"n\":\"\\ud800\"", "$.payload.n", "a lone surrogate");
        _agent.Event("\"n\":1", "\"n\":1e999", "$.payload.n", "a number too large for a double");
        _agent.Event("\"n\":1", $"\"n\":{new string('[', 10_000)}{new string(']', 10_000)}", DeepPath(), "nested deeper than 64 levels");
        _agent.Event("\"n\":1", "\"n\":\0", null, "a NUL byte");
        _agent.Event("{\"kind\"", "\ufeff{\"kind\"", null, "byte order mark");
        _agent.Event("2026-01-31T09:05:00.000Z", "yesterday", "$.occurred_at", "'yesterday' is not valid");
        _agent.Event("\"n\":1", $"\"n\":\"{new string('x', 262_144)}\"", null, "the line is too long");

        var problems = await _agent.RunAsync();

        Assert.Empty(problems);
    }

    private static string DeepPath() => "$.payload.n" + string.Concat(Enumerable.Repeat("[0]", 62));
}
