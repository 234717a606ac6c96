namespace Lorch.Build.Tests;

/// <summary>A workspace in which two tasks were worked once, copied for each test that starts from there.</summary>
/// <param name="clone">Where the package comes from.</param>
public sealed class PreparedWorkspace(ClonedRepository clone) : IAsyncLifetime
{
    internal const string Tasks = """
        { "id": "T-1", "goal": "One", "inputs": ["specs/**"], "expected_outputs": [{ "path": "src/1.txt" }] },
        { "id": "T-2", "goal": "Two", "inputs": ["docs/*.md"], "expected_outputs": [{ "path": "src/2.txt" }], "depends_on": ["T-1"] }
        """;

    private LorchProject _project = null!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _project = new LorchProject(clone, Tasks);
        _project.Write("docs/d.md", "D\n");
        (await _project.LorchRunAsync()).Succeeded();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _project.Dispose();
        return ValueTask.CompletedTask;
    }

    internal LorchProject Copy() => _project.Copy();
}
