using Microsoft.Build.Framework;

namespace Lorch.Build;

/// <summary>
/// Compares a project's items with those of a second reading, made after agents have written, and says what they are to be now.
/// </summary>
[MSBuildMultiThreadableTask]
public sealed class LorchTakeUp : LorchTask
{
    private const string Kind = "LorchItemType";

    // The engine writes them on whatever one project hands to another.
    private static readonly string[] Travel = [Kind, "MSBuildSourceProjectFile", "MSBuildSourceTargetName"];

    /// <summary>Gets or sets the type of the items to compare.</summary>
    [Required]
    public string ItemType { get; set; } = "";

    /// <summary>Gets or sets the items of this type as they are.</summary>
    public ITaskItem[] Present { get; set; } = [];

    /// <summary>Gets or sets the items of all types that the second reading gave, each with its type as <c>LorchItemType</c>.</summary>
    public ITaskItem[] ReadAgain { get; set; } = [];

    /// <summary>Gets or sets the folder of what the build itself generates: what is missing there is still to come.</summary>
    public string? Generated { get; set; }

    /// <summary>Gets a value indicating whether anything has come or gone.</summary>
    [Output]
    public bool Differs { get; private set; }

    /// <summary>
    /// Gets what the items are to be, if anything differs: those of the project in its order, then those that targets had added.
    /// </summary>
    [Output]
    public ITaskItem[] Items { get; private set; } = [];

    private protected override Task WorkAsync(BuildLog log, CancellationToken cancellationToken)
    {
        var again = ReadAgain.Where(item => item.GetMetadata(Kind) == ItemType).ToList();
        var present = Present.ToLookup(item => item.ItemSpec, StringComparer.Ordinal);
        var known = again.Select(item => item.ItemSpec).ToHashSet(StringComparer.Ordinal);
        var added = again.Where(item => !present.Contains(item.ItemSpec)).ToList();
        var gone = Present.Where(item => !known.Contains(item.ItemSpec) && HasVanished(item)).ToHashSet();
        Differs = added.Count > 0 || gone.Count > 0;
        if (Differs)
        {
            Items =
            [
                .. again.DistinctBy(item => item.ItemSpec, StringComparer.Ordinal)
                    .SelectMany(item => present.Contains(item.ItemSpec) ? present[item.ItemSpec] : [Arrived(item)]),
                .. Present.Where(item => !known.Contains(item.ItemSpec) && !gone.Contains(item)),
            ];
            Say(log, added, gone);
        }

        return Task.CompletedTask;
    }

    private static ITaskItem Arrived(ITaskItem item)
    {
        foreach (var name in Travel)
        {
            item.RemoveMetadata(name);
        }

        return item;
    }

    private bool HasVanished(ITaskItem item)
    {
        var path = Rooted(item.ItemSpec)!;
        return !File.Exists(path) && !(Rooted(Generated) is { } generated && path.StartsWith(generated, StringComparison.Ordinal));
    }

    private void Say(BuildLog log, IEnumerable<ITaskItem> added, IEnumerable<ITaskItem> gone)
    {
        foreach (var item in added)
        {
            log.Say(MessageImportance.Normal, $"{ItemType} takes up {item.ItemSpec}");
        }

        foreach (var item in gone)
        {
            log.Say(MessageImportance.Normal, $"{ItemType} leaves out {item.ItemSpec}, which is gone");
        }
    }
}
