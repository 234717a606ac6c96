using System.Text.Json;
using Lorch.Core.Ledgers;
using Lorch.Core.Protocol;
using Lorch.Core.Protocol.SystemEvents;
using Lorch.Core.Storage;
using Lorch.Core.Transcripts;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Records;

/// <summary>A run's ledger with the history folded from it. Appending and folding is the only way in which a run learns anything.</summary>
internal sealed class RunJournal : IAsyncDisposable
{
    private readonly RunStores _stores;
    private readonly SecretRedactor _redactor;
    private readonly RunStateFile _states;
    private readonly Ledger _ledger;
    private RunStateFold _fold;

    private RunJournal(RunStores stores, SecretRedactor redactor, Ledger ledger, RunRecord record)
    {
        (_stores, _redactor) = (stores, redactor);
        _states = new RunStateFile(stores.Layout, stores.Files, stores.Clock);
        _ledger = ledger;
        (RunId, History, _fold) = (record.RunId, record.History, record.Fold);
    }

    public RunId RunId { get; }

    public History History { get; private set; }

    public TaskId TaskId => History.TaskId;

    /// <summary>When the run began.</summary>
    public DateTimeOffset StartedAt => _fold.StartedAt;

    public string LedgerPath => _ledger.Path;

    /// <summary>The message by which this process began to work the run.</summary>
    public MessageId BegunBy { get; private set; }

    /// <summary>When this process appended the last command; <see langword="null"/> if it appended none.</summary>
    public DateTimeOffset? LastCommandAt { get; private set; }

    /// <summary>Is told of each message that was appended, with the history that it made.</summary>
    public Action<Message, History>? Appended { get; set; }

    /// <summary>What somebody else did to the ledger while it was open here. All of it was undone.</summary>
    public IReadOnlyList<Alteration> Alterations => _ledger.Alterations;

    /// <summary>
    /// Begins a run: it exists once its first line is durable. Whoever cancels once its file is open gets a run that can be recorded as
    /// interrupted.
    /// </summary>
    public static async Task<RunJournal> StartAsync(
        RunStores stores,
        SecretRedactor redactor,
        TaskId task,
        RunStarted started,
        CancellationToken cancellationToken)
    {
        var ledger = await Ledger.OpenAsync(stores.Layout, started.RunId, stores.Files, cancellationToken);
        var journal = new RunJournal(stores, redactor, ledger, new RunRecord(started.RunId, History.Empty, new RunStateFold()));
        return await journal.BeginAsync(
            () => journal.AppendAsync(
                journal.SystemEvent(EventName.RunStarted, CorrelationId.ForRun(task), task, SystemJson.ToElement(started)),
                CancellationToken.None));
    }

    /// <summary>Opens the ledger of a run that is there, its torn tail moved aside.</summary>
    public static async Task<RunJournal> ReopenAsync(
        RunStores stores,
        SecretRedactor redactor,
        RunRecord record,
        CancellationToken cancellationToken) =>
        new(stores, redactor, await Ledger.OpenAsync(stores.Layout, record.RunId, stores.Files, cancellationToken), record);

    /// <summary>Appends the first lines; if that fails, nobody gets the journal to close it.</summary>
    public async Task<RunJournal> BeginAsync(Func<Task> append)
    {
        try
        {
            await append();
            return this;
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    /// <summary>Appends a message durably and folds it.</summary>
    public async Task AppendAsync(Message message, CancellationToken cancellationToken)
    {
        await _ledger.AppendAsync(message, cancellationToken);
        History = History.Apply(message);
        _fold = _fold.Apply(message);
        LastCommandAt = message is Command ? _stores.Clock.GetUtcNow() : LastCommandAt;
        BegunBy = message is Event { Name: EventName.RunStarted or EventName.RunResumed } begun ? begun.MessageId : BegunBy;
        Appended?.Invoke(message, History);
        if (message is Command || (message is Event said && ShowsInState(said.Name)))
        {
            await SaveStateAsync(cancellationToken);
        }
    }

    /// <summary>Undoes what somebody else did to the ledger, however well it was hidden.</summary>
    public Task MendAsync(CancellationToken cancellationToken) => _ledger.MendAsync(compareContent: true, cancellationToken);

    /// <summary>Writes the run state. After completion this comes last, behind the completion's files.</summary>
    public Task SaveStateAsync(CancellationToken cancellationToken) =>
        _states.WriteAsync(_fold.ToState(RunId, History), cancellationToken);

    /// <summary>Appends a system event; a step-level one carries the correlation of its command.</summary>
    public Task NoteAsync<T>(EventName name, T payload, CancellationToken cancellationToken, CorrelationId? correlation = null)
        where T : class =>
        NoteElementAsync(name, SystemJson.ToElement(_redactor.Shown(payload)), cancellationToken, correlation);

    public Task NoteElementAsync(
        EventName name,
        JsonElement payload,
        CancellationToken cancellationToken,
        CorrelationId? correlation = null)
    {
        var carried = correlation ?? (IsRunLevel(name) ? null : History.InFlight?.Command.CorrelationId) ?? CorrelationId.ForRun(TaskId);
        return AppendAsync(SystemEvent(name, carried, TaskId, payload), cancellationToken);
    }

    /// <summary>
    /// Says that the completion's files are durable: from here on they are the truth, and the ledger gives no completion back.
    /// </summary>
    public Task NoteRecordedAsync() =>
        NoteAsync(EventName.Recorded, new CompletionRecorded(), CancellationToken.None, CorrelationId.ForRun(TaskId));

    public ValueTask DisposeAsync() => _ledger.DisposeAsync();

    private static bool ShowsInState(EventName name) => name is EventName.RunStarted or EventName.RunResumed or EventName.RunInterrupted
        or EventName.RunFailed or EventName.RunAborted or EventName.AttemptFailed or EventName.StepRecorded or EventName.StepReused
        or EventName.Rebased or EventName.Undone;

    private static bool IsRunLevel(EventName name) => name is EventName.RunStarted or EventName.RunResumed or EventName.RunCompleted
        or EventName.RunFailed or EventName.RunAborted or EventName.RunInterrupted or EventName.SnapshotDrift
        or EventName.Landing or EventName.Landed or EventName.Rebased or EventName.Undone;

    private Event SystemEvent(EventName name, CorrelationId correlation, TaskId task, JsonElement payload) => new()
    {
        MessageId = MessageId.Create(_stores.Clock.GetUtcNow()),
        CorrelationId = correlation,
        TaskId = task,
        From = new AgentAddress { AgentType = AgentType.System },
        Name = name,
        Payload = payload,
        OccurredAt = _stores.Clock.GetUtcMilliseconds(),
    };
}
