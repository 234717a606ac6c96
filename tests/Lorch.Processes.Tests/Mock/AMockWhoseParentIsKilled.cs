using System.Diagnostics;
using System.Globalization;
using Lorch.Core.Protocol;
using Lorch.Processes.Tests.Agents;

namespace Lorch.Processes.Tests.Mock;

public sealed class AMockWhoseParentIsKilled
{
    [Fact]
    public async Task Ends_in_mid_command_because_its_input_ends()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no SIGKILL.");
        await using var stage = new AgentStage();
        var folder = stage.Workspace.Root;
        stage.Workspace.Write("script.json", """{"responses":{"implement":{"delay_ms":600000,"events":[{"type":"builder.completed"}]}}}""");
        await File.WriteAllBytesAsync(Path.Join(folder, "command"), MessageJson.GetLine(AgentStage.Command()), stage.Token);

        // The shell alone holds the writing end of the mock's input. Killed so, it can tell the mock nothing.
        const string shell = """
            mkfifo in
            "$1" "$2" mock --type builder --script script.json --heartbeat-interval 1 <in >out 2>&1 &
            exec 3>in
            echo $! >pid
            cat command >&3
            read never
            """;
        var start = new ProcessStartInfo("sh", ["-c", shell, "sh", AgentStage.Host.DotnetPath, AgentStage.Host.AgentAssemblyPath])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
        };
        using var parent = Process.Start(start)!;
        var mock = int.Parse(await stage.LineOfAsync("pid"), CultureInfo.InvariantCulture);
        await WaitForAsync(stage, "\"busy\"");

        parent.Kill();
        await stage.GoneAsync(mock);

        Assert.DoesNotContain("builder.completed", stage.Workspace.Read("out"), StringComparison.Ordinal);
    }

    private static async Task WaitForAsync(AgentStage stage, string text)
    {
        while (!(await stage.LineOfAsync("out")).Contains(text, StringComparison.Ordinal))
        {
            stage.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
