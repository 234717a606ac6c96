using System.Collections;
using Lorch.Core.Globs;
using Lorch.Core.Snapshots.Index;
using Lorch.Core.Snapshots.Tracking;

namespace Lorch.Core.Snapshots.Manifests;

/// <summary>Some of the files of a table, sorted by path, each made when it is asked for.</summary>
/// <param name="table">The table.</param>
/// <param name="numbers">The files' numbers in it, sorted by path.</param>
internal sealed class FileSelection(FileTable table, int[] numbers) : IReadOnlyList<ManifestFile>
{
    /// <inheritdoc/>
    public int Count => numbers.Length;

    public FileTable Table => table;

    public ReadOnlySpan<int> Numbers => numbers;

    /// <inheritdoc/>
    public ManifestFile this[int index] => table.GetFile(numbers[index]);

    /// <summary>
    /// Selects those of a snapshot's files that rules track by their globs: what is ignored today a snapshot may hold from another day.
    /// </summary>
    /// <param name="files">The files.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="alsoBy">Further rules that must track them, too.</param>
    public static IReadOnlyList<ManifestFile> Of(IReadOnlyList<ManifestFile> files, TrackingRules rules, TrackingRules? alsoBy)
    {
        if (files is FileTable table)
        {
            return Of(table, rules, alsoBy);
        }

        var (paths, alsoPaths) = (new TrackedPaths(rules.AtRoot()), alsoBy is null ? null : new TrackedPaths(alsoBy.AtRoot()));
        var candidates = alsoBy is null
            ? files
            : SortedPaths.Near(files, file => file.Path, [.. alsoBy.Globs.Include, .. alsoBy.Globs.TaskInputs]);
        return [.. candidates.Where(file => paths.Hold(file.Path) && alsoPaths?.Hold(file.Path) != false)];
    }

    private static FileSelection Of(FileTable table, TrackingRules rules, TrackingRules? alsoBy)
    {
        var isSelected = new bool[table.Count];
        var count = Mark(
            table,
            isSelected,
            new KnownFolders(table, rules.AtRoot()),
            alsoBy is null ? null : new KnownFolders(table, alsoBy.AtRoot()));
        if (count == table.Count)
        {
            return new FileSelection(table, table.Order.ToArray());
        }

        var numbers = new int[count];
        var next = 0;
        foreach (var number in table.Order)
        {
            if (isSelected[number])
            {
                numbers[next++] = number;
            }
        }

        return new FileSelection(table, numbers);
    }

    /// <inheritdoc/>
    public IEnumerator<ManifestFile> GetEnumerator()
    {
        foreach (var number in numbers)
        {
            yield return table.GetFile(number);
        }
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static int Mark(FileTable table, bool[] isSelected, KnownFolders rules, KnownFolders? alsoBy)
    {
        var folders = table.Folders;
        var files = table.Files;
        var count = 0;
        for (var i = 0; i < folders.Length; i++)
        {
            var (first, second) = (rules.RulesOf(i), alsoBy is null ? EverythingBelow.Instance : alsoBy.RulesOf(i));
            if (first is null || second is null)
            {
                continue;
            }

            var (start, end) = (folders[i].FirstFile, table.EndOfFiles(i));
            if (first is EverythingBelow && second is EverythingBelow)
            {
                // What is in the table is nothing that is never tracked.
                isSelected.AsSpan(start, end - start).Fill(true);
                count += end - start;
                continue;
            }

            for (var file = start; file < end; file++)
            {
                var name = table.NameOf(files[file]);
                isSelected[file] = first.IsTracked(name) && second.IsTracked(name);
                count += isSelected[file] ? 1 : 0;
            }
        }

        return count;
    }
}
