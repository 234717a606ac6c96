using Lorch.Core.Agents;
using Lorch.Core.Configuration;
using Lorch.Core.Runs.Contract;
using Lorch.Core.Runs.Records;
using Lorch.Core.Storage;
using Lorch.Core.Transcripts;

namespace Lorch.Core.Runs;

/// <summary>Puts the parts of a workspace together, by what lorch.json, task files and prompts say at that moment.</summary>
/// <param name="settings">Where it lies.</param>
/// <param name="clock">The clock.</param>
/// <param name="replace">Puts other surroundings in place of the real ones.</param>
internal sealed class WorkspaceComposition(
    WorkspaceSettings settings,
    TimeProvider clock,
    Func<RunSurroundings, RunSurroundings> replace)
{
    /// <exception cref="LorchException">There is no workspace, or lorch.json can't be used.</exception>
    public RunContext Compose()
    {
        if (!Directory.Exists(settings.WorkspaceRoot))
        {
            throw new LorchException(new Diagnostic
            {
                Code = DiagnosticCode.WorkspaceNotFound,
                Message = "The workspace root isn't a folder. Set LorchWorkspaceRoot to an existing folder.",
                File = settings.WorkspaceRoot,
            });
        }

        var layout = new WorkspaceLayout(settings.WorkspaceRoot, settings.StateRoot);
        var file = ConfigurationFile.Load(settings.ConfigurationFile ?? Path.Join(layout.WorkspaceRoot, "lorch.json"));
        var configuration = AgentPrompts.Apply(
            settings.AddedTasks.Count == 0 ? file : file.AddTasks(settings.AddedTasks),
            layout.WorkspaceRoot);
        var (hex, content) = ConfigurationCopy.Of(configuration).ToFile();
        var copy = new HandedFile(layout.ConfigurationCopy(hex), content);
        var secrets = settings.Environment.Concat(configuration.DescribedAgents.SelectMany(agent => agent.Environment));
        var redactor = configuration.RedactSecrets
            ? SecretRedactor.ForEnvironment(secrets, configuration.LooksSecret)
            : new SecretRedactor([]);
        var channel = new AgentChannel
        {
            MaxLineBytes = configuration.MessageMaxBytes,
            ReportsHeartbeats = configuration.RecordHeartbeats,
            Limits = configuration.Output,
            Patience = settings.Patience,
        };
        var surroundings = replace(new RunSurroundings
        {
            CheckAgent = agent => AgentCommandLine.Check(agent, settings.AgentHost, layout, settings.Environment),
            Launchers = (run, place) => new AgentLauncher(
                settings.AgentHost,
                place,
                settings.Environment,
                run,
                file.Path,
                copy,
                channel,
                clock),
            Environment = settings.Environment,
            ViewRoot = settings.ViewRoot,
        });
        return new RunContext(layout, configuration, redactor, clock, surroundings);
    }
}
