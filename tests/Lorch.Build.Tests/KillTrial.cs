using System.Globalization;
using System.Text.Json;
using Lorch.Testing;

namespace Lorch.Build.Tests;

/// <summary>What is killed.</summary>
public enum Victim
{
    /// <summary>The build and whatever is in its process group.</summary>
    Group,

    /// <summary>The build alone.</summary>
    Build,

    /// <summary>One agent, under a build that lives on.</summary>
    Agent,

    /// <summary>One agent and the build at once.</summary>
    AgentAndBuild,
}

/// <summary>One build, killed at one moment, and what came of it when another build went on.</summary>
internal sealed class KillTrial(LorchProject project, Victim victim, int line, TimeSpan delay)
{
    private readonly HashSet<string> _provenBefore = [];
    private int _linesBefore;

    /// <summary>Gets what the builds said and recorded, for people who have to find out what went wrong.</summary>
    public string Story { get; private set; } = "";

    /// <summary>Gets a value indicating whether the kill came before the first line of a ledger.</summary>
    public bool WasBeforeTheRun { get; private set; }

    /// <summary>Kills, goes on, and looks.</summary>
    /// <param name="undisturbed">What comes of a build that nobody kills.</param>
    /// <returns>What is wrong; <see langword="null"/> if there was nothing left to kill at the moment.</returns>
    public async Task<IReadOnlyList<string>?> RunAsync(IReadOnlyList<string> undisturbed)
    {
        using var build = BuildUnderWay.Start(project, LoopedTask.Run);
        await build.ReachAsync(line);
        await build.PassAsync(delay);
        if (!TryKill(build))
        {
            await build.EndAsync();
            await LeftoverProcesses.ThatStayAsync(project.Root, TestContext.Current.CancellationToken);
            return null;
        }

        var killed = await build.EndAsync();
        WasBeforeTheRun = project.Records.Lines.Count == 0;
        var resumed = await project.Dotnet.RunAsync(WasBeforeTheRun ? LoopedTask.Run : LorchProject.WithoutRestore("-t:LorchResume"));
        var verified = await project.MsBuildAsync("-t:LorchVerify");
        var left = await LeftoverProcesses.ThatStayAsync(project.Root, TestContext.Current.CancellationToken);
        Story = string.Join("\n---- ", [killed.Output, resumed.Output, verified.Output, string.Join('\n', project.Records.Lines)]);
        return
        [
            .. victim is Victim.Agent && killed.ExitCode != 0
                ? [$"the build didn't get over its agent's death: exit code {killed.ExitCode}"]
                : Array.Empty<string>(),
            .. resumed.ExitCode != 0 ? [$"going on ended with exit code {resumed.ExitCode}"] : Array.Empty<string>(),
            .. verified.ExitCode != 0 ? [$"LorchVerify ended with exit code {verified.ExitCode}"] : Array.Empty<string>(),
            .. left.Select(agent => $"still there: {agent}"),
            .. Difference(undisturbed, LoopedTask.Results(project)),
            .. Runs() is var runs && runs != 1 ? [$"there are {runs} runs"] : Array.Empty<string>(),
            .. WorkedTwice(),
        ];
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{victim} killed {delay.TotalMilliseconds:0} ms after line {line}");

    private static IEnumerable<string> Difference(IReadOnlyList<string> expected, IReadOnlyList<string> found) =>
    [
        .. expected.Except(found).Select(result => $"missing: {result}"),
        .. found.Except(expected).Select(result => $"unexpected: {result}"),
    ];

    private static string? KeyOf(JsonElement line) =>
        line.GetProperty("kind").GetString() == "command" ? line.GetProperty("idempotency_key").GetString() : null;

    private static string? ProvenBy(JsonElement line) =>
        line.TryGetProperty("event", out var name) && name.GetString() == "system.step_recorded"
            ? line.GetProperty("payload").GetProperty("idempotency_key").GetString()
            : null;

    private bool TryKill(BuildUnderWay build)
    {
        var agents = LeftoverProcesses.AgentsIn(project.Root);
        if (build.HasEnded || (victim is Victim.Agent or Victim.AgentAndBuild && agents.Count == 0))
        {
            return false;
        }

        // Which agent is as much a matter of chance as the moment.
        var agent = agents.Count == 0 ? 0 : agents[delay.Milliseconds % agents.Count];
        var isKilled = victim switch
        {
            Victim.Group => build.KillGroup(),
            Victim.Build => build.KillBuild(),
            Victim.Agent => BuildUnderWay.Kill(agent),
            _ => build.KillBuildAnd(agent),
        };

        // Receipts first: a command behind the lines that are there afterwards was written when they already were.
        _provenBefore.UnionWith(project.Records.Steps(LoopedTask.Id).Select(step =>
            project.Records.Json($"receipts/{LoopedTask.Id}/step-{step}.json").GetProperty("idempotency_key").GetString()!));
        _linesBefore = project.Records.Lines.Count;
        return isKilled;
    }

    /// <summary>A ledger that was made and never got a line is no run.</summary>
    private int Runs() => project.Records.Ledgers.Count(ledger => new FileInfo(ledger).Length > 0);

    private IEnumerable<string> WorkedTwice()
    {
        var proven = new HashSet<string>();
        foreach (var (number, line) in project.Records.Lines.Select(text => JsonElement.Parse(text)).Index())
        {
            if (KeyOf(line) is { } key && (proven.Contains(key) || (number >= _linesBefore && _provenBefore.Contains(key))))
            {
                yield return $"line {number + 1} asks again for {key}, whose receipt was there";
            }

            if (ProvenBy(line) is { } recorded)
            {
                proven.Add(recorded);
            }
        }
    }
}
