using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Lorch.Testing.Shell;

/// <summary>Starts processes.</summary>
internal static partial class Programs
{
    private static string Self => typeof(Programs).Assembly.Location;

    private static int Main(string[] arguments)
    {
        var text = arguments is ["-c", var given, ..] ? given : File.ReadAllText(arguments[0]);
        var shell = new Interpreter([.. arguments.Skip(arguments is ["-c", ..] ? 3 : 1)], Standard(0), Standard(1), Standard(2));
        try
        {
            return shell.Run(text.Replace("\r\n", "\n", StringComparison.Ordinal));
        }
        catch (Leave leave)
        {
            return leave.Status;
        }
        catch (IOException)
        {
            // Nobody reads what it says any more.
            return 141;
        }
    }

    /// <summary>Starts a text in the background: it shares whatever streams this process has.</summary>
    public static int Start(Interpreter shell, string text)
    {
        using var process = Process.Start(Describe(shell, Environment.ProcessPath!, ["exec", Self, "-c", text]))!;
        return process.Id;
    }

    /// <summary>Runs a program of the PATH.</summary>
    public static int Run(Interpreter shell, List<string> words)
    {
        switch (words[0])
        {
            case "sh":
                using (var process = Process.Start(Describe(shell, Environment.ProcessPath!, ["exec", Self, .. words.Skip(1)]))!)
                {
                    process.WaitForExit();
                    return process.ExitCode;
                }

            case "env" or "setsid" or "nohup":
                var inner = words.Skip(1).SkipWhile(word => word.StartsWith('-') || word.Contains('=', StringComparison.Ordinal)).ToList();
                return Builtins.Run(shell, inner, 0) ?? Utilities.Run(shell, inner) ?? Run(shell, inner);
            case "command" or "which":
                return 1;
        }

        var start = Describe(shell, words[0], words.Skip(1));
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            Task.WaitAll(
                process.StandardOutput.BaseStream.CopyToAsync(shell.Output),
                process.StandardError.BaseStream.CopyToAsync(shell.Error));
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (Win32Exception)
        {
            shell.Complain($"sh: {words[0]}: not found");
            return 127;
        }
    }

    private static ProcessStartInfo Describe(Interpreter shell, string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = shell.Folder, UseShellExecute = false };
        foreach (var (name, value) in shell.Exported)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    /// <summary>A stream whose end the other side sees when it is closed, as the console's own streams don't show.</summary>
    private static FileStream Standard(int number)
    {
        var handle = OperatingSystem.IsWindows() ? GetStandardHandle(-10 - number) : number;
        return new FileStream(
            new SafeFileHandle(handle, ownsHandle: true),
            number == 0 ? FileAccess.Read : FileAccess.Write,
            bufferSize: 0,
            isAsync: false);
    }

    [LibraryImport("kernel32", EntryPoint = "GetStdHandle")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial nint GetStandardHandle(int number);
}
