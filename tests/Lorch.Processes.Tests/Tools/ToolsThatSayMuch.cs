using Lorch.Core.Protocol;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Processes.Tests.Tools;

/// <summary>What is too long for a message gets through between a run and its tool, in both directions.</summary>
public sealed class ToolsThatSayMuch : IDisposable
{
    private readonly ToolRun _run = new();

    public void Dispose() => _run.Dispose();

    [LongSet]
    [Theory]
    [InlineData("\"use\": \"exec:builder\"", 65_536)]
    [InlineData("\"use\": \"exec:builder\"", Message.MaxBytes)]
    [InlineData(
        "\"cmd\": [\"lorch-agent\", \"exec\", \"--type\", \"builder\", \"--prompt-via\", \"argument\", \"--\", \"builder\"]",
        Message.MaxBytes)]
    public async Task Get_a_long_goal_to_its_last_word_and_their_changes_are_all_named(string builder, int lineBytes)
    {
        LongTests.SkipUnlessAsked(lineBytes is Message.MaxBytes);
        UnderWine.Skip("2,000 files take it longer than a test may.");
        var goal = $"{new string('\u20ac', 100_000)} and mind the windmill";
        _run.Goal = goal;
        _run.Builder = builder;
        _run.Policy += $", \"message_max_bytes\": {lineBytes}";
        _run.Tool("builder", """
            if [ $# -gt 0 ]; then file=$(printf %s "$1" | sed "s/[^']*'\([^']*\)'.*/\1/"); cat "$file" > "$NOTES/asked"; else cat > "$NOTES/asked"; fi
            mkdir -p src/generated/folder/of/some/depth; echo hello > src/hello.txt
            i=0; while [ $i -lt 2000 ]; do echo $i > src/generated/folder/of/some/depth/file-$i.txt; i=$((i+1)); done; echo done
            """);

        var result = await _run.WorkAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Contains(goal, _run.Note("asked"), StringComparison.Ordinal);
        Assert.Equal(
            2000,
            result.Artifacts.Count(artifact => artifact.Path.ToString().StartsWith("src/generated/", StringComparison.Ordinal)));
        Assert.Single(_run.Story(result), line => line == "implement");
    }

    [Fact]
    public async Task May_find_more_than_a_message_holds()
    {
        _run.Tool("builder", """cat > "$NOTES/asked"; mkdir -p src; echo round >> src/hello.txt; echo done""");
        _run.Tool("reviewer", """
            if [ -e "$NOTES/reviewed" ]; then printf '```json\n{"verdict":"approved","findings":[]}\n```\n'; exit; fi
            touch "$NOTES/reviewed"
            printf '```json\n{"verdict":"changes_requested","findings":[{"file":"src/hello.txt","severity":"error","message":"the first"}'
            i=0; while [ $i -lt 3000 ]; do printf ',{"file":"src/hello.txt","line":1,"severity":"warning","message":"Finding %s: this is what the linter says of the line, at some length"}' $i; i=$((i+1)); done
            printf ']}\n```\n'
            """);

        var result = await _run.WorkAsync();

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        var asked = _run.Note("asked");
        Assert.Contains("the first", asked, StringComparison.Ordinal);
        Assert.Contains("more findings are left out", asked, StringComparison.Ordinal);
        Assert.Contains("The whole of it is in `reviews/T-1.json`", asked, StringComparison.Ordinal);
    }
}
