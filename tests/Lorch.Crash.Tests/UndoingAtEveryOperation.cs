using System.Globalization;
using Lorch.Core;
using Lorch.Core.Agents;
using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Crash.Tests;

/// <summary>An undo ends at each of its durable operations: all files are as they were before the run, or all as it landed them.</summary>
public sealed class UndoingAtEveryOperation(ITestOutputHelper output)
{
    [LongSet]
    [Fact]
    public async Task Is_done_or_not_done_and_asking_again_finishes_it()
    {
        var operations = await UndisturbedAsync();
        var points = Enumerable.Range(1, operations.Count)
            .SelectMany(number => (CrashPoint[])
            [
                new(number, Side.Before, Loss.Everything),
                new(number, Side.After, Loss.Nothing),
                new(number, Side.After, Loss.HalfOfAppends),
                new(number, Side.After, Loss.Everything),
            ])
            .ToList();

        var (problems, tried, finished) = (new List<string>(), 0, 0);
        foreach (var point in Thoroughness.Select(points, every: 17, everyInLongSet: 3))
        {
            using var workspace = await StartAsync();
            var landed = Files(workspace);
            var unsynced = new UnsyncedChanges();
            workspace.Files = new CrashingFiles(workspace.Root, unsynced, point);
            await Assert.ThrowsAsync<SimulatedCrashException>(() => workspace.UndoAsync());
            workspace.Files = new CrashingFiles(workspace.Root, unsynced);

            // Whoever takes the lock next finishes an undo that was begun, or finds that none was.
            await workspace.Open().AbortAsync(null, workspace, CancellationToken.None);
            var wasUndone = Files(workspace) == Before;
            finished += wasUndone ? 1 : 0;
            problems.AddRange(
                new[] { wasUndone || Files(workspace) == landed ? null : $"the next start leaves {Files(workspace)}" }
                    .Concat(await AskAgainAsync(workspace, wasUndone))
                    .OfType<string>()
                    .Select(problem => $"{point} ({operations[point.Operation - 1]}): {problem}"));
            tried++;
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{operations.Count} operations, {points.Count} points, {tried} tried, {finished} finished by the next start"));
        Assert.InRange(finished, 1, tried - 1);
        Thoroughness.AssertNone(problems, output);
    }

    private const string Before = "docs/gone.md=gone src/old.txt=old";

    private static async Task<IReadOnlyList<string?>> AskAgainAsync(WorkspaceUnderTest workspace, bool wasUndone)
    {
        if (!wasUndone)
        {
            await workspace.UndoAsync();
        }

        var isUpToDate = (await workspace.JudgeAsync()).IsUpToDate;
        var before = Files(workspace);
        var result = await workspace.RunAsync();
        return
        [
            before == Before ? null : $"asked again, it leaves {before}",
            isUpToDate ? "the task is up to date although its work was undone" : null,
            result.Outcome is RunOutcome.Completed ? null : $"the next run ended {result.Outcome}",
            .. new WorkspaceInvariants(workspace).Problems(),
        ];
    }

    private static async Task<IReadOnlyList<FileOperation>> UndisturbedAsync()
    {
        using var workspace = await StartAsync();
        var files = new CrashingFiles(workspace.Root, new UnsyncedChanges());
        workspace.Files = files;
        await workspace.UndoAsync();
        Assert.Equal(Before, Files(workspace));
        return files.Operations;
    }

    /// <summary>A run in a view made, changed and removed a file.</summary>
    private static async Task<WorkspaceUnderTest> StartAsync()
    {
        var workspace = new WorkspaceUnderTest();
        workspace.Configure([WorkspaceUnderTest.OneTask], """{"isolation":"view"}""");
        workspace.Write("src/old.txt", "old");
        workspace.Write("docs/gone.md", "gone");
        workspace.Agents.Answer = command => Work(workspace.Agents, command);
        await workspace.RunAsync();
        return workspace;
    }

    private static IEnumerable<AgentSignal> Work(ScriptedAgents agents, Command command)
    {
        if (command.Action is not AgentAction.Implement)
        {
            return agents.Play(command);
        }

        File.Delete(Path.Join(agents.Root, "docs/gone.md"));
        Artifact[] made = [agents.Produce("src/hello.txt", "hello"), agents.Produce("src/old.txt", "new")];
        var said = agents.Say(command, EventName.BuilderCompleted, artifacts: made).Event;
        return [new AgentSignal.Spoke(said with { Removed = [RelativePath.Parse("docs/gone.md")] })];
    }

    private static string Files(WorkspaceUnderTest workspace) => string.Join(
        ' ',
        new[] { "docs/gone.md", "src/hello.txt", "src/old.txt" }
            .Where(path => File.Exists(workspace.At(path)))
            .Select(path => $"{path}={workspace.Read(path)}"));
}
