using Lorch.Core.Agents;
using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

/// <summary>
/// A person saves a file that a run made, changed or removed between any two operations of the landing: the file is the person's in the
/// end, and all the rest of the run's work is there.
/// </summary>
public sealed class LandingWhileAPersonEdits
{
    private const string Policy = """{"isolation":"view"}""";
    private static readonly string[] Paths = ["docs/gone.md", "src/hello.txt", "src/old.txt"];

    [LongSet]
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Leaves_the_edit_and_lands_the_rest(bool isReplaced)
    {
        var (first, last) = await MomentsAsync();
        Assert.True(last - first > 20, $"moments {first} to {last}");
        var problems = new List<string>();
        var outcomes = new HashSet<RunOutcome>();
        for (var moment = first; moment <= last; moment += LongTests.AreAsked ? 1 : 7)
        {
            foreach (var path in Paths)
            {
                using var workspace = Workspace();
                var at = moment;
                workspace.Files = new OperationsInTurn(now =>
                {
                    if (now == at)
                    {
                        Save(workspace, path, isReplaced);
                    }
                });
                var outcome = (await workspace.RunAsync()).Outcome;
                outcomes.Add(outcome);
                var mine = Held(workspace, path);
                var others = Paths.Except([path]).ToDictionary(other => other, other => Held(workspace, other));
                if (mine != "mine\n")
                {
                    problems.Add($"{path} saved at moment {moment} of {first} to {last} holds '{mine}' ({outcome})");
                }

                if (others.Any(other => other.Value != After(other.Key)))
                {
                    problems.Add($"{path} saved at moment {moment}: only a part of the work is there ({outcome})");
                }
            }
        }

        Assert.Empty(problems);
        Assert.Equal([RunOutcome.Completed], outcomes);
    }

    /// <summary>From the last step's receipt to the end.</summary>
    private static async Task<(int First, int Last)> MomentsAsync()
    {
        using var workspace = Workspace();
        var first = 0;
        OperationsInTurn? files = null;
        files = new OperationsInTurn(moment =>
        {
            if (first == 0 && workspace.Receipts().Count == 3)
            {
                first = moment;
            }
        });
        workspace.Files = files;
        Assert.Equal(RunOutcome.Completed, (await workspace.RunAsync()).Outcome);
        return (first, files.Moments);
    }

    private static WorkspaceUnderTest Workspace()
    {
        var workspace = new WorkspaceUnderTest();
        workspace.Configure([WorkspaceUnderTest.OneTask], Policy);
        workspace.Write("src/old.txt", "old\n");
        workspace.Write("docs/gone.md", "gone\n");
        workspace.Agents.Answer = command => Work(workspace.Agents, command);
        return workspace;
    }

    private static IEnumerable<AgentSignal> Work(ScriptedAgents agents, Command command)
    {
        if (command.Action is not AgentAction.Implement)
        {
            // Whoever is asked to look again leaves the person's file as it is.
            return command.Action is AgentAction.ImplementChanges
                ? [agents.Say(command, EventName.BuilderCompleted)]
                : agents.Play(command);
        }

        File.Delete(Path.Join(agents.Root, "docs/gone.md"));
        Artifact[] made = [agents.Produce("src/hello.txt", "hello\n"), agents.Produce("src/old.txt", "new\n")];
        var said = agents.Say(command, EventName.BuilderCompleted, artifacts: made).Event;
        return [new AgentSignal.Spoke(said with { Removed = [RelativePath.Parse("docs/gone.md")] })];
    }

    /// <summary>Editors write into the file, or give another one its name.</summary>
    private static void Save(WorkspaceUnderTest workspace, string path, bool isReplaced)
    {
        if (!isReplaced)
        {
            workspace.Write(path, "mine\n");
            return;
        }

        var beside = workspace.At(path) + ".swp";
        Directory.CreateDirectory(Path.GetDirectoryName(beside)!);
        File.WriteAllText(beside, "mine\n");
        File.Move(beside, workspace.At(path), overwrite: true);
    }

    private static string? After(string path) => path switch { "docs/gone.md" => null, "src/old.txt" => "new\n", _ => "hello\n" };

    private static string? Held(WorkspaceUnderTest workspace, string path) =>
        File.Exists(workspace.At(path)) ? workspace.Read(path) : null;
}
