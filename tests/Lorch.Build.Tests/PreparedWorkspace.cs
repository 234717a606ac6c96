namespace Lorch.Build.Tests;

/// <summary>
/// A workspace in which two tasks were worked once, copied for each test that starts from there; and, where it is asked for, one whose
/// tasks regenerate their files.
/// </summary>
/// <param name="clone">Where the package comes from.</param>
public sealed class PreparedWorkspace(ClonedRepository clone) : IAsyncLifetime
{
    internal const string Tasks = """
        { "id": "T-1", "goal": "One", "inputs": ["specs/**"], "expected_outputs": [{ "path": "src/1.txt" }] },
        { "id": "T-2", "goal": "Two", "inputs": ["docs/*.md"], "expected_outputs": [{ "path": "src/2.txt" }], "depends_on": ["T-1"] }
        """;

    private LorchProject _project = null!;
    private LorchProject? _regenerating;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => _project = await PrepareAsync(Tasks);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _project.Dispose();
        _regenerating?.Dispose();
        return ValueTask.CompletedTask;
    }

    internal LorchProject Copy() => _project.Copy();

    /// <summary>A copy of the workspace whose tasks regenerate their files.</summary>
    internal async Task<LorchProject> CopyRegeneratingAsync()
    {
        _regenerating ??= await PrepareAsync(Tasks.Replace("\"goal\"", "\"regenerate\": true, \"goal\"", StringComparison.Ordinal));
        return _regenerating.Copy();
    }

    private async Task<LorchProject> PrepareAsync(string tasks)
    {
        var project = new LorchProject(clone, tasks);
        project.Write("docs/d.md", "D\n");
        (await project.LorchRunAsync()).Succeeded();
        return project;
    }
}
