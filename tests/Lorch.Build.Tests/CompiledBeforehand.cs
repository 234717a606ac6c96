using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Lorch.Build.Tests;

public sealed class CompiledBeforehand(ClonedRepository clone)
{
    // What is left has no code of this package in its signature, so no image of it may hold it.
    private const int LeftOfTheSerializer = 30;

    // Virtual methods that are generic themselves, and what the images hold and the runtime doesn't take; 359 in the build alone before
    // calls were followed.
    private const int LeftOfAWholeRun = 200;

    private const string Command =
        """{"kind":"command","message_id":"0198c0de-0000-7000-8000-000000000001","correlation_id":"corr-T-1-review-0","task_id":"T-1","idempotency_key":"ik:1111111111111111111111111111111111111111111111111111111111111111","to":{"agent_type":"reviewer"},"action":"review","inputs":{"goal":"One"},"expected_outputs":[{"path":"src/1.txt"}],"version":{"snapshot_id":"snap-0123456789ab"},"deadline":"2026-01-31T09:05:00.000Z","retry":{"attempt":0,"max_attempts":1},"priority":0}""";

    private const string Script = """{"responses":{"review":{"events":[{"type":"review.completed","status":"approved"}]}}}""";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task An_agent_answers_without_compiling_the_serializer()
    {
        Assert.SkipUnless(RuntimeInformation.RuntimeIdentifier is "linux-x64", "images are shipped for linux-x64 alone");
        var folder = Directory.CreateTempSubdirectory("lorch-ahead-").FullName;
        try
        {
            await ZipFile.ExtractToDirectoryAsync(
                Directory.GetFiles(clone.Feed, "Lorch.Build.*.nupkg").Single(),
                folder,
                TestContext.Current.CancellationToken);
            var compiled = Path.Combine(folder, "compiled.txt");

            var said = await AskAsync(folder, compiled);

            var ofSerializer = (await File.ReadAllLinesAsync(compiled, TestContext.Current.CancellationToken))
                .Where(line => line.Contains("System.Text.Json.Serialization", StringComparison.Ordinal)).ToList();
            Assert.Contains("\"review.completed\"", said, StringComparison.Ordinal);
            Assert.True(
                ofSerializer.Count <= LeftOfTheSerializer,
                $"{ofSerializer.Count} methods were compiled:\n{string.Join('\n', ofSerializer)}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_whole_run_compiles_little_over_structures_of_its_own()
    {
        Assert.SkipUnless(RuntimeInformation.RuntimeIdentifier is "linux-x64", "images are shipped for linux-x64 alone");
        using var project = new LorchProject(clone);
        var compiled = Path.Combine(Path.GetDirectoryName(project.Root)!, $"{Path.GetFileName(project.Root)}.compiled.txt");
        project.Dotnet.Environment["DOTNET_JitStdOutFile"] = compiled;
        project.Dotnet.Environment["DOTNET_JitDisasmSummary"] = "1";
        try
        {
            (await project.BuildAsync("-t:LorchRun", "-p:Task=T-1")).Succeeded();

            var own = (await File.ReadAllLinesAsync(compiled, TestContext.Current.CancellationToken))
                .Where(line => line.Contains("Lorch.", StringComparison.Ordinal)).ToList();
            Assert.True(own.Count is > 0 and <= LeftOfAWholeRun, $"{own.Count} methods were compiled:\n{string.Join('\n', own)}");
        }
        finally
        {
            File.Delete(compiled);
        }
    }

    private static async Task<string> AskAsync(string folder, string compiled)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "script.json"), Script, TestContext.Current.CancellationToken);
        var start = new ProcessStartInfo(
            "dotnet",
            ["tools/lorch-agent/linux-x64/lorch-agent.dll", "mock", "--type", "reviewer", "--script", "script.json"])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["DOTNET_JitStdOutFile"] = compiled;
        start.Environment["DOTNET_JitDisasmSummary"] = "1";
        using var process = Process.Start(start)!;
        using var guard = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        guard.CancelAfter(Patience);
        try
        {
            await process.StandardInput.WriteLineAsync(Command.AsMemory(), guard.Token);
            await process.StandardInput.FlushAsync(guard.Token);
            var answer = "";
            while (!answer.Contains("\"event\"", StringComparison.Ordinal)
                && await process.StandardOutput.ReadLineAsync(guard.Token) is { } line)
            {
                answer = line;
            }

            process.StandardInput.Close();
            await process.WaitForExitAsync(guard.Token);
            return answer;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
