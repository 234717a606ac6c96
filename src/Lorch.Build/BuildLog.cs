using Lorch.Core;
using Lorch.Core.Runs.Contract;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Lorch.Build;

/// <summary>
/// A task's log, in the words of this project: a <see cref="Diagnostic"/> becomes an MSBuild event with code, place and help link.
/// </summary>
/// <remarks>Here texts that come from outside become output, so here they are made plain.</remarks>
internal sealed class BuildLog : IRunObserver
{
    private readonly TaskLoggingHelper _log;
    private readonly Uri? _diagnosticsPage;
    private readonly List<string> _answer = [];

    public BuildLog(TaskLoggingHelper log, string? diagnosticsPage)
    {
        _log = log;
        _diagnosticsPage = diagnosticsPage is null ? null : new UriBuilder(Uri.UriSchemeFile, "") { Path = diagnosticsPage }.Uri;
    }

    public void Report(Diagnostic diagnostic, string? workspaceRoot = null)
    {
        var file = Place(diagnostic.File, workspaceRoot) is { } place ? PlainText.OneLine(place) : null;
        var message = PlainText.Of(diagnostic.Message);
        switch (diagnostic.Severity)
        {
            case DiagnosticSeverity.Error:
                _log.LogError(
                    null, diagnostic.Code, null, Help(diagnostic.Code), file, diagnostic.Line, diagnostic.Column, 0, 0, "{0}", message);
                break;
            case DiagnosticSeverity.Warning:
                _log.LogWarning(
                    null, diagnostic.Code, null, Help(diagnostic.Code), file, diagnostic.Line, diagnostic.Column, 0, 0, "{0}", message);
                break;
            default:
                _log.LogMessage(
                    null, diagnostic.Code, null, file, diagnostic.Line, diagnostic.Column, 0, 0, MessageImportance.Normal, "{0}", message);
                break;
        }
    }

    public void Say(MessageImportance importance, string text) => _log.LogMessage(importance, "{0}", PlainText.Of(text));

    /// <summary>Takes a line of what the build was asked for. All of them are said together once the task is done.</summary>
    public void Answer(string line) => _answer.Add(line);

    /// <summary>Says the answer, if there is one.</summary>
    /// <param name="project">The name of the project.</param>
    /// <remarks>
    /// In the form of what a project's output is named with, <c>Name -> path</c>: the terminal logger shows that after the project's row,
    /// and keeps other messages to itself. One message, because it shows the last one.
    /// </remarks>
    public void SayAnswer(string project)
    {
        if (_answer.Count > 0)
        {
            Say(MessageImportance.High, $"{project} -> {string.Join(Environment.NewLine + "  ", _answer)}");
        }
    }

    // MSBuild's log takes calls from any thread.
    void IRunObserver.Say(RunNotice notice) => Say(
        notice.Level switch
        {
            NoticeLevel.High => MessageImportance.High,
            NoticeLevel.Normal => MessageImportance.Normal,
            _ => MessageImportance.Low,
        },
        notice.Text);

    private static string? Place(string? file, string? workspaceRoot) =>
        file is null || workspaceRoot is null ? file : Path.GetFullPath(file, workspaceRoot);

    private string? Help(string code) => _diagnosticsPage is null ? null : $"{_diagnosticsPage.AbsoluteUri}#{code.ToLowerInvariant()}";
}
