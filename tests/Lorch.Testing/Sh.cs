using System.Runtime.InteropServices;
using Xunit;

namespace Lorch.Testing;

/// <summary>
/// The shell that stand-ins are written in: sh where there is one, elsewhere a program of these tests that reads as much of its language as
/// they use.
/// </summary>
public static class Sh
{
    /// <summary>Gets a value indicating whether the program of these tests is used; LORCH_TEST_SHELL=1 asks for it anywhere.</summary>
    public static bool IsOwn { get; } = OperatingSystem.IsWindows() || Environment.GetEnvironmentVariable("LORCH_TEST_SHELL") == "1";

    private static string Dotnet =>
        Path.GetFullPath(OperatingSystem.IsWindows() ? "../../../dotnet.exe" : "../../../dotnet", RuntimeEnvironment.GetRuntimeDirectory());

    /// <summary>Gives the words that start it.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>The program and all arguments.</returns>
    public static string[] Words(params string[] arguments) =>
        IsOwn ? [Dotnet, Path.Join(AppContext.BaseDirectory, "lorch-test-sh.dll"), .. arguments] : ["sh", .. arguments];

    /// <summary>Skips the test that calls it where a shell can't close its output, so that the other end sees it.</summary>
    public static void SkipWhereItsOutputStaysOpen()
    {
        Assert.SkipWhen(IsOwn && !OperatingSystem.IsWindows(), "The runtime keeps copies of its standard streams there.");
        UnderWine.Skip("its processes keep their standard output open until they end.");
    }

    /// <summary>Writes a program into a folder of the PATH that does as lines of shell say.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">The program's name.</param>
    /// <param name="shell">The lines.</param>
    public static void WriteProgram(string folder, string name, string shell)
    {
        var file = Path.Join(folder, name);
        if (OperatingSystem.IsWindows())
        {
            var script = Path.Join(folder, $"{name}.sh");
            File.WriteAllText(script, $"{shell}\n");
            File.WriteAllText(
                $"{file}.cmd",
                $"@{string.Join(' ', Words(script).Select(word => $"\"{word}\""))} %*\r\n@exit /b %ERRORLEVEL%\r\n");
            return;
        }

        if (IsOwn)
        {
            File.WriteAllText($"{file}.sh", $"{shell}\n");
            shell = $"exec {string.Join(' ', Words($"{file}.sh").Select(word => $"'{word}'"))} \"$@\"";
        }

        File.WriteAllText(file, $"#!/bin/sh\n{shell}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
