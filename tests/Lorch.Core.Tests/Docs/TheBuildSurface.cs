using System.Text.RegularExpressions;
using System.Xml.Linq;
using Lorch.Testing;

namespace Lorch.Core.Tests.Docs;

/// <summary>The page of the build surface against the files that make it.</summary>
public sealed partial class TheBuildSurface
{
    private static readonly string[] Files =
    [
        "build/Lorch.Build.props",
        "build/Lorch.Build.targets",
        "build/Lorch.Paths.targets",
        "build/Lorch.Values.targets",
        "build/Lorch.OnBuild.targets",
        "build/Lorch.Reports.targets",
    ];

    private static readonly string[] Items = ["LorchTask", "LorchArtifact", "LorchFinding"];

    [Fact]
    public void Names_every_target_and_no_other() => Assert.Equal(
        Documents.SelectMany(file => file.Descendants("Target"))
            .Select(target => target.Attribute("Name")!.Value)
            .Where(IsPublic)
            .Order(StringComparer.Ordinal),
        NamesUnder("## Targets"));

    [Fact]
    public void Names_every_property_and_no_other() => Assert.Equal(
        Documents.SelectMany(file => Property().Matches(file.ToString()).Select(match => match.Groups[1].Value))
            .Concat(
                Documents.SelectMany(file => file.Descendants("PropertyGroup").Elements())
                    .Select(property => property.Name.LocalName)
                    .Where(IsPublic))
            .Distinct()
            .Order(StringComparer.Ordinal),
        NamesUnder("## Properties"));

    [Fact]
    public void Names_every_item_and_no_other()
    {
        var used = Documents.SelectMany(file => Item().Matches(file.ToString()).Select(match => match.Groups[1].Value)).Distinct();

        Assert.Empty(used.Except(Items));
        Assert.Equal(Items.Order(StringComparer.Ordinal), NamesUnder("## Items"));
    }

    [Theory]
    [InlineData("build/Lorch.Build.targets")]
    [InlineData("build/Lorch.OnBuild.targets")]
    public void Reads_a_value_as_it_is_meant_and_not_as_it_was_given(string file)
    {
        var meant = ((string[])["build/Lorch.Paths.targets", "build/Lorch.Values.targets"])
            .SelectMany(name => Load(name).Descendants("PropertyGroup").Elements())
            .Select(property => property.Name.LocalName)
            .Where(IsPublic)
            .ToHashSet(StringComparer.Ordinal);

        Assert.DoesNotContain(Property().Matches(Load(file).ToString()).Select(match => match.Groups[1].Value), meant.Contains);
    }

    [Fact]
    public void Declares_each_task_once()
    {
        var classes = Directory.GetFiles(Path.Combine(SourceTree.Root, "src", "Lorch.Build"), "Lorch*.cs")
            .Where(file => File.ReadAllText(file).Contains("\n[MSBuildMultiThreadableTask]\n", StringComparison.Ordinal))
            .Select(file => "Lorch.Build." + Path.GetFileNameWithoutExtension(file))
            .Order(StringComparer.Ordinal);

        var declared = Load("build/Lorch.Tasks.targets").Descendants("UsingTask").ToList();

        Assert.Equal(classes, declared.Select(task => task.Attribute("TaskName")!.Value));
        Assert.All(declared, task => Assert.Equal("$(_LorchTaskFactory)", task.Attribute("TaskFactory")!.Value));
    }

    private static XDocument Load(string file) => XDocument.Load(Path.Combine(SourceTree.Root, file));

    private static IEnumerable<XDocument> Documents => Files.Select(Load);

    private static bool IsPublic(string name) => !name.StartsWith('_');

    private static IEnumerable<string> NamesUnder(string heading)
    {
        var text = Document.Read("msbuild.md").Text;
        var start = text.IndexOf(heading, StringComparison.Ordinal);
        var end = text.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        return Row().Matches(text[start..end]).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal);
    }

    [GeneratedRegex(@"\$\((Lorch\w+)\)")]
    private static partial Regex Property();

    [GeneratedRegex(@"@\((Lorch\w+)")]
    private static partial Regex Item();

    [GeneratedRegex(@"^\| `(\w+)`", RegexOptions.Multiline)]
    private static partial Regex Row();
}
