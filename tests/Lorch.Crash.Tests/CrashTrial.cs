using Lorch.Core;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Storage;
using Lorch.Testing;

namespace Lorch.Crash.Tests;

/// <summary>One workspace through several lives of a process, with an eye on everything that may not be lost.</summary>
internal sealed class CrashTrial : IDisposable
{
    private readonly UnsyncedChanges _unsynced = new();
    private readonly List<string> _problems = [];
    private readonly Dictionary<string, byte[]> _durable = [];
    private readonly Dictionary<string, byte[]> _present = [];
    private readonly Dictionary<string, byte[]> _torn = [];
    private readonly bool _isOnDisk;
    private CrashingFiles _files;

    /// <param name="play">What the agents do.</param>
    /// <param name="isOnDisk">Whether the life that finishes the work syncs everything for real.</param>
    /// <param name="policy">How runs are worked.</param>
    public CrashTrial(AgentBehavior? play = null, bool isOnDisk = false, string policy = "{}")
    {
        _isOnDisk = isOnDisk;
        Workspace = isOnDisk ? WorkspaceUnderTest.OnDisk() : new WorkspaceUnderTest();
        Workspace.Configure([WorkspaceUnderTest.OneTask], policy);
        Workspace.Agents.Answer = command => (play ?? AgentBehaviors.WithLoops)(Workspace.Agents, command);
        _files = new CrashingFiles(Workspace.Root, _unsynced);
    }

    public WorkspaceUnderTest Workspace { get; }

    public RunResult? Result { get; private set; }

    /// <summary>The durable operations of the last life.</summary>
    public IReadOnlyList<FileOperation> Operations => _files.Operations;

    /// <summary>The operations on a file that went on after one on it had failed; there should be none.</summary>
    public IReadOnlyList<FileOperation> AfterFailure => _files.AfterFailure;

    /// <summary>Lets a process work that ends at a point, or doesn't.</summary>
    /// <returns>Whether it came to its own end.</returns>
    public async Task<bool> LiveAsync(CrashPoint? end = null)
    {
        _files = new CrashingFiles(Workspace.Root, _unsynced, end);
        Workspace.Files = _files;
        return await LiveAsync(WayOn.Run);
    }

    /// <summary>Lets a process work in which an operation fails.</summary>
    /// <returns>The failure, or <see langword="null"/> if there was none.</returns>
    public async Task<LorchException?> FailAsync(Fault fault)
    {
        _files = new CrashingFiles(Workspace.Root, _unsynced, fault: fault);
        Workspace.Files = _files;
        try
        {
            await LiveAsync(WayOn.Run);
            return null;
        }
        catch (LorchException exception)
        {
            TakeStock();
            return exception;
        }
    }

    /// <summary>Runs to the end and looks whether anything was lost.</summary>
    /// <param name="expected">What the work comes to when nothing disturbs it.</param>
    /// <param name="wayOn">How a person goes on.</param>
    /// <returns>What is wrong; nothing if all is well.</returns>
    public async Task<IReadOnlyList<string>> FinishAsync(FinishedWork expected, WayOn wayOn = WayOn.Run)
    {
        _files = new CrashingFiles(Workspace.Root, _unsynced);
        Workspace.Files = _isOnDisk ? new DurableFiles() : _files;
        await LiveAsync(wayOn);
        _problems.AddRange(ProblemsOfResult(expected));
        _problems.AddRange(new WorkspaceInvariants(Workspace).Problems());
        _problems.AddRange(ProblemsOfLedgers());
        await TryAgainAsync();
        return _problems;
    }

    /// <summary>Switches the power off while nothing runs.</summary>
    public void LosePower()
    {
        _unsynced.Lose(new CrashPoint(0, Side.After, Loss.Everything));
        TakeStock();
    }

    public void Dispose() => Workspace.Dispose();

    private async Task<bool> LiveAsync(WayOn wayOn)
    {
        var proven = Workspace.Receipts().Select(receipt => receipt.IdempotencyKey).ToHashSet();
        var before = Workspace.Agents.Received.Count;
        try
        {
            Result = wayOn is WayOn.Resume ? await Workspace.ResumeAsync() : null;
            Result ??= await Workspace.RunAsync();
            return true;
        }
        catch (SimulatedCrashException)
        {
            TakeStock();
            return false;
        }
        finally
        {
            var again = Workspace.Agents.Received.Skip(before).Where(command => proven.Contains(command.IdempotencyKey));
            _problems.AddRange(
                again.Select(command => $"{command.Action} {command.IdempotencyKey} was worked again although it had a receipt"));
            if (_files.OpenFiles > 0)
            {
                _problems.Add($"{_files.OpenFiles} files were left open");
            }
        }
    }

    /// <summary>Remembers what the disk holds after a crash: it must all be there in the end.</summary>
    private void TakeStock()
    {
        _present.Clear();
        _torn.Clear();
        foreach (var ledger in Files("*.ndjson"))
        {
            var bytes = File.ReadAllBytes(ledger);
            var whole = bytes.AsSpan().LastIndexOf((byte)'\n') + 1;
            _present[ledger] = bytes[..whole];
            Keep(ledger, bytes[..(bytes.AsSpan(0, (int)_unsynced.DurableLength(ledger)).LastIndexOf((byte)'\n') + 1)]);
            if (whole < bytes.Length)
            {
                _torn[Path.ChangeExtension(ledger, ".torn")] = bytes[whole..];
            }
        }

        foreach (var torn in Files("*.torn"))
        {
            Keep(torn, File.ReadAllBytes(torn)[..(int)_unsynced.DurableLength(torn)]);
        }
    }

    private void Keep(string file, byte[] durable)
    {
        if (durable.Length > (_durable.GetValueOrDefault(file)?.Length ?? 0))
        {
            _durable[file] = durable;
        }
    }

    private IEnumerable<string> Files(string pattern) => Directory.Exists(Workspace.Layout.EventsFolder)
        ? Directory.EnumerateFiles(Workspace.Layout.EventsFolder, pattern)
        : [];

    private IEnumerable<string> ProblemsOfResult(FinishedWork expected)
    {
        if (Result!.Outcome is not (RunOutcome.Completed or RunOutcome.UpToDate))
        {
            return [
                $"the last run ended {Result.Outcome}: {string.Join(' ', Result.Diagnostics.Select(diagnostic => diagnostic.Message))}"
            ];
        }

        return expected.DifferencesFrom(FinishedWork.Of(Workspace, Result));
    }

    private IEnumerable<string> ProblemsOfLedgers()
    {
        foreach (var (ledger, bytes) in _durable.Concat(_present).Where(pair => pair.Value.Length > 0))
        {
            if (!File.Exists(ledger) || !File.ReadAllBytes(ledger).AsSpan().StartsWith(bytes))
            {
                yield return $"{Path.GetFileName(ledger)} lost some of the lines that it had at the crash";
            }
        }

        foreach (var (tornFile, tail) in _torn.Where(pair => !Holds(pair.Key, pair.Value)))
        {
            yield return $"{Path.GetFileName(tornFile)} doesn't hold the {tail.Length} bytes of the torn line";
        }
    }

    private static bool Holds(string file, byte[] bytes) => File.Exists(file) && File.ReadAllBytes(file).AsSpan().IndexOf(bytes) >= 0;

    private async Task TryAgainAsync()
    {
        var before = Workspace.Agents.Started;
        var result = await Workspace.RunAsync();
        if (result.Outcome is not RunOutcome.UpToDate || Workspace.Agents.Started != before)
        {
            _problems.Add($"one more run ended {result.Outcome} after {Workspace.Agents.Started - before} agents");
        }
    }
}

/// <summary>How a person goes on after a crash.</summary>
public enum WayOn
{
    /// <summary>By the command that was interrupted.</summary>
    Run,

    /// <summary>By <c>LorchResume</c>; by the command that was interrupted where no run had begun.</summary>
    Resume,
}
