using System.Diagnostics;
using Lorch.Processes.Tests.Agents;
using Lorch.Testing;

namespace Lorch.Processes.Tests.Checking;

public sealed class TheCheckProgram : IDisposable
{
    private readonly TemporaryWorkspace _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, ":", "It conforms.", "  ok      It answers before the command's deadline\n")]
    [InlineData(
        1, "from=reviewer", "1 broken",
        "  BROKEN  Its events come from the agent type that was asked\n            builder.completed: the builder was asked, not the "
            + "reviewer\n")]
    public async Task Ends_with_what_it_found(int exitCode, string change, string sum, string line)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no sh.");
        _folder.Write("agent.sh", ShellAgent.With(change));

        var (code, output, error) = await RunAsync("check", "--", "sh", "agent.sh");

        Assert.Equal((exitCode, ""), (code, error));
        Assert.Contains(sum, output, StringComparison.Ordinal);
        Assert.Contains(line, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("check --typ builder -- a", "check has no option '--typ'. Did you mean '--type'?")]
    [InlineData("chek -- a", "there is no command 'chek'. Did you mean 'check'?")]
    public async Task Ends_with_2_when_it_is_called_wrongly(string arguments, string problem)
    {
        var (code, output, error) = await RunAsync(arguments.Split(' '));

        Assert.Equal((2, ""), (code, output));
        Assert.Contains(problem, error, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(
            AgentStage.Host.DotnetPath,
            [AgentStage.Host.AgentAssemblyPath, .. arguments])
        {
            WorkingDirectory = _folder.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await error);
    }
}
