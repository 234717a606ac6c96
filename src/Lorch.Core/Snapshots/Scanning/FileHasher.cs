using Lorch.Core.Snapshots.Index;

namespace Lorch.Core.Snapshots.Scanning;

/// <summary>
/// Reads scanned files and takes their digests, several at once: the large ones first, so that none of them is left when everything else is
/// done.
/// </summary>
internal sealed class FileHasher(string root, ScanSettings settings)
{
    /// <summary>How often a file is read that changes while it is read.</summary>
    public const int MaxTries = 3;

    private const long Large = 1024 * 1024;
    private const int SmallOnesAtOnce = 32;

    /// <summary>Takes the digests that nobody knows yet, and forgets the files that are gone by now.</summary>
    /// <param name="folders">What was found.</param>
    /// <param name="cancellationToken">Stops in the middle of a file.</param>
    /// <returns>How many files were read.</returns>
    /// <exception cref="LorchException">LORCH2003: one can't be read. LORCH2005: one changed each time it was read.</exception>
    public int Hash(IReadOnlyList<FolderContent> folders, CancellationToken cancellationToken)
    {
        var (portions, files) = Share(folders);
        Hash(portions, cancellationToken);
        Hash(Postponed(folders), cancellationToken);
        foreach (var folder in folders)
        {
            folder.RemoveGone();
        }

        return files;
    }

    private void Hash(List<Portion> portions, CancellationToken cancellationToken)
    {
        var next = -1;
        var threads = Math.Min(settings.Threads, portions.Count);
        if (threads == 0)
        {
            return;
        }

        ParallelWork.Run(threads, () =>
        {
            using var reader = settings.CreateReader(root);
            while (Interlocked.Increment(ref next) is var number && number < portions.Count)
            {
                Hash(reader, portions[number], cancellationToken);
            }
        });
    }

    /// <summary>Finds the files that turned out to be large when they were opened, the largest first.</summary>
    private static List<Portion> Postponed(IReadOnlyList<FolderContent> folders)
    {
        var large = new List<Portion>();
        foreach (var folder in folders)
        {
            for (var i = 0; i < folder.Files.Length; i++)
            {
                if (folder.Files[i].Digesting is Digesting.Postponed)
                {
                    large.Add(new Portion(folder, [i], folder.Files[i].Stamp.Size));
                }
            }
        }

        large.Sort((left, right) => right.Size.CompareTo(left.Size));
        return large;
    }

    /// <summary>Shares the work out: each large file alone, the largest first, then small ones of one folder together.</summary>
    private static (List<Portion> Portions, int Files) Share(IReadOnlyList<FolderContent> folders)
    {
        var (large, small) = (new List<Portion>(), new List<Portion>());
        var count = 0;
        foreach (var folder in folders)
        {
            var batch = new List<int>();
            for (var i = 0; i < folder.Files.Length; i++)
            {
                ref readonly var file = ref folder.Files[i];
                if (file.Digesting is not Digesting.Open)
                {
                    continue;
                }

                count++;
                if (file.Stamp.Size >= Large)
                {
                    large.Add(new Portion(folder, [i], file.Stamp.Size));
                    continue;
                }

                batch.Add(i);
                if (batch.Count == SmallOnesAtOnce)
                {
                    small.Add(new Portion(folder, [.. batch], 0));
                    batch.Clear();
                }
            }

            if (batch.Count > 0)
            {
                small.Add(new Portion(folder, [.. batch], 0));
            }
        }

        large.Sort((left, right) => right.Size.CompareTo(left.Size));
        return ([.. large, .. small], count);
    }

    private static void Hash(TreeReader reader, Portion portion, CancellationToken cancellationToken)
    {
        foreach (var file in portion.Files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Hash(reader, portion.Folder, ref portion.Folder.Files[file], portion.Size > 0 ? long.MaxValue : Large, cancellationToken);
        }
    }

    private static void Hash(TreeReader reader, FolderContent folder, ref FoundFile file, long largest, CancellationToken cancellationToken)
    {
        for (var i = 0; i < MaxTries; i++)
        {
            if (reader.TryDigest(folder, ref file, largest, cancellationToken))
            {
                file.Digesting = file.Digesting is Digesting.Gone || (file.Digesting is Digesting.Postponed && largest == Large)
                    ? file.Digesting
                    : Digesting.Taken;
                return;
            }
        }

        throw SnapshotProblem.KeepsChanging(RelativePath.Parse(PathBytes.ToText(folder.PathOf(folder.NameOf(file)))), MaxTries);
    }

    /// <summary>Files of one folder that one thread reads.</summary>
    private readonly record struct Portion(FolderContent Folder, int[] Files, long Size);
}
