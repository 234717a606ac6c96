using System.Diagnostics;
using System.Globalization;

namespace Lorch.Build.Tests;

/// <summary>
/// A build that is watched through its ledger, to be killed at a chosen moment. It leads a process group of its own; Linux only.
/// </summary>
internal sealed class BuildUnderWay : IDisposable
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(2);

    // A machine under load takes its time; only a hang takes this long.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly LorchProject _project;
    private readonly Process _process;
    private readonly Task<string[]> _output;
    private readonly CancellationTokenSource _guard;

    private BuildUnderWay(LorchProject project, Process process)
    {
        _project = project;
        _process = process;
        _guard = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        _guard.CancelAfter(Patience);
        _output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(_guard.Token), process.StandardError.ReadToEndAsync(_guard.Token));
    }

    /// <summary>Gets a value indicating whether the build has ended.</summary>
    public bool HasEnded => _process.HasExited;

    public static BuildUnderWay Start(LorchProject project, params string[] arguments) =>
        new(project, project.Dotnet.StartGroup(arguments));

    /// <summary>Waits until the ledger holds a number of lines, or the build has ended without.</summary>
    public Task ReachAsync(int lines) => ReachAsync(() => _project.Records.Lines.Count >= lines);

    /// <summary>Waits until something is true of the workspace, or the build has ended without.</summary>
    public async Task ReachAsync(Func<bool> isThere)
    {
        while (!_process.HasExited && !isThere())
        {
            await Task.Delay(Glance, TimeProvider.System, _guard.Token);
        }
    }

    /// <summary>Lets time go by; the moment that it leads to is itself what is drawn by lot.</summary>
    public Task PassAsync(TimeSpan time) => Task.Delay(time, TimeProvider.System, _guard.Token);

    /// <summary>Kills at once whatever is told: a process id, or that of a group with a minus.</summary>
    /// <returns>Whether all of them were there to be killed.</returns>
    public static bool Kill(params int[] processIds)
    {
        using var kill = Process.Start("kill", ["-KILL", "--", .. processIds.Select(id => id.ToString(CultureInfo.InvariantCulture))]);
        kill.WaitForExit();
        return kill.ExitCode == 0;
    }

    public bool KillGroup() => Kill(-_process.Id);

    public bool KillBuild() => Kill(_process.Id);

    public bool KillBuildAnd(int agent) => Kill(_process.Id, agent);

    public async Task<CommandResult> EndAsync()
    {
        var output = await _output;
        await _process.WaitForExitAsync(_guard.Token);
        return new CommandResult("the build that was killed", _process.ExitCode, string.Concat(output));
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
        _guard.Dispose();
    }
}
