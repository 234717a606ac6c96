using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Lorch.Testing;

[assembly: LongSet]
[assembly: AssemblyFixture(typeof(Lorch.Windows.Tests.WindowsByWine))]

namespace Lorch.Windows.Tests;

/// <summary>A Windows that Wine makes, with .NET and the package in it, prepared once and kept between runs.</summary>
public sealed class WindowsByWine : IAsyncLifetime
{
    private static readonly TimeSpan PreparingPatience = TimeSpan.FromMinutes(5);

    private const string Variable = "LORCH_WINE_TESTS";
    private const string WhatDiffers = "core";
    private const string Everything = "1";

    private string? _missing;

    /// <summary>Gets a value indicating whether all of it is asked for, rather than what Windows does otherwise.</summary>
    internal static bool IsWhole => Asked is Everything;

    private static string? Asked => Environment.GetEnvironmentVariable(Variable);

    /// <summary>Gets the folder that is C:\ there.</summary>
    internal static string Drive => Path.Join(Folder, "prefix/drive_c");

    /// <summary>Gets the folder that results are written to, C:\results there.</summary>
    internal static string Results =>
        Environment.GetEnvironmentVariable("LORCH_TEST_RESULTS") is { Length: > 0 } folder ? folder : Path.Join(Folder, "results");

    private static string Folder => Path.Join(SourceTree.Root, "artifacts", "wine");

    private static string Configuration =>
        Path.GetFileName(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)))!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => _missing =
        !LongTests.AreAsked || Asked is not (WhatDiffers or Everything)
            ? $"Wine and a Windows are installed for it: set {Variable} to {WhatDiffers} or {Everything}, with LORCH_LONG_TESTS."
        : !OperatingSystem.IsLinux()
            || RuntimeInformation.ProcessArchitecture is not Architecture.X64 ? "Wine shows Windows on Linux for x64 alone."
        : WindowsRoot.Sdk.Length == 0 ? "There is no SDK beside the runtime that these tests run on."
        : await PrepareAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_missing is null)
        {
            _ = await RunAsync("wineserver", ["-k"], Folder, PreparingPatience);
        }
    }

    /// <summary>Skips the test that calls it where there is no Wine, or too little of it was asked for.</summary>
    /// <param name="isCore">Whether the test shows what Windows does otherwise, in little time.</param>
    internal void SkipUnlessThere(bool isCore = false)
    {
        LongTests.SkipUnlessAsked();
        Assert.SkipWhen(_missing is not null, _missing ?? "");
        Assert.SkipUnless(isCore || IsWhole, $"It takes long under Wine: set {Variable} to {Everything}.");
    }

    /// <summary>Runs dotnet.exe.</summary>
    /// <param name="folder">The folder below C:\ that it runs in, with <c>/</c>.</param>
    /// <param name="patience">How long it may take.</param>
    /// <param name="arguments">Its arguments.</param>
    internal static Task<Outcome> DotnetAsync(string folder, TimeSpan patience, params string[] arguments) =>
        RunAsync("wine", [@"C:\dotnet\dotnet.exe", .. arguments], Path.Join(Drive, folder), patience);

    /// <summary>Starts dotnet.exe and gives the process of this machine that it is.</summary>
    internal static Process StartDotnet(string folder, params string[] arguments) =>
        Process.Start(Describe("wine", [@"C:\dotnet\dotnet.exe", .. arguments], Path.Join(Drive, folder)))!;

    /// <summary>Starts a program of Windows that reads all records of a workspace until it is killed.</summary>
    internal static Process StartReader(string folder)
    {
        var start = Describe("wine", [@"C:\dotnet\dotnet.exe", "--version"], Path.Join(Drive, folder));
        start.Environment[RecordReader.Variable] = @"C:\" + folder.Replace('/', '\\');
        return Process.Start(start)!;
    }

    private static async Task<string?> PrepareAsync()
    {
        Directory.CreateDirectory(Path.Join(Folder, "runtime"));
        Directory.CreateDirectory(Results);
        var prepared = await RunAsync(
            "sh",
            [Path.Join(SourceTree.Root, "tests/Lorch.Windows.Tests/Wine/prepare.sh"), Folder, WindowsRoot.Version],
            Folder,
            PreparingPatience);
        if (prepared.ExitCode != 0)
        {
            return $"Wine can't be had here: {prepared.Output.Trim()}";
        }

        await File.WriteAllTextAsync(Path.Join(Folder, "runtime/runtime.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
              <ItemGroup><PackageDownload Include="Microsoft.NETCore.App.Runtime.win-x64" Version="[{WindowsRoot.Version}]" /></ItemGroup>
            </Project>
            """);
        var restored = await RunAsync(
            "dotnet",
            ["restore", "--packages", Path.Join(Folder, "packages")],
            Path.Join(Folder, "runtime"),
            PreparingPatience);
        if (restored.ExitCode != 0)
        {
            return $"The runtime for Windows can't be had here: {restored.Output.Trim()}";
        }

        var (root, stamp) = (Path.Join(Folder, "dotnet"), $"{WindowsRoot.Version} {WindowsRoot.Sdk}");
        if (!File.Exists(Path.Join(root, "stamp")) || await File.ReadAllTextAsync(Path.Join(root, "stamp")) != stamp)
        {
            WindowsRoot.Make(root, Path.Join(Folder, "packages/microsoft.netcore.app.runtime.win-x64", WindowsRoot.Version));
            await File.WriteAllTextAsync(Path.Join(root, "stamp"), stamp);
        }

        File.Copy(Path.Join(Folder, "dotnet.exe"), Path.Join(root, "dotnet.exe"), overwrite: true);
        await LayPackageAsync(Path.Join(Folder, "package"));
        foreach (var (name, target) in new[]
        {
            (
                "dotnet", root), (
                    "repo", SourceTree.Root), (
                        "results", Results), ("package", Path.Join(Folder, "package")), ("hook", AppContext.BaseDirectory),
        })
        {
            File.Delete(Path.Join(Drive, name));
            File.CreateSymbolicLink(Path.Join(Drive, name), target);
        }

        var version = await DotnetAsync("", PreparingPatience, "--version");
        return version.ExitCode == 0 && version.Output.Contains(WindowsRoot.Sdk, StringComparison.Ordinal)
            ? null
            : $"dotnet.exe doesn't run under Wine: {version.Output}";
    }

    /// <summary>Lays out what the package holds; what is compiled ahead in it is for Linux.</summary>
    private static async Task LayPackageAsync(string folder)
    {
        foreach (var (project, tools) in new[] { ("Lorch.Build", "net10.0"), ("Lorch.Agent", "lorch-agent") })
        {
            var published = await RunAsync(
                "dotnet",
                [
                    "publish",
                    Path.Join(SourceTree.Root, "src", project),
                    "--no-build",
                    "-c",
                    Configuration,
                    "-o",
                    Path.Join(folder, "tools", tools)
                ],
                Folder,
                PreparingPatience);
            Assert.True(published.ExitCode == 0, published.Output);
        }

        foreach (var part in new[] { "build", "buildTransitive", "Sdk", "schemas", "docs" })
        {
            Folders.Copy(Path.Join(SourceTree.Root, part), Path.Join(folder, part));
        }
    }

    private static async Task<Outcome> RunAsync(string program, IEnumerable<string> arguments, string folder, TimeSpan patience)
    {
        using var guard = new CancellationTokenSource(patience, TimeProvider.System);
        using var process = Process.Start(Describe(program, arguments, folder))!;
        var output = new StringBuilder();
        try
        {
            process.OutputDataReceived += Hear;
            process.ErrorDataReceived += Hear;
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            await process.WaitForExitAsync(guard.Token);
            return new Outcome(process.ExitCode, output.ToString());
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return new Outcome(-1, $"It didn't end in {patience}. So far it said:\n{output}");
        }

        void Hear(object sender, DataReceivedEventArgs line)
        {
            lock (output)
            {
                output.AppendLine(line.Data);
            }
        }
    }

    private static ProcessStartInfo Describe(string program, IEnumerable<string> arguments, string folder)
    {
        var start = new ProcessStartInfo(
            program,
            arguments)
        { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(name => name is not ("PATH" or "HOME" or "USER" or "TMPDIR" or "LANG")).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in new[]
        {
            ("WINEPREFIX", Path.Join(Folder, "prefix")), ("WINEARCH", "win64"), ("WINEDEBUG", "-all"), ("DISPLAY", ""),

            // No window that offers to install a browser; assemblies ask for the other library that Wine would install for itself.
            ("WINEDLLOVERRIDES", "mshtml="),

            // Wine 8 makes no memory executable that is mapped twice.
            ("DOTNET_EnableWriteXorExecute", "0"),
            (
                "DOTNET_CLI_TELEMETRY_OPTOUT", "1"), (
                    "DOTNET_NOLOGO", "1"), ("DOTNET_SKIP_FIRST_TIME_EXPERIENCE", "1"), ("DOTNET_CLI_USE_MSBUILD_SERVER", "0"),
            (
                "MSBUILDDISABLENODEREUSE", "1"), (
                    "UseAppHost", "false"), (
                        "UseSharedCompilation", "false"), ("NuGetAudit", "false"), ("AllowMissingPrunePackageData", "true"),
            ("DisableTransitiveFrameworkReferenceDownloads", "true"),
        })
        {
            start.Environment[name] = value;
        }

        if (program == "wine")
        {
            start.Environment["DOTNET_STARTUP_HOOKS"] = @"C:\hook\Lorch.Windows.Tests.dll";
            start.Environment["NUGET_PACKAGES"] = @"C:\nuget";
        }

        return start;
    }
}

/// <summary>What a program did.</summary>
internal sealed record Outcome(int ExitCode, string Output);
