using System.Text.Json;
using Lorch.Agent.Checking;
using Lorch.Processes.Tests.Agents;
using Lorch.Testing;

namespace Lorch.Processes.Tests.Checking;

/// <summary>A check of an agent, in this process; the agent's processes are real.</summary>
internal sealed class CheckUnderTest : IDisposable
{
    private readonly TemporaryWorkspace _folder = new();

    // Longer than any test takes, so that one that hangs says where.
    private readonly CancellationTokenSource _guard = new(TimeSpan.FromSeconds(60));

    private JsonElement _result;

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public bool Conforms => _result.GetProperty("conforms").GetBoolean();

    /// <summary>The ids of the broken rules, with commas between them.</summary>
    public string Broken => string.Join(',', Rules("broken"));

    /// <summary>Writes a file into the folder in which the check is called.</summary>
    public void Write(string path, string text) => _folder.Write(path, text);

    /// <summary>The ids of the rules of which something became.</summary>
    public IEnumerable<string> Rules(string verdict) => _result.GetProperty("rules").EnumerateArray()
        .Where(rule => rule.GetProperty("verdict").GetString() == verdict)
        .Select(rule => rule.GetProperty("rule").GetString()!);

    /// <summary>What was found about a rule.</summary>
    public IReadOnlyList<string> Found(string rule) =>
        [.. _result.GetProperty("rules").EnumerateArray().Single(each => each.GetProperty("rule").GetString() == rule)
            .GetProperty("found").EnumerateArray().Select(found => found.GetString()!)];

    /// <summary>Checks a builder of a few lines of shell.</summary>
    /// <param name="change">What it does otherwise than <see cref="ShellAgent"/>.</param>
    /// <param name="options">Options of the check.</param>
    public Task RunShellAsync(string change, params string[] options)
    {
        Write("agent.sh", ShellAgent.With(change));
        return RunAsync([.. options, "--", .. Sh.Words("agent.sh")]);
    }

    public async Task RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        var check = new CheckCommand(
            CheckOptions.Parse(["--json", .. arguments]),
            _folder.Root,
            new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "" },
            AgentStage.Host,
            output,
            Clock);
        var conforms = await check.RunAsync(_guard.Token);
        TestContext.Current.TestOutputHelper?.WriteLine(output.ToString());
        _result = JsonElement.Parse(output.ToString());
        Assert.Equal(conforms, Conforms);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _guard.Dispose();
    }
}
