namespace Lorch.Testing;

/// <summary>What the objects take up that are still reachable, after everything else was collected.</summary>
/// <param name="SmallBytes">Of objects of less than 85,000 bytes.</param>
/// <param name="LargeBytes">Of the others, which are arrays.</param>
/// <remarks>
/// The framework keeps returned arrays for each thread of the pool, up to some 0.4 MiB of small and 1.5 MiB of large ones, and threads come
/// and go. So a growth means something only beside the number of things that should have been forgotten meanwhile.
/// </remarks>
public sealed record LiveMemory(long SmallBytes, long LargeBytes)
{
    /// <summary>
    /// Less than any object has (24 on 64 bits), and so much that what threads keep is lost in it as soon as a million things were looked
    /// at.
    /// </summary>
    private const int MaxKeptOfEach = 16;

    private const int LargeGeneration = 3;

    /// <summary>Collects, and measures what is left.</summary>
    /// <returns>The memory.</returns>
    public static LiveMemory Measure()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        var heap = GC.GetGCMemoryInfo(GCKind.FullBlocking);
        return new LiveMemory(
            Enumerable.Range(0, LargeGeneration).Sum(generation => Live(heap.GenerationInfo[generation])),
            Live(heap.GenerationInfo[LargeGeneration]));
    }

    /// <summary>Tells whether so little was added that nothing can have been kept of each of many things.</summary>
    /// <param name="before">What was measured before them.</param>
    /// <param name="things">How many there were, a million or more.</param>
    /// <returns>Whether it is little.</returns>
    public bool HasHardlyGrown(LiveMemory before, long things) =>
        SmallBytes - before.SmallBytes < MaxKeptOfEach * things && LargeBytes - before.LargeBytes < MaxKeptOfEach * things;

    private static long Live(GCGenerationInfo generation) => generation.SizeAfterBytes - generation.FragmentationAfterBytes;
}
