using Lorch.Testing;

namespace Lorch.Build.Tests;

/// <summary>Workspaces, projects and package caches in places where builds like to stumble.</summary>
public sealed class AwkwardPlaces(ClonedRepository clone)
{
    [LongSet]
    [Fact]
    public async Task A_workspace_behind_a_link_is_the_same_workspace()
    {
        LongTests.SkipUnlessAsked();
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights there.");
        using var project = new LorchProject(clone);
        var link = Path.Combine(project.Root, "..", $"{Path.GetFileName(project.Root)}-link");
        Directory.CreateSymbolicLink(link, project.Root);
        try
        {
            var behind = new Dotnet(link, clone.ConsumerPackages);

            (await behind.RunAsync(LorchProject.WithoutRestore("-t:LorchRun", "-p:Task=T-1"))).Succeeded();
            (await project.MsBuildAsync("-t:LorchRun", "-p:Task=T-1")).Succeeded().Says("T-1 up to date");
            (await behind.RunAsync(LorchProject.WithoutRestore("-t:LorchVerify"))).Succeeded();

            Assert.Single(project.Records.Ledgers);
        }
        finally
        {
            Directory.Delete(link);
        }
    }

    [LongSet]
    [Fact]
    public async Task A_build_writes_nothing_into_the_package_cache()
    {
        LongTests.SkipUnlessAsked();
        using var project = new LorchProject(clone);
        var cache = Path.Combine(project.Root, ".packages");
        var dotnet = new Dotnet(project.Root, cache);
        (await dotnet.RunAsync("build", "lorch.proj", "-tl:off")).Succeeded();
        Forbid(cache, write: true);
        var before = Stamps(cache);
        try
        {
            (await dotnet.RunAsync("build", "lorch.proj", "-tl:off", "-t:LorchRun")).Succeeded();
            (await dotnet.RunAsync("build", "lorch.proj", "-tl:off", "-t:LorchStatus;LorchVerify")).Succeeded();

            Assert.Equal(before, Stamps(cache));
        }
        finally
        {
            Forbid(cache, write: false);
        }
    }

    [LongSet]
    [Fact]
    public async Task A_project_its_workspace_and_its_packages_may_lie_in_folders_with_odd_names()
    {
        LongTests.SkipUnlessAsked();

        // What NuGet writes for such a project isn't imported from a folder with '$('; a plain project takes that too (WaysIn).
        const string odd = "a b 'q' & ü";
        using var project = new LorchProject(clone);
        var root = CopyTo(project, Path.Combine(project.Root, odd));
        project.Write($"{odd}/App ' ü/App.csproj", new CSharpProject());

        var dotnet = new Dotnet(root, Path.Combine(root, "packages & ' ü"));
        (await dotnet.RunAsync("build", "App ' ü", "-tl:off", "-t:LorchRun", "-p:Task=T-1")).Succeeded();

        Assert.True(new Records(root).Has("receipts/T-1/completion.json"));
    }

    [LongSet]
    [Fact]
    public async Task A_workspace_may_lie_very_deep()
    {
        LongTests.SkipUnlessAsked();
        using var project = new LorchProject(clone);
        var deep = Path.Combine([project.Root, .. Enumerable.Repeat(new string('d', 60), 12)]);

        var result = await new Dotnet(
            CopyTo(project, deep),
            clone.ConsumerPackages).RunAsync("build", "lorch.proj", "-tl:off", "-t:LorchRun", "-p:Task=T-1");

        result.Succeeded();
        Assert.True(new Records(deep).Has("receipts/T-1/completion.json"));
    }

    private static string CopyTo(LorchProject project, string root)
    {
        foreach (var file in (string[])[
            "lorch.proj",
            "lorch.json",
            "nuget.config",
            "specs/a.md",
            "scripts/builder.json",
            "scripts/reviewer.json",
            "scripts/spec_maintainer.json"
        ])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(root, file))!);
            File.Copy(Path.Combine(project.Root, file), Path.Combine(root, file));
        }

        return root;
    }

    /// <summary>Who runs as root may write all the same: what is compared in the end is what lies there.</summary>
    private static void Forbid(string folder, bool write)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const UnixFileMode all = UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        foreach (var path in Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Append(folder))
        {
            var mode = File.GetUnixFileMode(path);
            File.SetUnixFileMode(path, write ? mode & ~all : mode | UnixFileMode.UserWrite);
        }
    }

    private static List<string> Stamps(string folder) =>
    [
        .. new DirectoryInfo(folder).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
            .Select(info => $"{info.FullName} {info.LastWriteTimeUtc:O}")
            .Order(StringComparer.Ordinal),
    ];
}
