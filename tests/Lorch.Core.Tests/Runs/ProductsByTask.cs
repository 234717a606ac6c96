using Lorch.Core.Agents;
using Lorch.Core.Protocol;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

/// <summary>Builders that do for each task what the test says; reviewers and spec maintainers are content.</summary>
internal static class ProductsByTask
{
    /// <summary>Lets the builder of each task write files (<c>src/a=1</c>) and remove files (<c>-src/a</c>).</summary>
    public static void Build(this WorkspaceUnderTest workspace, params (string Task, string Files)[] products) =>
        workspace.Agents.Answer = command => command.Action is AgentAction.Implement
            ? [Build(workspace, command, products.First(product => product.Task == command.TaskId.ToString()).Files.Split(' '))]
            : workspace.Agents.Play(command);

    /// <summary>A builder's answer, with the files that it writes and removes.</summary>
    public static AgentSignal.Spoke Build(WorkspaceUnderTest workspace, Command command, params string[] files)
    {
        var removed = files.Where(file => file.StartsWith('-')).Select(file => file[1..]).ToList();
        removed.ForEach(workspace.Delete);
        var written = files.Where(file => file.Contains('=', StringComparison.Ordinal)).Select(file => file.Split('=', 2));
        var answer = workspace.Agents.Say(
            command,
            EventName.BuilderCompleted,
            artifacts: [.. written.Select(parts => workspace.Agents.Produce(parts[0], parts[1]))]);
        return new AgentSignal.Spoke(answer.Event with { Removed = removed.Count == 0 ? null : [.. removed.Select(RelativePath.Parse)] });
    }
}
