using System.Diagnostics;
using System.IO.Compression;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Xml.Linq;
using Lorch.Testing;

namespace Lorch.Build.Tests;

public sealed class PackageContents(ClonedRepository clone)
{
    private static readonly string[] MadeByNuGet = ["_rels/.rels", "[Content_Types].xml"];

    [Fact]
    public void Holds_exactly_these_files()
    {
        using var package = Open();

        var files = package.Entries.Select(entry => entry.FullName)
            .Where(
                name => !MadeByNuGet.Contains(name)
                    && !name.StartsWith("package/", StringComparison.Ordinal)
                    && !name.StartsWith("schemas/v1/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

        Assert.Equal(
            [
                "Lorch.Build.nuspec",
                "README.md",
                "Sdk/Sdk.props",
                "Sdk/Sdk.targets",
                "Sdk/Solution.targets",
                "THIRD-PARTY-NOTICES.txt",
                "build/Lorch.Build.props",
                "build/Lorch.Build.targets",
                "build/Lorch.OnBuild.targets",
                "build/Lorch.Paths.targets",
                "build/Lorch.Reports.targets",
                "build/Lorch.Tasks.targets",
                "build/Lorch.Values.targets",
                "build/Lorch.proj",
                "buildMultiTargeting/Lorch.Build.props",
                "buildMultiTargeting/Lorch.Build.targets",
                "buildTransitive/Lorch.Build.props",
                "buildTransitive/Lorch.Build.targets",
                "docs/diagnostics.md",
                "icon.png",
                "tools/lorch-agent/Lorch.Core.dll",
                "tools/lorch-agent/YamlDotNet.dll",
                "tools/lorch-agent/linux-x64/Lorch.Core.dll",
                "tools/lorch-agent/linux-x64/YamlDotNet.dll",
                "tools/lorch-agent/linux-x64/lorch-agent.deps.json",
                "tools/lorch-agent/linux-x64/lorch-agent.dll",
                "tools/lorch-agent/linux-x64/lorch-agent.runtimeconfig.json",
                "tools/lorch-agent/lorch-agent.deps.json",
                "tools/lorch-agent/lorch-agent.dll",
                "tools/lorch-agent/lorch-agent.runtimeconfig.json",
                "tools/net10.0/Lorch.Build.deps.json",
                "tools/net10.0/Lorch.Build.dll",
                "tools/net10.0/Lorch.Core.dll",
                "tools/net10.0/YamlDotNet.dll",
                "tools/net10.0/linux-x64/Lorch.Build.deps.json",
                "tools/net10.0/linux-x64/Lorch.Build.dll",
                "tools/net10.0/linux-x64/Lorch.Core.dll",
                "tools/net10.0/linux-x64/YamlDotNet.dll",
            ],
            files);
    }

    [Fact]
    public void Brings_the_schema_of_every_format()
    {
        using var package = Open();

        var schemas = package.Entries.Select(entry => entry.FullName)
            .Where(name => name.StartsWith("schemas/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

        Assert.Equal(
            Directory.GetFiles(Path.Combine(ClonedRepository.Repository, "schemas", "v1"))
                .Select(file => $"schemas/v1/{Path.GetFileName(file)}")
                .Order(StringComparer.Ordinal),
            schemas);
    }

    [Fact]
    public void Is_a_development_dependency_under_MIT_that_depends_on_nothing_and_says_what_it_is()
    {
        using var package = Open();
        var elements = Nuspec(clone.Feed);

        Assert.Equal("true", elements["developmentDependency"].Value);
        Assert.Equal(("MIT", "expression"), (elements["license"].Value, elements["license"].Attribute("type")!.Value));
        Assert.DoesNotContain("dependencies", elements.Keys);
        Assert.Equal(("Lorch.Build", ClonedRepository.Version), (elements["id"].Value, elements["version"].Value));
        Assert.All(["title", "authors", "description", "copyright", "tags"], name => Assert.NotEmpty(elements[name].Value));
        Assert.Equal("git", elements["repository"].Attribute("type")!.Value);
        Assert.All(["readme", "icon"], name => Assert.NotNull(package.GetEntry(elements[name].Value)));
    }

    [Theory]
    [InlineData("tools/net10.0/Lorch.Build.dll")]
    [InlineData("tools/net10.0/Lorch.Core.dll")]
    [InlineData("tools/lorch-agent/lorch-agent.dll")]
    [InlineData("tools/lorch-agent/Lorch.Core.dll")]
    [InlineData("tools/net10.0/linux-x64/Lorch.Build.dll")]
    [InlineData("tools/net10.0/linux-x64/Lorch.Core.dll")]
    [InlineData("tools/lorch-agent/linux-x64/lorch-agent.dll")]
    [InlineData("tools/lorch-agent/linux-x64/Lorch.Core.dll")]
    public void Every_assembly_of_ours_has_the_version_of_the_package_and_its_symbols(string path)
    {
        using var package = Open();
        using var assembly = new PEReader(Read(package, path));

        Assert.Equal(ClonedRepository.Version, InformationalVersionOf(assembly.GetMetadataReader()).Split('+')[0]);
        Assert.Contains(assembly.ReadDebugDirectory(), entry => entry.Type is DebugDirectoryEntryType.EmbeddedPortablePdb);
    }

    [Fact]
    public void Assemblies_in_the_folder_of_a_platform_are_the_others_compiled_beforehand()
    {
        using var package = Open();

        var images = package.Entries.Where(
            entry => entry.FullName.Contains("/linux-x64/", StringComparison.Ordinal)
                && entry.Name.EndsWith(".dll", StringComparison.Ordinal)
                && entry.Name is not "YamlDotNet.dll")
            .ToList();

        Assert.Equal(4, images.Count);
        Assert.All(images, image =>
        {
            using var ahead = new PEReader(Read(package, image.FullName));
            using var plain = new PEReader(Read(package, image.FullName.Replace("/linux-x64/", "/", StringComparison.Ordinal)));
            Assert.Equal(MvidOf(plain), MvidOf(ahead));
            Assert.Equal((0, true), (MachineCodeIn(plain), MachineCodeIn(ahead) > 0));
        });
    }

    [Fact]
    public async Task A_build_loads_the_assemblies_that_were_compiled_for_its_platform_and_the_plain_ones_elsewhere()
    {
        using var project = new LorchProject(clone);

        var here = await project.Dotnet.RunAsync("msbuild", "lorch.proj", "-getProperty:LorchTaskAssembly,LorchAgentAssembly");

        var folder = RuntimeInformation.RuntimeIdentifier is "linux-x64" ? "linux-x64/" : "";
        here.Succeeded().Says($"tools/net10.0/{folder}Lorch.Build.dll").Says($"tools/lorch-agent/{folder}lorch-agent.dll");
    }

    [LongSet]
    [Fact]
    public async Task Is_the_same_when_it_is_packed_again()
    {
        LongTests.SkipUnlessAsked();
        var feed = Path.Combine(Path.GetDirectoryName(clone.Feed)!, "feed-again");

        (await ClonedRepository.PackAsync(feed)).Succeeded();

        Assert.Equal(DigestsOf(clone.Feed), DigestsOf(feed));
    }

    [LongSet]
    [Fact]
    public async Task Is_the_same_when_it_is_built_elsewhere_and_names_the_commit()
    {
        LongTests.SkipUnlessAllAreAsked();

        var one = await PackFreshCloneAsync("one");
        var other = await PackFreshCloneAsync("other with a longer name");

        Assert.Equal(DigestsOf(one), DigestsOf(other));
        var repository = Nuspec(one)["repository"];
        Assert.Equal("https://example.org/lorch.git", repository.Attribute("url")!.Value);
        Assert.Matches("^[0-9a-f]{40}$", repository.Attribute("commit")!.Value);
    }

    [Theory]
    [InlineData("tools/net10.0/Lorch.Build.deps.json")]
    [InlineData("tools/lorch-agent/lorch-agent.deps.json")]
    [InlineData("tools/net10.0/linux-x64/Lorch.Build.deps.json")]
    [InlineData("tools/lorch-agent/linux-x64/lorch-agent.deps.json")]
    public void Every_assembly_that_is_loaded_lies_beside_its_list(string list)
    {
        using var package = Open();
        using var stream = package.GetEntry(list)!.Open();
        var libraries = JsonDocument.Parse(stream).RootElement.GetProperty("targets").EnumerateObject().Single().Value;

        var assemblies = libraries.EnumerateObject()
            .Where(library => library.Value.TryGetProperty("runtime", out _))
            .SelectMany(library => library.Value.GetProperty("runtime").EnumerateObject())
            .Select(file => $"{Path.GetDirectoryName(list)}/{Path.GetFileName(file.Name)}")
            .ToList();

        Assert.NotEmpty(assemblies);
        Assert.All(assemblies, assembly => Assert.NotNull(package.GetEntry(assembly)));
    }

    private static Guid MvidOf(PEReader assembly)
    {
        var metadata = assembly.GetMetadataReader();
        return metadata.GetGuid(metadata.GetModuleDefinition().Mvid);
    }

    private static string InformationalVersionOf(MetadataReader metadata)
    {
        var attribute = metadata.GetAssemblyDefinition().GetCustomAttributes().Select(metadata.GetCustomAttribute)
            .Single(attribute => NameOf(metadata, attribute) == nameof(AssemblyInformationalVersionAttribute));
        var value = metadata.GetBlobReader(attribute.Value);
        // ECMA-335 II.23.3: the prolog, then the one argument.
        value.ReadUInt16();
        return value.ReadSerializedString()!;
    }

    private static string NameOf(MetadataReader metadata, CustomAttribute attribute)
    {
        var constructor = metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor);
        return metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)constructor.Parent).Name);
    }

    private static int MachineCodeIn(PEReader assembly) => assembly.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size;

    private static Dictionary<string, XElement> Nuspec(string feed)
    {
        using var package = Open(feed);
        return XDocument.Load(Read(package, "Lorch.Build.nuspec")).Root!
            .Elements()
            .Single()
            .Elements()
            .ToDictionary(element => element.Name.LocalName);
    }

    private static List<string> DigestsOf(string feed)
    {
        using var package = Open(feed);
        return [.. package.Entries.Select(
            entry => $"{entry.FullName} {Convert.ToHexStringLower(SHA256.HashData(Read(package, entry.FullName).ToArray()))}")
            .Order(StringComparer.Ordinal)];
    }

    private static MemoryStream Read(ZipArchive package, string path)
    {
        var content = new MemoryStream();
        using var stream = package.GetEntry(path)!.Open();
        stream.CopyTo(content);
        content.Position = 0;
        return content;
    }

    private static ZipArchive Open(string feed) => ZipFile.OpenRead(Directory.GetFiles(feed, "Lorch.Build.*.nupkg").Single());

    /// <summary>What a CI would pack: a commit, cloned to a folder of its own.</summary>
    private async Task<string> PackFreshCloneAsync(string name)
    {
        var folder = Path.GetDirectoryName(clone.Root)!;
        var root = Path.Combine(folder, name);
        ClonedRepository.CheckOut(".", root);
        Git(root, "init", "--quiet", "--initial-branch=main");
        Git(root, "remote", "add", "origin", "https://example.org/lorch.git");
        Git(root, "add", "--all");
        Git(
            root,
            "-c",
            "user.name=Test",
            "-c",
            "user.email=test@example.org",
            "commit",
            "--quiet",
            "--message=All",
            "--date=2026-01-31T12:00:00Z");
        var dotnet = new Dotnet(root, Path.Combine(folder, "packages")) { Environment = { ["CI"] = "true", ["RunAnalyzers"] = "false" } };
        (await dotnet.RunAsync("pack", "src/Lorch.Build", "-o", Path.Combine(root, "feed"))).Succeeded();
        return Path.Combine(root, "feed");
    }

    private static void Git(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { WorkingDirectory = folder };
        start.Environment["GIT_COMMITTER_DATE"] = "2026-01-31T12:00:00Z";
        using var git = Process.Start(start)!;
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
    }

    private ZipArchive Open()
    {
        clone.Packing.Succeeded();
        return Open(clone.Feed);
    }
}
