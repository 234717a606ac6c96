using System.Diagnostics;
using System.Runtime.InteropServices;
using Lorch.Testing;

[assembly: LongSet]
[assembly: AssemblyFixture(typeof(Lorch.RealTools.Tests.RealTools))]

namespace Lorch.RealTools.Tests;

/// <summary>The coding tools, installed once in the versions that the lock file pins, and kept between runs.</summary>
public sealed class RealTools : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private string? _missing;

    /// <summary>Gets the folder with the tools' programs.</summary>
    internal static string Programs => Path.Join(Folder, "bin");

    private static string Folder => Path.Join(SourceTree.Root, "artifacts", "real-tools");

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _missing = !LongTests.AreAsked ? "Nobody asked for them."
            : !OperatingSystem.IsLinux()
                || RuntimeInformation.ProcessArchitecture is not Architecture.X64 ? "The pinned tools are those for Linux on x64."
            : await InstallAsync();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal void SkipUnlessThere()
    {
        LongTests.SkipUnlessAsked();
        Assert.SkipWhen(_missing is not null, _missing ?? "");
    }

    private static async Task<string?> InstallAsync()
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (Array.Find(["node", "npm"], program => !path.Any(folder => File.Exists(Path.Join(folder, program)))) is { } absent)
        {
            return $"There is no {absent} in the PATH, so the real tools can't be installed.";
        }

        using var install = Process.Start(new ProcessStartInfo(
            "sh",
            [Path.Join(SourceTree.Root, "tests/Lorch.RealTools.Tests/Tools/install.sh"), Folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        using var guard = new CancellationTokenSource(Patience, TimeProvider.System);
        try
        {
            var output = Task.WhenAll(
                install.StandardOutput.ReadToEndAsync(guard.Token),
                install.StandardError.ReadToEndAsync(guard.Token));
            await install.WaitForExitAsync(guard.Token);
            return install.ExitCode == 0 ? null : $"The real tools can't be installed here: {string.Concat(await output).Trim()}";
        }
        catch (OperationCanceledException)
        {
            install.Kill(entireProcessTree: true);
            return "The real tools couldn't be installed in two minutes.";
        }
    }
}
