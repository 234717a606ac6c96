using System.Text.Json;
using Lorch.Core.Globs;
using Lorch.Core.Protocol;
using Lorch.Core.Reports.Recording;
using Lorch.Core.Runs.Records;
using Lorch.Core.Workflows;

namespace Lorch.Core.Runs.Working;

/// <summary>Has kept what reports show of a run beyond its ledger.</summary>
internal static class ReportedRun
{
    /// <summary>
    /// In a workspace with more files, reports show what steps made and not what was there before: to look through all of them takes longer
    /// than it is worth.
    /// </summary>
    private const int MaxFiles = 20_000;

    /// <summary>Begins to keep it, with the files that the run's agents may change.</summary>
    public static ReportRecorder Record(RunContext context, OpenedRun run, IReadOnlyList<string> reasons)
    {
        var globs = GlobsOf(run.Journal.History.Started!.Definition, context.Graph[run.Journal.TaskId]);
        var isSmall = run.Found.Files.Count <= MaxFiles;
        var files = isSmall
            ? run.Found.Files.Where(file => IsOfTask(file.Path))
                .Select(file => new Artifact { Path = file.Path, Sha256 = file.Sha256, Size = file.Size })
            : [];
        var recorder = ReportRecorder.Begin(
            context.Layout,
            context.Redactor.Redact,
            run.Journal.RunId,
            run.Journal.History,
            files,
            IsListed,
            reasons);
        run.Journal.Appended = recorder.Take;
        return recorder;

        bool IsOfTask(RelativePath path) => globs.Any(glob => glob.IsMatch(path.ToString()));

        bool IsListed(RelativePath path) => isSmall && IsOfTask(path) && context.Tracked.Rules.IsTracked(path);
    }

    private static List<GlobPattern> GlobsOf(JsonElement definition, TaskDefinition task) =>
    [
        .. (DefinitionTerms.Produces(definition) ?? UsualProduces.Of(AgentType.Builder))
            .Concat(UsualProduces.Of(AgentType.SpecMaintainer))
            .Concat(DefinitionTerms.ExpectedOutputs(definition).Select(output => output.Path.ToString()))
            .Concat(task.Inputs ?? [])
            .Distinct()
            .Select(GlobPattern.Parse),
    ];
}
