using Lorch.Core.Hashing;
using Lorch.Core.Storage;

namespace Lorch.Core.Receipts;

/// <summary>The completion records on disk: the latest of each task key, and the one that answers now.</summary>
internal sealed class CompletionStore(WorkspaceLayout layout, IDurableFiles files)
{
    private const string Suffix = ".json";
    private const int NameLength = 12;

    private readonly RecordFile<Completion> _file = new(
        ReceiptsJson.CompletionType,
        Completion.CurrentFormat,
        DiagnosticCode.CompletionDamaged,
        "completion record",
        "While it is there, Lorch can't tell whether the task is up to date.",
        ": the next LorchRun completes the task again, and reuses the steps whose receipts are valid.");

    /// <summary>Reads the records of all keys of a task.</summary>
    /// <param name="task">The task.</param>
    /// <returns>The records, newest last.</returns>
    /// <exception cref="LorchException">A record is damaged, belongs elsewhere, or was written by a newer version.</exception>
    public IReadOnlyList<Completion> Load(TaskId task) => Sound.OrThrow<IReadOnlyList<Completion>>(damaged => Load(task, damaged));

    /// <summary>Reads those records of a task that can be believed.</summary>
    /// <param name="task">The task.</param>
    /// <param name="damaged">Takes what is said of the others.</param>
    /// <returns>The records, newest last.</returns>
    public IReadOnlyList<Completion> Load(TaskId task, ICollection<Diagnostic> damaged) =>
    [
        .. Sound.Of(
            Sound.List(() => FolderNames.OfEntries(layout.CompletionsFolder(task)), damaged).Where(IsRecordName).Order(),
            name => TryReadNamed(task, name),
            damaged)
            .OrderBy(completion => completion.RunId)
            .ThenBy(completion => completion.TaskKey.ToString(), StringComparer.Ordinal),
    ];

    /// <summary>Finds the record of one key. The file's name holds the key's first digits alone; the whole key decides.</summary>
    /// <param name="task">The task.</param>
    /// <param name="taskKey">The key.</param>
    /// <returns>The record, if there is one.</returns>
    /// <exception cref="LorchException">The record is damaged, belongs elsewhere, or was written by a newer version.</exception>
    public Completion? Find(TaskId task, IdempotencyKey taskKey) =>
        TryReadNamed(task, Path.GetFileName(layout.Completion(task, taskKey))) is { } completion && completion.TaskKey == taskKey
            ? completion
            : null;

    /// <summary>Reads the record that answers now: <c>completion.json</c>.</summary>
    /// <param name="task">The task.</param>
    /// <returns>The record, if there is one.</returns>
    /// <exception cref="LorchException">The record is damaged, belongs elsewhere, or was written by a newer version.</exception>
    public Completion? Latest(TaskId task) => TryRead(task, layout.Completion(task));

    /// <summary>Reads the record that answers now, if it can be believed: it only says again what the record of its key says.</summary>
    /// <param name="task">The task.</param>
    /// <returns>The record; <see langword="null"/> if there is none of use.</returns>
    public Completion? TryLatest(TaskId task) =>
        Sound.Of([layout.Completion(task)], path => TryRead(task, path), []) is [var completion] ? completion : null;

    /// <summary>Finds the record of one key, if it can be believed.</summary>
    /// <param name="task">The task.</param>
    /// <param name="taskKey">The key.</param>
    /// <returns>The record; <see langword="null"/> if there is none of use.</returns>
    public Completion? TryFind(TaskId task, IdempotencyKey taskKey) =>
        Sound.Of([taskKey], key => Find(task, key), []) is [var completion] ? completion : null;

    /// <summary>Whether something stands where the record of a key belongs.</summary>
    /// <param name="completion">The record.</param>
    /// <returns><see langword="true"/> if something does that can't be believed.</returns>
    public bool IsDamaged(Completion completion)
    {
        var damaged = new List<Diagnostic>();
        Sound.Of([completion.TaskKey], key => Find(completion.TaskId, key), damaged);
        return damaged.Count > 0;
    }

    /// <summary>Writes a record durably under its key, then makes it the one that answers.</summary>
    /// <param name="completion">The record, as the ledger's <c>system.run_completed</c> holds it.</param>
    /// <param name="cancellationToken">Stops before either file is replaced.</param>
    /// <returns>A task that completes when both files are durable.</returns>
    public async Task WriteAsync(Completion completion, CancellationToken cancellationToken)
    {
        var bytes = ToBytes(completion);
        await files.ReplaceAsync(layout.Completion(completion.TaskId, completion.TaskKey), bytes, cancellationToken);
        await files.ReplaceAsync(layout.Completion(completion.TaskId), bytes, cancellationToken);
    }

    /// <summary>
    /// Makes sure that a record which was found under its key stays: the process that wrote it may have been killed before its name was
    /// durable.
    /// </summary>
    /// <param name="completion">The record.</param>
    /// <param name="cancellationToken">Stops before anything is synced.</param>
    /// <returns>A task that completes when others may rely on the record.</returns>
    public Task ConfirmAsync(Completion completion, CancellationToken cancellationToken) =>
        files.CreateAsync(layout.Completion(completion.TaskId, completion.TaskKey), ToBytes(completion), cancellationToken);

    /// <summary>Makes a record the one that answers; the file is left alone, its time included, if it holds that record already.</summary>
    /// <param name="completion">The record.</param>
    /// <param name="cancellationToken">Stops before the file is replaced.</param>
    /// <returns>A task that completes when the file is durable.</returns>
    public async Task MakeLatestAsync(Completion completion, CancellationToken cancellationToken)
    {
        await Projection.UpdateAsync(files, layout.Completion(completion.TaskId), ToBytes(completion), cancellationToken);
    }

    private static byte[] ToBytes(Completion completion) => ReceiptsJson.GetFileBytes(completion, ReceiptsJson.CompletionType);

    private static bool IsRecordName(string name) =>
        name.EndsWith(Suffix, StringComparison.Ordinal)
            && AllowedCharacters.IsLowerHex(name.AsSpan(0, name.Length - Suffix.Length), NameLength);

    private Completion? TryReadNamed(TaskId task, string name)
    {
        var path = Path.Join(layout.CompletionsFolder(task), name);
        return TryRead(task, path) switch
        {
            { } completion when completion.TaskKey.ShortHex + Suffix != name =>
                throw _file.Damaged(path, $"it is the record of key '{completion.TaskKey}', which its name doesn't begin"),
            var completion => completion,
        };
    }

    private Completion? TryRead(TaskId task, string path) => _file.TryRead(path) switch
    {
        null => null,
        var (completion, _) when completion.TaskId != task =>
            throw _file.Damaged(path, $"it is a record of task '{completion.TaskId}' in the folder of task '{task}'"),
        var (completion, _) => completion,
    };
}
