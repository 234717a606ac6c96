using System.Diagnostics;
using Lorch.Build.Tests;
using Lorch.Testing;

[assembly: AssemblyFixture(typeof(ClonedRepository))]

namespace Lorch.Build.Tests;

/// <summary>A fresh clone in a folder with an awkward name, and the package that is made from it. Made once for all tests.</summary>
/// <remarks>
/// Its package caches are empty at first: one for what the repository needs, one for what uses the package. What the first is filled from
/// is the cache of the machine, which holds everything since these tests were built, so that no network is needed.
/// </remarks>
public sealed class ClonedRepository : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("lorch-clone-").FullName;

    /// <summary>Gets the root of the repository that these tests belong to.</summary>
    public static string Repository => SourceTree.Root;

    /// <summary>Gets the clone's root.</summary>
    public string Root => Path.Combine(_folder, "a b ü");

    /// <summary>Gets the folder that holds the package.</summary>
    public string Feed => Path.Combine(_folder, "feed");

    /// <summary>Gets the cache of those who use the package; it holds nothing else.</summary>
    public string ConsumerPackages => Path.Combine(_folder, "consumer-packages");

    /// <summary>Gets a copy of the sample in which nobody has run anything.</summary>
    public string Sample => Path.Combine(_folder, "HelloLorch");

    /// <summary>Gets what builds the clone; without analyzers, which have judged the same sources when these tests were built.</summary>
    internal Dotnet Dotnet => new(Root, Path.Combine(_folder, "packages")) { Environment = { ["RunAnalyzers"] = "false" } };

    /// <summary>What the README's command did in the fresh clone.</summary>
    internal CommandResult FirstRun { get; private set; } = null!;

    /// <summary>What git said of the clone before anything was run in it.</summary>
    internal string StatusBefore { get; private set; } = "";

    /// <summary>What packing did.</summary>
    internal CommandResult Packing { get; private set; } = null!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        Clone(Repository);
        Copy(Path.Combine(Root, "samples", "HelloLorch"), Sample);
        StatusBefore = Status();
        await File.WriteAllTextAsync(Path.Combine(_folder, "nuget.config"), NuGetConfig(("machine", MachineCache())));
        FirstRun = await Dotnet.RunAsync(HelloLorch.Command);
        Packing = await Dotnet.RunAsync("pack", "src/Lorch.Build", "-c", "Debug", "-o", Feed);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    internal static string NuGetConfig(params (string Name, string Path)[] sources) => $"""
        <configuration>
          <packageSources>
            <clear />
            {string.Join("\n    ", sources.Select(source => $"<add key=\"{source.Name}\" value=\"{source.Path}\" />"))}
          </packageSources>
        </configuration>
        """;

    internal static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            CopyFile(from, to, Path.GetRelativePath(from, file));
        }
    }

    internal string Status() => Git(Root, "status", "--porcelain", "--untracked-files=all");

    // What a commit of the present state would hold, as a repository of its own.
    private void Clone(string repository)
    {
        var files = Git(repository, "ls-files", "-z", "--cached", "--others", "--exclude-standard").Split('\0', StringSplitOptions.RemoveEmptyEntries);
        foreach (var file in files.Where(file => File.Exists(Path.Combine(repository, file))))
        {
            CopyFile(repository, Root, file);
        }

        Git(Root, "init", "--quiet");
        Git(Root, "add", "--all");
    }

    private static void CopyFile(string from, string to, string file)
    {
        var target = Path.Combine(to, file);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Copy(Path.Combine(from, file), target);
    }

    private static string Git(string folder, params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return git.ExitCode == 0 ? output : throw new InvalidOperationException($"git {string.Join(' ', arguments)} ended with {git.ExitCode}.");
    }

    private static string MachineCache() =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
}
