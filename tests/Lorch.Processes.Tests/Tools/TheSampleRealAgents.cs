using Lorch.Core;
using Lorch.Core.Runs.Contract;
using Lorch.Testing;

namespace Lorch.Processes.Tests.Tools;

/// <summary>The sample RealAgents works, if Claude Code does what a stand-in does in its place.</summary>
public sealed class TheSampleRealAgents : IDisposable
{
    private const string Program = """
        if test "$1" = --version; then echo '2.1.331 (Claude Code)'; exit 0; fi
        prompt=$(cat)
        case "$prompt" in
          *'You are the builder'*)
            mkdir -p src tests; answer='I wrote it.'
            if test -f src/slug.sh; then end=0; else end=1; fi
            echo 'slug() { tr A-Z a-z; }' > src/slug.sh; echo "exit $end" > tests/slug.sh ;;
          *'You are the reviewer'*) answer='```json\n{\"verdict\":\"approved\",\"findings\":[]}\n```' ;;
          *) answer='```json\n{\"verdict\":\"no_changes_needed\",\"findings\":[]}\n```' ;;
        esac
        printf '{"type":"result","is_error":false,"result":"%s","total_cost_usd":0.01,"usage":{"input_tokens":10,"output_tokens":3}}\n' "$answer"
        """;

    private readonly ToolRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Goes_back_to_the_builder_when_its_tests_fail_and_then_completes()
    {
        _run.Tool("claude", Program);
        if (OperatingSystem.IsWindows())
        {
            // The sample's tests are a script.
            _run.Tool("sh", "exec sh \"$@\"");
        }

        var result = await _run.WorkSampleAsync(Path.Join(SourceTree.Root, "samples", "RealAgents"), "T-0001");

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.DoesNotContain(result.Diagnostics, diagnostic => diagnostic.Severity is DiagnosticSeverity.Error);
        Assert.Equal(
            [
                "implement", "builder.completed", "implement_changes", "builder.completed", "review", "review.completed approved",
                "update_spec", "spec.no_changes_needed"
            ],
            _run.Story(result));
    }
}
