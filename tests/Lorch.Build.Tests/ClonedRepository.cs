using System.Diagnostics;
using Lorch.Build.Tests;
using Lorch.Testing;

[assembly: AssemblyFixture(typeof(ClonedRepository))]

namespace Lorch.Build.Tests;

/// <summary>
/// The package, made once for all tests from what was built with them; and a fresh clone in a folder with an awkward name, for the long
/// ones.
/// </summary>
/// <remarks>
/// The package caches are empty at first: one for what the clone needs, one for what uses the package. What the first is filled from is the
/// cache of the machine, which holds everything since these tests were built, so that no network is needed.
/// </remarks>
public sealed class ClonedRepository : IAsyncLifetime
{
    private static readonly string Configuration =
        Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)))!;

    private readonly string _folder = Directory.CreateTempSubdirectory("lorch-clone-").FullName;

    /// <summary>Gets the root of the repository that these tests belong to.</summary>
    public static string Repository => SourceTree.Root;

    /// <summary>Gets the version of the package: that of the task assembly which was built with these tests.</summary>
    public static string Version { get; } =
        FileVersionInfo.GetVersionInfo(Path.Combine(Repository, "src", "Lorch.Build", "bin", Configuration, "net10.0", "Lorch.Build.dll"))
            .ProductVersion!.Split('+')[0];

    /// <summary>Gets the clone's root.</summary>
    public string Root => Path.Combine(_folder, "a b ü");

    /// <summary>Gets the folder that holds the package.</summary>
    public string Feed => Path.Combine(_folder, "feed");

    /// <summary>Gets the cache of those who use the package; it holds nothing else.</summary>
    public string ConsumerPackages => Path.Combine(_folder, "consumer-packages");

    /// <summary>Gets what builds the clone; without analyzers, which have judged the same sources when these tests were built.</summary>
    internal Dotnet Dotnet => new(Root, Path.Combine(_folder, "packages")) { Environment = { ["RunAnalyzers"] = "false" } };

    /// <summary>What git said of the clone before anything was run in it.</summary>
    internal string StatusBefore { get; private set; } = "";

    /// <summary>What packing did.</summary>
    internal CommandResult Packing { get; private set; } = null!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "nuget.config"), NuGetConfig(("machine", MachineCache())));
        Packing = await PackAsync(Feed);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Packs what was built with these tests, in their configuration.</summary>
    internal static Task<CommandResult> PackAsync(string feed) => new Dotnet(Repository, MachineCache())
        .RunAsync("pack", "src/Lorch.Build", "--no-build", "-c", Configuration, "-o", feed, $"-p:MinVerVersionOverride={Version}");

    /// <summary>Makes the clone, and runs the README's command in it.</summary>
    internal async Task<CommandResult> CloneAsync()
    {
        Clone(Repository);
        StatusBefore = Status();
        return await Dotnet.RunAsync(HelloLorch.Command);
    }

    internal static string NuGetConfig(params (string Name, string Path)[] sources) => $"""
        <configuration>
          <packageSources>
            <clear />
            {string.Join("\n    ", sources.Select(source => $"<add key=\"{source.Name}\" value=\"{source.Path}\" />"))}
          </packageSources>
        </configuration>
        """;

    /// <summary>Copies a sample that uses the package, and names the package's version in it.</summary>
    internal static void CheckOutSample(string name, string to)
    {
        CheckOut($"samples/{name}", to);
        foreach (var file in Directory.EnumerateFiles(to, "*.*proj", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(to, "*.targets", SearchOption.AllDirectories)))
        {
            File.WriteAllText(file, File.ReadAllText(file).Replace("0.1.0", Version, StringComparison.Ordinal));
        }
    }

    /// <summary>Copies a folder of the repository as a commit of the present state would hold it.</summary>
    internal static void CheckOut(string folder, string to)
    {
        var from = Path.Combine(Repository, folder);
        foreach (var file in Files(from))
        {
            CopyFile(from, to, file);
        }
    }

    internal static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            CopyFile(from, to, Path.GetRelativePath(from, file));
        }
    }

    internal string Status() => Git(Root, "status", "--porcelain", "--untracked-files=all");

    private void Clone(string repository)
    {
        foreach (var file in Files(repository))
        {
            CopyFile(repository, Root, file);
        }

        Git(Root, "init", "--quiet");
        Git(Root, "add", "--all");
    }

    // What a commit of the present state would hold.
    private static IEnumerable<string> Files(string folder) =>
        Git(folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard").Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Where(file => File.Exists(Path.Combine(folder, file)));

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
        return git.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"git {string.Join(' ', arguments)} ended with {git.ExitCode}.");
    }

    private static string MachineCache() =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
}
