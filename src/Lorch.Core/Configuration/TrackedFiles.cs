using Lorch.Core.Snapshots.GitIgnore;
using Lorch.Core.Snapshots.Tracking;
using Lorch.Core.Storage;

namespace Lorch.Core.Configuration;

/// <summary>What lorch.json, the tasks and the .gitignore files together say is tracked. This is composed here and nowhere else.</summary>
/// <param name="layout">The workspace.</param>
/// <param name="configuration">What lorch.json says.</param>
internal sealed class TrackedFiles(WorkspaceLayout layout, LorchConfiguration configuration)
{
    /// <summary>Gets the rules, with the .gitignore files as they are when they are first read.</summary>
    public TrackingRules Rules => field ??= Compose(
        layout,
        configuration.Include,
        configuration.Exclude,
        [.. configuration.Tasks.SelectMany(task => task.Inputs ?? [])],
        Ignored);

    /// <summary>Gets the rules of the next build: the .gitignore files count as they are just now.</summary>
    public TrackingRules RulesNow => Rules.Without(Ignored);

    /// <summary>Gets the .gitignore files as they are when each is first read; <see langword="null"/> if they don't count.</summary>
    public GitIgnoreFiles? Ignored => GitIgnoreFiles.Of(layout, configuration.RespectGitIgnore);

    /// <summary>Composes the rules.</summary>
    /// <param name="layout">The workspace.</param>
    /// <param name="include">The globs of what is tracked; <see langword="null"/> for what tracks everything.</param>
    /// <param name="exclude">The globs of what isn't.</param>
    /// <param name="taskInputs">The globs of tasks' inputs.</param>
    /// <param name="ignored">The .gitignore files; <see langword="null"/> if they don't count.</param>
    public static TrackingRules Compose(
        WorkspaceLayout layout,
        IReadOnlyList<string>? include,
        IReadOnlyList<string> exclude,
        IReadOnlyList<string> taskInputs,
        GitIgnoreFiles? ignored) =>
        new TrackingRules(include, exclude, taskInputs).For(layout).Without(ignored);
}
