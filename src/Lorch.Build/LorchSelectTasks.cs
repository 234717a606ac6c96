using Microsoft.Build.Framework;

namespace Lorch.Build;

/// <summary>Says which tasks the build asks for, in one form however they were written.</summary>
/// <remarks>
/// The short name <c>Task</c> counts only as a global property (<c>-p:Task=…</c>): every environment variable is a property too, and one that is
/// called TASK, as some CI systems have, must choose nothing.
/// </remarks>
[MSBuildMultiThreadableTask]
public sealed class LorchSelectTasks : LorchTask
{
    private const string Alias = "Task";

    private static readonly char[] Separators = [';', '+', ',', ' ', '\t', '\r', '\n'];

    /// <summary>Gets or sets the value of the property <c>LorchTasks</c>, which goes before its alias.</summary>
    public string? LorchTasks { get; set; }

    /// <summary>Gets the task ids, each once, in the order they were asked for, joined by <c>+</c>; empty for all.</summary>
    [Output]
    public string Selection { get; private set; } = "";

    private protected override Task WorkAsync(BuildLog log, CancellationToken cancellationToken)
    {
        Selection = Normalize(string.IsNullOrWhiteSpace(LorchTasks) ? GlobalProperty(Alias) : LorchTasks);
        return Task.CompletedTask;
    }

    internal static string Normalize(string? text) => string.Join('+', Split(text));

    internal static IReadOnlyList<string> Split(string? text) => string.IsNullOrWhiteSpace(text)
        ? []
        : [.. text.Split(Separators, StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];
}
