using System.IO.Compression;
using System.Text.Json;
using System.Xml.Linq;

namespace Lorch.Build.Tests;

public sealed class PackageContents(ClonedRepository clone)
{
    private static readonly string[] MadeByNuGet = ["_rels/.rels", "[Content_Types].xml"];

    [Fact]
    public void Holds_exactly_these_files()
    {
        using var package = Open();

        var files = package.Entries.Select(entry => entry.FullName)
            .Where(name => !MadeByNuGet.Contains(name) && !name.StartsWith("package/", StringComparison.Ordinal) && !name.StartsWith("schemas/v1/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

        Assert.Equal(
            [
                "Lorch.Build.nuspec",
                "README.md",
                "Sdk/Sdk.props",
                "Sdk/Sdk.targets",
                "build/Lorch.Build.props",
                "build/Lorch.Build.targets",
                "build/Lorch.OnBuild.targets",
                "build/Lorch.Runner.proj",
                "build/Lorch.Tasks.targets",
                "buildMultiTargeting/Lorch.Build.props",
                "buildMultiTargeting/Lorch.Build.targets",
                "buildTransitive/Lorch.Build.props",
                "buildTransitive/Lorch.Build.targets",
                "docs/diagnostics.md",
                "tools/lorch-agent/Lorch.Core.dll",
                "tools/lorch-agent/lorch-agent.deps.json",
                "tools/lorch-agent/lorch-agent.dll",
                "tools/lorch-agent/lorch-agent.runtimeconfig.json",
                "tools/net10.0/Lorch.Build.deps.json",
                "tools/net10.0/Lorch.Build.dll",
                "tools/net10.0/Lorch.Core.dll",
            ],
            files);
    }

    [Fact]
    public void Is_a_development_dependency_under_MIT_that_depends_on_nothing()
    {
        using var package = Open();
        using var stream = package.GetEntry("Lorch.Build.nuspec")!.Open();
        var elements = XDocument.Load(stream).Root!.Elements().Single().Elements().ToDictionary(element => element.Name.LocalName, element => element.Value);

        Assert.Equal("true", elements["developmentDependency"]);
        Assert.Equal("MIT", elements["license"]);
        Assert.DoesNotContain("dependencies", elements.Keys);
    }

    [Theory]
    [InlineData("tools/net10.0/Lorch.Build.deps.json")]
    [InlineData("tools/lorch-agent/lorch-agent.deps.json")]
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

    private ZipArchive Open()
    {
        clone.Packing.Succeeded();
        return ZipFile.OpenRead(Directory.GetFiles(clone.Feed, "Lorch.Build.*.nupkg").Single());
    }
}
