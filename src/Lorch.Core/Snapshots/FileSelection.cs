using System.Collections;

namespace Lorch.Core.Snapshots;

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
}
