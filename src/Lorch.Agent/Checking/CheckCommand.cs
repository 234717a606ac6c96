using Lorch.Core;
using Lorch.Core.Agents;

namespace Lorch.Agent.Checking;

/// <summary>The command <c>check</c>: makes the stage, plays the scenes, prints the result.</summary>
/// <param name="options">Its arguments.</param>
/// <param name="folder">The current folder, an absolute path.</param>
/// <param name="environment">The environment, which the agent gets cleaned.</param>
/// <param name="host">Where this program lies.</param>
/// <param name="output">Where the result is printed.</param>
/// <param name="clock">The clock.</param>
internal sealed class CheckCommand(
    CheckOptions options,
    string folder,
    IReadOnlyDictionary<string, string> environment,
    AgentHost host,
    TextWriter output,
    TimeProvider clock)
{
    /// <summary>Runs the check.</summary>
    /// <param name="cancellationToken">Ends the agent and stops.</param>
    /// <returns>Whether the agent conforms.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var settings = CheckStage.ToSettings(options, folder);
        var workspace = new CheckWorkspace();
        try
        {
            await workspace.PrepareAsync(options, settings, host, clock, cancellationToken);
            var stage = new CheckStage
            {
                Options = options,
                Settings = settings,
                Workspace = workspace,
                Host = host,
                Environment = environment
            };
            var findings = new Findings();
            Tell($"Checking the {Core.Protocol.AgentTypeNames.All[options.Type]}: {string.Join(' ', settings.Command)}");
            await PlayAsync(stage, findings, cancellationToken);
            var report = new CheckReport(stage, findings);
            await output.WriteLineAsync(
                options.AsJson ? PlainText.OfJson(report.ToJson()) : PlainText.Of($"{Environment.NewLine}{report.ToText()}".TrimEnd()));
            return findings.Conforms;
        }
        finally
        {
            Leave(workspace);
        }
    }

    private async Task PlayAsync(CheckStage stage, Findings findings, CancellationToken cancellationToken)
    {
        await using var check = new ConformanceCheck(stage, findings, what => Tell($"  {what}"), clock);
        try
        {
            await check.RunAsync(cancellationToken);
        }
        catch (LorchException exception) when (exception.Diagnostic.Code == DiagnosticCode.AgentNotStarted)
        {
            findings.Break(ProtocolRule.Starts, exception.Diagnostic.Message);
        }
    }

    private void Leave(CheckWorkspace workspace)
    {
        if (options.KeepsWorkspace)
        {
            Tell($"{Environment.NewLine}The workspace is kept in {workspace.Layout.WorkspaceRoot}");
        }
        else
        {
            workspace.Remove();
        }
    }

    /// <summary>What JSON is read from holds nothing else.</summary>
    private void Tell(string text)
    {
        if (!options.AsJson)
        {
            output.WriteLine(PlainText.Of(text));
        }
    }
}
