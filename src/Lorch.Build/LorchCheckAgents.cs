using Lorch.Core.Agents;
using Lorch.Core.Protocol;
using Microsoft.Build.Framework;

namespace Lorch.Build;

/// <summary>
/// Starts every agent, waits for its first sign of life, ends it, and says what is missing. None is asked for work, so nothing is spent.
/// </summary>
[MSBuildMultiThreadableTask]
public sealed class LorchCheckAgents : WorkspaceTask
{
    private protected override async Task WorkAsync(BuildLog log, CancellationToken cancellationToken)
    {
        foreach (var found in await Open().CheckAgentsAsync(cancellationToken))
        {
            log.Answer(Describe(found));
            if (found.Problem is { } problem)
            {
                log.Report(problem, Root);
            }
        }
    }

    private static string Describe(AgentFound found)
    {
        var tool = found.Tool is { } used
            ? $" uses {used.Title}{(used.Version is { Length: > 0 } version ? $", version {version}" : "")};"
            : "";
        var state = found.Problem is not null ? "can't be used"
            : found.HasAnswered ? "starts and answers"
            : "starts, and says nothing before it is asked";
        var signIn = found is { Problem: null, Tool.SignIn: { } how }
            ? $". Whether you are signed in shows only when it is asked; if not: {how}"
            : "";
        return $"{found.AgentType.WireName}{(found.Name is { } name ? $" {name}" : "")}{tool} {state}{signIn}";
    }
}
