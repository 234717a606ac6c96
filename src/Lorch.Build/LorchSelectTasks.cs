using Microsoft.Build.Framework;

namespace Lorch.Build;

/// <summary>Says which tasks the build asks for, in one form however they were written.</summary>
/// <remarks>
/// The short name <c>Task</c> counts only as a global property (<c>-p:Task=…</c>): every environment variable is a property too, and one
/// that is called TASK, as some CI systems have, must choose nothing.
/// </remarks>
[MSBuildMultiThreadableTask]
public sealed class LorchSelectTasks : LorchTask
{
    private const string Alias = "Task";

    private static readonly char[] Separators = [';', '+', ',', ' ', '\t', '\r', '\n'];

    /// <summary>Gets or sets the value of the property <c>LorchTasks</c>, which goes before its alias.</summary>
    public string? LorchTasks { get; set; }

    /// <summary>Gets or sets the project's <c>LorchTask</c> items. Those with a goal are tasks beside those of lorch.json.</summary>
    public ITaskItem[] Items { get; set; } = [];

    /// <summary>Gets or sets a value indicating whether the items are what the build asks for, whatever the properties say.</summary>
    public bool OnBuild { get; set; }

    /// <summary>Gets or sets the codes of warnings that the project wants to have as messages, in all the properties that say so.</summary>
    public string? WarningsAsMessages { get; set; }

    /// <summary>Gets or sets the codes of warnings that it wants to have as errors, likewise.</summary>
    public string? WarningsAsErrors { get; set; }

    /// <summary>Gets or sets the codes of warnings that stay warnings where all others are errors, likewise.</summary>
    public string? WarningsNotAsErrors { get; set; }

    /// <summary>Gets or sets whether it wants all warnings as errors: the first of several words counts.</summary>
    public string? TreatWarningsAsErrors { get; set; }

    /// <summary>Gets the task ids, each once, in the order they were asked for, joined by <c>+</c>; empty for all.</summary>
    [Output]
    public string Selection { get; private set; } = "";

    /// <summary>Gets the tasks that the items define, as one text; empty if they define none.</summary>
    [Output]
    public string AddedTasks { get; private set; } = "";

    /// <summary>Gets the names of all properties that this project was called with.</summary>
    /// <remarks>
    /// None of them may reach the runner by inheritance: it is shared only among callers that give it the same properties.
    /// </remarks>
    [Output]
    public string[] InheritedProperties { get; private set; } = [];

    /// <summary>Gets how the project wants warnings to be treated, one text for all who want the same; empty if it wants nothing.</summary>
    [Output]
    public string WarningTreatment { get; private set; } = "";

    private protected override Task WorkAsync(BuildLog log, CancellationToken cancellationToken)
    {
        var asked = string.IsNullOrWhiteSpace(LorchTasks) ? GlobalProperty(Alias) : LorchTasks;
        Selection = OnBuild ? string.Join('+', Items.Select(item => item.ItemSpec).Distinct(StringComparer.Ordinal)) : Normalize(asked);
        AddedTasks = Build.AddedTasks.Encode(Build.AddedTasks.Read(Items));
        WarningTreatment = Build.WarningTreatment.Encode(WarningsAsMessages, WarningsAsErrors, WarningsNotAsErrors, TreatWarningsAsErrors);
        // The engine removes last: a property that the runner is given on purpose would be taken from it again.
        InheritedProperties = BuildEngine is IBuildEngine6 engine
            ? [.. engine.GetGlobalProperties().Keys
                .Where(name => !name.StartsWith("Lorch", StringComparison.OrdinalIgnoreCase))
                .Order(StringComparer.Ordinal)]
            : [];
        return Task.CompletedTask;
    }

    internal static string Normalize(string? text) => string.Join('+', Split(text));

    internal static IReadOnlyList<string> Split(string? text) => string.IsNullOrWhiteSpace(text)
        ? []
        : [.. text.Split(Separators, StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];
}
