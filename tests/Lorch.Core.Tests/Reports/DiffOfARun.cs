using Lorch.Core.Agents;
using Lorch.Core.Protocol;
using Lorch.Core.Reports;
using Lorch.Testing;

namespace Lorch.Core.Tests.Reports;

/// <summary>What a run changed, in the form that diff and patch know.</summary>
public sealed class DiffOfARun : IDisposable
{
    private readonly WorkspaceUnderTest _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData("workspace")]
    [InlineData("view")]
    public async Task Shows_what_is_new_changed_and_removed(string isolation)
    {
        _workspace.Configure([WorkspaceUnderTest.OneTask], $$"""{"isolation":"{{isolation}}"}""");
        _workspace.Write("src/old.txt", "1\n2\n3\n4\n5\n6\n7\n8\n9\n");
        _workspace.Write("docs/gone.md", "gone\n");
        _workspace.Agents.Answer = command =>
        {
            if (command.Action is not AgentAction.Implement)
            {
                return _workspace.Agents.Play(command);
            }

            File.Delete(Path.Join(_workspace.Agents.Root, "docs/gone.md"));
            Artifact[] made =
            [
                _workspace.Agents.Produce("src/hello.txt", "hello\n"),
                _workspace.Agents.Produce("src/old.txt", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n10\n"),
            ];
            var said = _workspace.Agents.Say(command, EventName.BuilderCompleted, artifacts: made).Event;
            return [new AgentSignal.Spoke(said with { Removed = [RelativePath.Parse("docs/gone.md")] })];
        };
        var run = (await _workspace.RunAsync()).RunId;

        var lines = _workspace.Open().Diff(null, CancellationToken.None);

        Assert.StartsWith($"{run} of T-1: ", lines[0], StringComparison.Ordinal);
        var text = string.Join('\n', lines);
        Assert.Contains("--- a/docs/gone.md\n+++ /dev/null\n@@ -1 +0,0 @@\n-gone", text, StringComparison.Ordinal);
        Assert.Contains("--- /dev/null\n+++ b/src/hello.txt\n@@ -0,0 +1 @@\n+hello", text, StringComparison.Ordinal);
        Assert.Contains(
            "--- a/src/old.txt\n+++ b/src/old.txt\n@@ -2,8 +2,9 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n 9\n+10",
            text,
            StringComparison.Ordinal);
        Assert.Equal(lines, _workspace.Open().Diff(run, CancellationToken.None));
    }

    [Fact]
    public void Says_so_when_there_is_nothing_to_show()
    {
        Assert.Equal(["no run has worked a task yet"], _workspace.Open().Diff(null, CancellationToken.None));
        var refused = Assert.Throws<LorchException>(
            () => _workspace.Open().Diff(RunId.Parse("run-20990101-000000-00000000"), CancellationToken.None));
        Assert.Equal(DiagnosticCode.RunNotFound, refused.Diagnostic.Code);
    }

    [Fact]
    public async Task Says_so_when_what_was_recorded_is_gone()
    {
        await _workspace.RunAsync();
        Directory.Delete(_workspace.At("reports"), recursive: true);

        Assert.EndsWith(
            "what it changed isn't kept any more",
            Assert.Single(_workspace.Open().Diff(null, CancellationToken.None)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Whoever_applies_it_gets_what_the_run_made()
    {
        var random = new Random(1);
        for (var round = 0; round < 500; round++)
        {
            var (before, after) = (AnyLines(random), AnyLines(random));
            var patch = UnifiedDiff.Of(StoryUnderTest.Change(Text(before), Text(after)));

            Assert.Equal(after, before.SequenceEqual(after) ? before : Apply(before, patch.Skip(3)));
        }
    }

    private static string Text(List<string> lines) => string.Concat(lines.Select(line => $"{line}\n"));

    private static List<string> AnyLines(Random random) =>
        [.. Enumerable.Range(0, random.Next(1, 30)).Select(number => random.Next(3) == 0 ? "other" : $"{number}")];

    /// <summary>Applies hunks as patch does, and insists that each stands where it says.</summary>
    private static List<string> Apply(List<string> before, IEnumerable<string> patch)
    {
        var (after, next) = (new List<string>(), 0);
        foreach (var line in patch)
        {
            if (line.StartsWith("@@ -", StringComparison.Ordinal))
            {
                var span = line[4..line.IndexOf(' ', 4)].Split(',');
                var start = int.Parse(span[0], null) - (span is [_, "0"] ? 0 : 1);
                after.AddRange(before.Skip(next).Take(start - next));
                next = start;
                continue;
            }

            if (line[0] is not '+')
            {
                Assert.Equal(before[next++], line[1..]);
            }

            if (line[0] is not '-')
            {
                after.Add(line[1..]);
            }
        }

        return [.. after, .. before.Skip(next)];
    }
}
