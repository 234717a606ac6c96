using Lorch.Core;
using Lorch.Core.Storage;
using Microsoft.Build.Framework;

namespace Lorch.Build;

/// <summary>The form of every task: cancellation, the clock, the one bridge to asynchronous work and the one catch.</summary>
/// <remarks>
/// MSBuild sets the properties, calls <see cref="Execute"/> once on a thread of its own and may call <see cref="Cancel"/> at any time from
/// another. Nothing is logged once <see cref="Execute"/> has returned.
/// </remarks>
#pragma warning disable CA1001 // A source without a timer owns nothing, and MSBuild may cancel a task that has ended
public abstract class LorchTask : Microsoft.Build.Utilities.Task, ICancelableTask, IMultiThreadableTask
#pragma warning restore CA1001
{
    private readonly CancellationTokenSource _cancellation = new();
    private bool _failed;

    /// <summary>
    /// Gets or sets the folder and the environment that count for this task; MSBuild sets it where several tasks share a process.
    /// </summary>
    public TaskEnvironment TaskEnvironment { get; set; } = TaskEnvironment.Fallback;

    /// <summary>
    /// Gets or sets the page that explains the diagnostic codes, for the links in an error list. Without it there are none.
    /// </summary>
    public string? DiagnosticsPage { get; set; }

    /// <summary>
    /// Gets or sets the name that stands before the answer; by default that of the file which calls the task, without its extension.
    /// </summary>
    public string? ProjectName { get; set; }

    /// <inheritdoc/>
    public void Cancel() => _cancellation.Cancel();

    /// <inheritdoc/>
    public sealed override bool Execute()
    {
        var log = CreateLog();
        try
        {
            using var clock = new AwakeClock(TimeProvider.System);
            Clock = clock;
            using var signals = new TerminationSignals(_cancellation);
            using var parent = new ParentWatch(_cancellation, TimeProvider.System);
            Task.Run(() => WorkAsync(log, _cancellation.Token)).GetAwaiter().GetResult();
        }
        catch (LorchException e)
        {
            log.Report(e.Diagnostic);
        }
        catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
        {
            // Somebody asked for it: MSBuild expects false and no error.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Report(StorageFailure.Unforeseen(e));
        }
#pragma warning disable CA1031 // The one catch: whatever goes wrong is a failed task, not a failed build engine
        catch (Exception e)
        {
            Log.LogError("{0}", PlainText.Of(e.ToString()));
        }
#pragma warning restore CA1031

        log.SayAnswer(ProjectName ?? Path.GetFileNameWithoutExtension(BuildEngine.ProjectFileOfTaskNode));
        return !_failed && !Log.HasLoggedErrors && !_cancellation.IsCancellationRequested;
    }

    /// <summary>Gets the clock of the work, which stands still while the build is stopped.</summary>
    private protected TimeProvider Clock { get; private set; } = TimeProvider.System;

    /// <summary>Does the work.</summary>
    /// <param name="log">Where diagnostics and messages go.</param>
    /// <param name="cancellationToken">Cancelled when the build is, or when the process is told to end.</param>
    /// <returns>A task that completes when the work is done.</returns>
    /// <exception cref="LorchException">The work can't go on.</exception>
    private protected abstract Task WorkAsync(BuildLog log, CancellationToken cancellationToken);

    /// <summary>Roots a path at the project's folder.</summary>
    /// <param name="path">A path, or nothing.</param>
    /// <returns>The absolute path, or <see langword="null"/> for nothing.</returns>
    /// <remarks>An absolute one needs no folder: asking for the project's fails once that is gone.</remarks>
    private protected string? Rooted(string? path) =>
        string.IsNullOrWhiteSpace(path) ? null
            : Path.IsPathFullyQualified(path) ? Path.GetFullPath(path, Path.GetPathRoot(path)!)
            : Path.GetFullPath(path, TaskEnvironment.ProjectDirectory);

    /// <summary>
    /// Reads a property that the build was started with (<c>-p:Name=…</c>). Others don't count: every environment variable is a property
    /// too.
    /// </summary>
    /// <param name="name">The property's name.</param>
    /// <returns>Its value, or <see langword="null"/>.</returns>
    /// <remarks>The engine hands global properties on as it keeps them: escaped, <c>;</c> as <c>%3B</c>.</remarks>
    private protected string? GlobalProperty(string name) =>
        BuildEngine is IBuildEngine6 engine && engine.GetGlobalProperties().TryGetValue(name, out var value)
            ? Uri.UnescapeDataString(value)
            : null;

    /// <summary>Makes the task fail although it logs no error, because the reason has been told elsewhere.</summary>
    private protected void FailWithoutError()
    {
        _failed = true;
        if (BuildEngine is IBuildEngine7 engine)
        {
            engine.AllowFailureWithoutError = true;
        }
    }

    private BuildLog CreateLog() => new(Log, Rooted(DiagnosticsPage));
}
