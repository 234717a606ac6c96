using System.Globalization;
using System.Text;
using Lorch.Testing;

namespace Lorch.Build.Tests;

/// <summary>What is made of the paths that a user gives, in every form and by every way in: one table, read by one process.</summary>
public sealed class PathsOfProperties(ClonedRepository clone)
{
    // What is given, and what is meant; {P} stands for the project's folder and {H} for the user's own.
    private static readonly (string Given, string Meant)[] Forms =
    [
        ("/some/where", "/some/where"),
        ("/some/where/", "/some/where"),
        ("records", "{P}/records"),
        ("./records", "{P}/records"),
        ("records/", "{P}/records"),
        ("deep\\records", "{P}/deep/records"),
        ("../records/./x/..", "{P}/../records"),
        ("/some/../where", "/where"),
        (" /some/where ", "/some/where"),
        ("\"/some/where\"", "/some/where"),
        ("/some where", "/some where"),
        ("/some%3Bwhere", "/some;where"),
        ("/some%2541", "/some%41"),
        ("/söme/wo'", "/söme/wo'"),
        ("~/records", "{H}/records"),
        ("~", "{H}"),
        ("~records", "{P}/~records"),
    ];

    // The property, whether it is a folder, and what it is if nothing is given.
    private static readonly (string Name, bool IsFolder, string Default)[] Properties =
    [
        ("LorchWorkspaceRoot", true, "{P}"),
        ("LorchStateRoot", true, "{P}"),
        ("LorchConfigFile", false, "{P}/lorch.json"),
        ("LorchViewRoot", true, ""),
        ("LorchStatusFile", false, ""),
    ];

    [Fact]
    public async Task Are_absolute_and_count_from_the_project_wherever_they_are_given()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The paths are those of Linux.");
        using var project = new LorchProject(clone);
        project.Write("show.proj", $"""
            <Project>
              <PropertyGroup>{string.Concat(Properties.Select(property => $"<{property.Name} Condition=\"'$(In{property.Name})' != ''\">$(In{property.Name})</{property.Name}>"))}</PropertyGroup>
              <Import Project="{SourceTree.Root}/build/Lorch.Build.targets" />
              <Target Name="Show"><Message Importance="high" Text="row $(Row)=[{string.Concat(Properties.Select(property => $"$(_{property.Name})|"))}]" /></Target>
            </Project>
            """);
        var calls = new StringBuilder();
        var expected = new List<string>();
        var places = new List<int>();
        foreach (var (property, place) in Properties.Select((property, place) => (property, place)))
        {
            // A file's path has no slash at its end.
            foreach (var (given, meant) in Forms.Where(form => property.IsFolder || !form.Given.EndsWith('/'))
                .Append((Given: "", Meant: property.Default))
                .Append((Given: " ", Meant: property.Default)))
            {
                foreach (var name in (string[])[property.Name, "In" + property.Name])
                {
                    var row = $"{expected.Count}";
                    calls.Append(
                        CultureInfo.InvariantCulture,
                        $"""<MSBuild Projects="show.proj" Targets="Show" Properties="Row={row};{name}={Escape(given)}" />""")
                        .AppendLine();
                    expected.Add($"row {row}: {Meant(project, property, meant)}");
                    places.Add(place);
                }
            }
        }

        project.Write("table.proj", $"<Project><Target Name=\"Table\">{calls}</Target></Project>");

        var result = (await project.Dotnet.RunAsync("msbuild", "table.proj", "-nologo", "-tl:off", "-t:Table")).Succeeded();

        var shown = result.Output.Split('\n')
            .Select(line => line.Trim())
            .Where(line => line.StartsWith("row ", StringComparison.Ordinal) && line.Contains('[', StringComparison.Ordinal))
            .ToList();
        Assert.Equal(
            expected,
            shown.Select(
                (line, row) => $"row {row}: {line[(line.IndexOf('[', StringComparison.Ordinal) + 1)..^1].Split('|')[places[row]]}"));
    }

    // A blank at the end of a value would be lost between two.
    private static string Escape(string given) =>
        given.Replace("\"", "&quot;", StringComparison.Ordinal).Replace(" ", "%20", StringComparison.Ordinal);

    private static string Meant(LorchProject project, (string Name, bool IsFolder, string Default) property, string meant)
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var path = meant.Replace("{P}", project.Root, StringComparison.Ordinal).Replace("{H}", home, StringComparison.Ordinal);
        return path.Length == 0 ? "" : Path.GetFullPath(path, "/") + (property.IsFolder ? "/" : "");
    }
}
