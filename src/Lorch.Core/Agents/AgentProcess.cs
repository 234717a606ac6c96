using System.ComponentModel;
using System.Diagnostics;
using Lorch.Core.Agents.Processes;

namespace Lorch.Core.Agents;

/// <summary>Owns one process of the operating system: nobody else ends it, disposes it or reads its exit code.</summary>
internal sealed class AgentProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ProcessTree _tree;
    private readonly WindowsJob? _job;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _givenUp = new();
    private volatile bool _wasAsked;
    private bool _wasStopped;
    private bool _isGroupGone;

    private AgentProcess(Process process, ProcessTree tree, WindowsJob? job, TimeProvider clock)
    {
        _process = process;
        _tree = tree;
        _job = job;
        _clock = clock;
        Pid = process.Id;
        Ended = WaitForEndAsync();
        Input = new ProcessInput(process.StandardInput.BaseStream, Ended);
#pragma warning disable CA2000 // The stream that takes it disposes it
        Output = new ProcessOutput(Waiting(process.StandardOutput.BaseStream), Ended, clock);
        Error = new ProcessOutput(Waiting(process.StandardError.BaseStream), Ended, clock);
#pragma warning restore CA2000
    }

    /// <summary>Gets the process id.</summary>
    public int Pid { get; }

    /// <summary>Gets the stream that the process reads from; it breaks when the process ended.</summary>
    public Stream Input { get; }

    /// <summary>Gets the stream that the process writes to; it ends soon after the process, whoever else holds it.</summary>
    public Stream Output { get; }

    /// <summary>Gets the stream that the process complains to; it ends as well.</summary>
    public Stream Error { get; }

    /// <summary>Gets a task that completes when the process ended, or outlived all that could be done. It doesn't fail.</summary>
    public Task Ended { get; }

    /// <summary>Starts a process.</summary>
    /// <param name="commandLine">What starts it.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="mark">The variable that marks all that the process starts.</param>
    /// <returns>The running process.</returns>
    /// <exception cref="LorchException">The system refuses (<see cref="DiagnosticCode.AgentNotStarted"/>).</exception>
    public static AgentProcess Start(AgentCommandLine commandLine, TimeProvider clock, string mark = AgentEnvironment.SessionVariable)
    {
        if (OperatingSystem.IsWindows()
            && CmdLine.IsScript(commandLine.Program)
            && CmdLine.FindProblem(commandLine.Program, commandLine.Arguments) is { } unsaid)
        {
            throw new LorchException(AgentCommandLine.NotStarted(commandLine.Type, unsaid));
        }

        var session = Guid.CreateVersion7(clock.GetUtcNow()).ToString("D");
        var process = new Process { StartInfo = Describe(commandLine, mark, session) };
        try
        {
#pragma warning disable RS0030 // The owner of the process
            process.Start();
#pragma warning restore RS0030
            var job = OperatingSystem.IsWindows() ? WindowsJob.TryMake(process) : null;
            return new AgentProcess(process, new ProcessTree(process.Id, $"{mark}={session}"), job, clock);
        }
        catch (Win32Exception exception)
        {
            process.Dispose();
            var problem = $"the system refuses to run '{commandLine.Program}' in '{commandLine.Folder}': {exception.Message}. "
                + "If it is a script, look at the interpreter in its first line.";
            throw new LorchException(AgentCommandLine.NotStarted(commandLine.Type, problem), exception);
        }
    }

    /// <summary>Waits for the process to end by itself.</summary>
    /// <param name="patience">How long.</param>
    /// <param name="cancellationToken">Ends the wait; nothing is thrown.</param>
    /// <returns>Whether it ended.</returns>
    public async Task<bool> EndsWithinAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            await Ended.WaitAsync(patience, _clock, cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Ends the process and all that it started: closes its input, then SIGTERM, then SIGKILL.</summary>
    /// <param name="ladder">How long to wait at each step.</param>
    /// <param name="cancellationToken">Goes to SIGKILL at once.</param>
    /// <returns>A task that completes when <see cref="Ended"/> did, in bounded time. It isn't cancelled.</returns>
    public async Task StopAsync(StopLadder ladder, CancellationToken cancellationToken)
    {
        _wasAsked |= !Ended.IsCompleted;
        await CloseInputAsync();
        if (!await EndsWithinAsync(ladder.AfterInputClosed, cancellationToken))
        {
            if (Terminate())
            {
                await EndsWithinAsync(ladder.AfterTerminate, cancellationToken);
            }
        }

        KillTree();
        _wasStopped = true;
        if (!await EndsWithinAsync(StopLadder.AfterKill, CancellationToken.None))
        {
            await _givenUp.CancelAsync();
            await Ended;
        }
    }

    /// <summary>Kills what is left of the process and of all that it started.</summary>
    public void KillTree()
    {
        if (OperatingSystem.IsLinux())
        {
            _tree.Kill(withRoot: !Ended.IsCompleted);
        }
        else if (OperatingSystem.IsWindows())
        {
            _job?.Kill();
        }
        else if (!_isGroupGone)
        {
            // Who is in the session is in the process group of its leader, unless it left that. Once nobody is, the number may be another
            // group's.
            _isGroupGone = Ended.IsCompleted;
            UnixSignals.Send(-Pid, UnixSignals.Kill);
        }

        // Where there is neither a job nor a session, it is found by who started whom, as long as it runs itself.
        if (!OperatingSystem.IsLinux() && !_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Lists the processes that the agent started and that still run; only Linux and Windows can tell.</summary>
    /// <returns>Their process ids.</returns>
    public IReadOnlyCollection<int> FindLeftBehind() =>
        [.. (_job?.Members() ?? _tree.Members(withRoot: !Ended.IsCompleted)).Where(pid => pid != Pid)];

    /// <summary>Tells how the process ended; to be asked after <see cref="Ended"/>.</summary>
    /// <param name="stderrTail">Its last words.</param>
    /// <returns>The exit.</returns>
    public AgentExit ToExit(IReadOnlyList<string> stderrTail)
    {
        var exitCode = _process.HasExited ? _process.ExitCode : (int?)null;
        var signal = OperatingSystem.IsWindows() || exitCode is null ? null : UnixSignals.NameFromExitCode(exitCode.Value);
        return new AgentExit
        {
            Pid = Pid,
            ExitCode = signal is null ? exitCode : null,
            Signal = signal,
            StderrTail = stderrTail,
            EndedBy = _wasAsked ? EndedBy.Lorch : EndedBy.Itself,
        };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_wasStopped)
        {
            await StopAsync(StopLadder.Of(StopUrgency.Cancelled), CancellationToken.None);
        }

        await Output.DisposeAsync();
        await Error.DisposeAsync();
        _process.Dispose();
        _job?.Dispose();
        _givenUp.Dispose();
    }

    private static ProcessStartInfo Describe(AgentCommandLine commandLine, string mark, string session)
    {
        string[] words = [.. SessionStarter.Words, commandLine.Program, .. commandLine.Arguments];
        var start = commandLine.ShellLine is { } line ? new ProcessStartInfo(commandLine.Program, CmdLine.Arguments(line))
            : OperatingSystem.IsWindows()
                && CmdLine.IsScript(
                    commandLine.Program) ? new ProcessStartInfo(
                        Path.Join(Environment.SystemDirectory, "cmd.exe"),
                        CmdLine.Arguments(commandLine.Program, commandLine.Arguments))
            : new ProcessStartInfo(words[0], words.Skip(1));
        start.WorkingDirectory = commandLine.Folder;
        start.UseShellExecute = false;
        start.CreateNoWindow = true;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.Environment.Clear();
        foreach (var (name, value) in commandLine.Environment)
        {
            start.Environment[name] = value;
        }

        start.Environment[mark] = session;
        return start;
    }

    private static Stream Waiting(Stream pipe) => OperatingSystem.IsWindows() ? new ThreadReader(pipe) : pipe;

    private async Task WaitForEndAsync()
    {
        try
        {
            await _process.WaitForExitAsync(_givenUp.Token);
        }
        catch (OperationCanceledException)
        {
            // Not even SIGKILL ended it: the exit will say neither a code nor a signal.
        }
    }

    private async Task CloseInputAsync()
    {
        try
        {
            await Input.DisposeAsync();
        }
        catch (IOException)
        {
            // It no longer reads: that it is to end it will learn at the next step.
        }
    }

    /// <summary>Asks all of the tree to end; Windows has no way to ask but the end of the input.</summary>
    private bool Terminate()
    {
        if (OperatingSystem.IsLinux())
        {
            _tree.Send(UnixSignals.Terminate, withRoot: !Ended.IsCompleted);
        }
        else if (!OperatingSystem.IsWindows() && !_process.HasExited)
        {
            UnixSignals.Send(-Pid, UnixSignals.Terminate);
        }

        return !OperatingSystem.IsWindows();
    }
}
