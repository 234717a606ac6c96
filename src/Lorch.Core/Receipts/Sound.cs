namespace Lorch.Core.Receipts;

/// <summary>Keeps what can't be believed from keeping anybody from what can.</summary>
internal static class Sound
{
    /// <summary>Reads records one by one.</summary>
    /// <typeparam name="TName">What names a record.</typeparam>
    /// <typeparam name="TRecord">A record.</typeparam>
    /// <param name="names">The names.</param>
    /// <param name="read">Gives a record; <see langword="null"/> if there is none.</param>
    /// <param name="damaged">Takes what is said of those that can't be read.</param>
    /// <returns>The others.</returns>
    public static IReadOnlyList<TRecord> Of<TName, TRecord>(
        IEnumerable<TName> names,
        Func<TName, TRecord?> read,
        ICollection<Diagnostic> damaged)
        where TRecord : class
    {
        var records = new List<TRecord>();
        foreach (var name in names)
        {
            try
            {
                if (read(name) is { } record)
                {
                    records.Add(record);
                }
            }
            catch (LorchException exception)
            {
                damaged.Add(exception.Diagnostic);
            }
        }

        return records;
    }

    /// <summary>Lists names.</summary>
    /// <returns>The names; none if they can't be listed.</returns>
    public static IReadOnlyList<TName> List<TName>(Func<IReadOnlyList<TName>> list, ICollection<Diagnostic> damaged) =>
        Of([list], read => read(), damaged) is [var names] ? names : [];

    /// <summary>Reads where nothing may be damaged.</summary>
    /// <exception cref="LorchException">Something is.</exception>
    public static T OrThrow<T>(Func<ICollection<Diagnostic>, T> read)
    {
        var damaged = new List<Diagnostic>();
        var records = read(damaged);
        return damaged.Count == 0 ? records : throw new LorchException(damaged[0]);
    }
}
