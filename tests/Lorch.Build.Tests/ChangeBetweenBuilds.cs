namespace Lorch.Build.Tests;

/// <summary>
/// What happens, and the lines that the build after it shows; those with <c>because</c>, <c>step</c> and <c>goes on</c> mean work.
/// </summary>
internal sealed record ChangeBetweenBuilds(
    string Name,
    string Shows,
    Func<LorchProject, Task> Happens,
    bool IsOften = false,
    string Arguments = "",
    string? Regenerated = null)
{
    public ChangeBetweenBuilds(
        string name,
        string shows,
        Action<LorchProject>? happens = null,
        bool IsOften = false,
        string Arguments = "",
        string? Regenerated = null)
        : this(
            name,
            shows,
            project =>
            {
                happens?.Invoke(project);
                return Task.CompletedTask;
            },
            IsOften,
            Arguments,
            Regenerated)
    {
    }

    public string[] Lines => Shows.Split('|');

    public bool Works => Lines.Any(line => !line.Contains(" up to date", StringComparison.Ordinal));
}
