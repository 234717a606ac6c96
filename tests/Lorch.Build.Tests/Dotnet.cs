using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Lorch.Build.Tests;

/// <summary>Runs <c>dotnet</c> in a folder as a person would, with none of the variables that the test's own build left behind.</summary>
internal sealed class Dotnet(string folder, string packagesFolder)
{
    // A machine under load takes its time; only a hang takes this long.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    private static readonly string[] Leftovers =
        ["MSBUILD", "_MSBUILD", "DOTNET_HOST_PATH", "DOTNET_CLI", "VSTEST", "LORCH", "TASK", "RUN", "NUGET_PACKAGES", "CI"];

    public string Folder => folder;

    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    public Task<CommandResult> RunAsync(params string[] arguments) => RunAsync("", _ => false, arguments);

    /// <summary>Sends the process a signal as soon as a line is seen; INT is what Ctrl+C sends.</summary>
    public Task<CommandResult> RunAsync(string signal, Predicate<string> at, params string[] arguments) => RunAsync(
        signal.Length > 0 && IgnoresSignals()
            ? Describe("env", ["--default-signal=INT,HUP", "dotnet", .. arguments])
            : Describe("dotnet", arguments),
        signal,
        at);

    /// <summary>
    /// Runs it as a person does who looks at a terminal of 120 columns: the output holds what moves the cursor and sets colours. Linux
    /// only.
    /// </summary>
    public Task<CommandResult> RunOnTerminalAsync(params string[] arguments)
    {
        var start = Describe(
            "script",
            [
                "--quiet",
                "--return",
                "--flush",
                "--command",
                $"stty rows 40 cols 120; exec dotnet {string.Join(' ', arguments)}",
                "/dev/null"
            ]);
        start.Environment["TERM"] = "xterm-256color";
        return RunAsync(start, "", _ => false);
    }

    private async Task<CommandResult> RunAsync(ProcessStartInfo start, string signal, Predicate<string> at)
    {
        using var process = Process.Start(start)!;
        using var guard = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        guard.CancelAfter(Patience);
        var output = new StringBuilder();
        try
        {
            var errors = process.StandardError.ReadToEndAsync(guard.Token);
            var sent = false;
            while (await process.StandardOutput.ReadLineAsync(guard.Token) is { } line)
            {
                output.AppendLine(line);
                if (!sent && at(line))
                {
                    sent = true;
                    Send(signal, process.Id);
                }
            }

            output.Append(await errors);
            await process.WaitForExitAsync(guard.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException(
                $"{start.FileName} {string.Join(' ', start.ArgumentList)} in {folder} didn't end. So far it said:\n{output}");
        }

        return new CommandResult($"{start.FileName} {string.Join(' ', start.ArgumentList)}", process.ExitCode, output.ToString());
    }

    /// <summary>Runs a shell's commands one after the other, up to the first that fails. Not on Windows.</summary>
    public Task<CommandResult> ShellAsync(params string[] commands) =>
        RunAsync(Describe("sh", ["-e", "-c", string.Join('\n', commands)]), "", _ => false);

    /// <summary>
    /// Starts <c>dotnet</c> at the head of a process group of its own, so that all of it can be killed at once; Linux only.
    /// </summary>
    public Process StartGroup(params string[] arguments) => Process.Start(Describe("setsid", ["dotnet", .. arguments]))!;

    // What a script starts in the background, or with nohup, inherits signals that are ignored, and hands that on to the build.
    private static bool IgnoresSignals()
    {
        const string Status = "/proc/self/status";
        const ulong HangUpAndInterrupt = 0b11;
        var ignored = File.Exists(Status)
            ? File.ReadLines(Status).First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))["SigIgn:".Length..]
            : "0";
        return (ulong.Parse(ignored.Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & HangUpAndInterrupt) != 0;
    }

    private static void Send(string signal, int processId)
    {
        using var kill = Process.Start("kill", [$"-{signal}", processId.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private ProcessStartInfo Describe(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(
            name => Leftovers.Any(left => name.StartsWith(left, StringComparison.OrdinalIgnoreCase)))
            .ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["NUGET_PACKAGES"] = packagesFolder;
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        // A process that stays would keep the first task assembly that it loaded, and be left over.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        // A build of a second has no hot code: watching for it took a quarter of the processor time of one that is up to date
        // (1.05 s, without 0.75 s; medians of 4, in turns).
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }
}

/// <summary>What a command did.</summary>
internal sealed record CommandResult(string Command, int ExitCode, string Output)
{
    /// <summary>Fails the test with the whole output unless the command succeeded.</summary>
    public CommandResult Succeeded() =>
        ExitCode == 0 ? this : throw new Xunit.Sdk.XunitException($"{Command} ended with {ExitCode}:\n{Output}");

    /// <summary>Fails the test with the whole output unless the command failed.</summary>
    public CommandResult Failed() => ExitCode != 0 ? this : throw new Xunit.Sdk.XunitException($"{Command} succeeded:\n{Output}");

    public CommandResult Says(string text)
    {
        Assert.Contains(text, Output, StringComparison.Ordinal);
        return this;
    }

    public CommandResult DoesNotSay(string text)
    {
        Assert.DoesNotContain(text, Output, StringComparison.Ordinal);
        return this;
    }
}
