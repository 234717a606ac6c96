using System.Diagnostics;
using System.Text.Json;

namespace Lorch.RealTools.Tests;

/// <summary>What is exported for pipelines, read by the programs of those who made the format.</summary>
public sealed class PipelinesReadIt(RealTools tools) : IAsyncDisposable
{
    /// <summary>
    /// Rules that ask for what isn't known, or for more than is wanted: an address of the tool, messages by id, the repository, code beside
    /// each result, a page for each rule; and whether the schema's address can be reached, which it can't be here.
    /// </summary>
    private static readonly string[] Allowed = ["SARIF2002", "SARIF2003", "SARIF2005", "SARIF2006", "SARIF2010", "SARIF2011", "SARIF2012"];

    private readonly RealProject _project = new();

    public ValueTask DisposeAsync() => _project.DisposeAsync();

    [Fact]
    public async Task Sarif_is_valid_by_its_schema_and_by_the_rules_of_its_own_validator()
    {
        tools.SkipUnlessThere();
        _project.Write("lorch.json", """
            {
              "version": "1.0",
              "agents": {
                "builder": { "cmd": ["lorch-agent", "mock", "--type", "builder", "--script", "builder.json"] },
                "reviewer": { "cmd": ["lorch-agent", "mock", "--type", "reviewer", "--script", "reviewer.json"] }
              },
              "tasks": [
                { "id": "T-1", "goal": "Greet.", "expected_outputs": [{ "path": "src/a b ä.txt" }] },
                { "id": "T-2", "goal": "Greet." }
              ]
            }
            """);
        _project.Write("builder.json", """
            {"responses":{"implement":{"events":[{"type":"builder.completed",
              "artifacts":[{"path":"src/a b ä.txt","content":"1\n2\n3\n"}]}]}}}
            """);
        _project.Write("reviewer.json", """
            {"responses":{"review":{"events":[{"type":"review.completed","status":"approved","payload":{"findings":[
              {"file":"src/a b ä.txt","line":3,"severity":"error","message":"one [link](http://a) and {0} and \u001b[31m\u202e"},
              {"file":"/etc/passwd","line":-1,"severity":"info","message":"two"},
              {"file":"src/no such.txt","severity":"odd","message":""},
              {"message":"four\nlines"}]}}]}}}
            """);
        await _project.BuildAsync(succeeds: true, "-t:LorchRun");
        await _project.BuildAsync(succeeds: true, "-t:LorchReport", "-p:LorchExport=sarif");

        var problems = await ValidateAsync(_project.At("reports/lorch.sarif"));

        var run = JsonElement.Parse(_project.Read("reports/lorch.sarif")).GetProperty("runs")[0];
        Assert.Equal(8, run.GetProperty("results").GetArrayLength());
        Assert.DoesNotContain(problems, problem => !Allowed.Contains(problem.Rule));
    }

    private async Task<IReadOnlyList<(string Rule, string Where)>> ValidateAsync(string file)
    {
        var output = _project.At("validated.sarif");
        string[] arguments =
        [
            "validate", file, "--output", output, "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning;Note",
            "--kind", "Fail;Open;Review",
        ];
        using var process = Process.Start(
            new ProcessStartInfo(Path.Join(RealTools.Programs, "sarif-multitool"), arguments) { RedirectStandardOutput = true })!;
        var said = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, said);
        return
        [
            .. JsonElement.Parse(await File.ReadAllTextAsync(output, TestContext.Current.CancellationToken))
                .GetProperty("runs")[0].GetProperty("results").EnumerateArray()
                .Select(result => (result.GetProperty("ruleId").GetString()!, result.ToString())),
        ];
    }
}
