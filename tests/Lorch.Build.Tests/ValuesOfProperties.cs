using System.Text;
using Lorch.Testing;

namespace Lorch.Build.Tests;

/// <summary>
/// What is made of the switches, numbers and choices that a user gives, by every way in: one table, read by one process, and builds that
/// heed them.
/// </summary>
public sealed class ValuesOfProperties(ClonedRepository clone)
{
    private static readonly (string Given, string Meant)[] Switch =
    [
        (
            "true", "true"), (
                "True", "true"), ("TRUE", "true"), ("yes", "true"), ("On", "true"), ("1", "true"), (" true ", "true"), ("\tYES", "true"),
        ("false", "false"), ("False", "false"), ("no", "false"), ("OFF", "false"), ("0", "false"), (" off ", "false"),
    ];

    private static readonly string[] NoSwitch = ["maybe", "2", "truely", "-1", "yes no", "it's", "(", "a%2541", "warn"];

    private static readonly (string Given, string Meant)[] Whole =
        [("7", "7"), (" 30 ", "30"), ("0", "0"), ("000", "0"), ("007", "7"), ("100000", "100000")];

    private static readonly string[] NoWhole =
        ["x", "-5", "+5", "1.5", "100001", "99999999999999999999", "7 days", "5 0", "1e3", "0x10", "٣", "'"];

    private static readonly (string Given, string Meant)[] Seconds =
        [("0", "0"), ("5", "5"), ("0.5", "0.5"), (".5", ".5"), (" 60 ", "60"), ("05", "5"), ("86400", "86400")];

    private static readonly string[] NoSeconds =
        ["abc", "-5", "+5", "86401", "86400.1", "99999999999999999999", "1,5", "1 000", "10s", "1e3", "0x10", ".", "NaN"];

    // The property, what it is if nothing is given, what can be given and what can't.
    private static readonly (string Name, string Default, (string Given, string Meant)[] Right, string[] Wrong)[] Properties =
    [
        ("LorchEnabled", "true", Switch, NoSwitch),
        ("LorchOnBuild", "false", Switch, NoSwitch),
        ("LorchFresh", "false", Switch, NoSwitch),
        ("LorchForce", "false", Switch, NoSwitch),
        ("LorchTreatFindingsAsErrors", "false", Switch, NoSwitch),
        ("LorchInitProject", "false", Switch, NoSwitch),
        ("LorchInitSolution", "false", Switch, NoSwitch),
        ("LorchInitGitIgnore", "false", Switch, NoSwitch),
        ("LorchPruneDryRun", "", Switch, NoSwitch),
        ("LorchOnDrift", "warn", [("warn", "warn"), ("Fail", "fail"), (" WARN ", "warn")], ["error", "true", "'"]),
        ("LorchStatusFormat", "text", [("text", "text"), ("JSON", "json"), (" json", "json")], ["xml", "1", "("]),
        ("LorchLockTimeout", "10", Seconds, NoSeconds),
        ("LorchPruneDays", "", Whole, NoWhole),
        ("LorchPruneKeep", "", Whole, NoWhole),
    ];

    [Fact]
    public async Task Are_read_in_every_form_and_otherwise_refused_by_name()
    {
        using var project = new LorchProject(clone);
        project.Write("show.proj", $"""
            <Project>
              <PropertyGroup>{string.Concat(Properties.Select(property => $"<{property.Name} Condition=\"'$(In{property.Name})' != ''\">$(In{property.Name})</{property.Name}>"))}</PropertyGroup>
              <Import Project="{SourceTree.Root}/build/Lorch.Build.targets" />
              <Target Name="Show" DependsOnTargets="_LorchCheckValues"><Message Importance="high" Text="row $(Row)=[{string.Concat(Properties.Select(property => $"$(_{property.Name})|"))}]" /></Target>
            </Project>
            """);
        var calls = new StringBuilder();
        var expected = new List<string>();
        foreach (var (property, place) in Properties.Select((property, place) => (property, place)))
        {
            foreach (var (given, meant) in property.Right.Append((Given: "", Meant: property.Default))
                .Append((Given: " ", Meant: property.Default)))
            {
                foreach (var name in (string[])[property.Name, "In" + property.Name])
                {
                    var values = Properties.Select((other, at) => (at == place ? meant : other.Default) + "|");
                    expected.Add($"row {expected.Count}=[{string.Concat(values)}]");
                    calls.AppendLine(Call(expected.Count - 1, name, given));
                }
            }

            foreach (var given in property.Wrong)
            {
                expected.Add($"error LORCH1020: {property.Name} is '{given.Replace("%25", "%", StringComparison.Ordinal)}'; expected is ");
                calls.AppendLine(Call(expected.Count - 1, property.Name, given));
            }
        }

        project.Write("table.proj", $"<Project><Target Name=\"Table\">{calls}</Target></Project>");

        var result = (await project.Dotnet.RunAsync("msbuild", "table.proj", "-nologo", "-tl:off", "-clp:NoSummary", "-t:Table")).Failed();

        var shown = result.Output.Split('\n')
            .Select(line => line.Trim())
            .Where(line => line.StartsWith("row ", StringComparison.Ordinal) || line.Contains(": error ", StringComparison.Ordinal))
            .ToList();
        Assert.Equal(expected.Count, shown.Count);
        Assert.All(expected.Zip(shown), pair => Assert.Contains(pair.First, pair.Second, StringComparison.Ordinal));
    }

    [LongSet]
    [Theory]
    [InlineData("LorchRun", "LorchForce=perhaps")]
    [InlineData("LorchRun", "LorchLockTimeout=-5")]
    [InlineData("LorchRun", "LorchEnabled=nope")]
    [InlineData("LorchPrune", "DryRun=perhaps")]
    public async Task One_that_cannot_be_read_is_refused_before_anything_is_begun(string target, string value)
    {
        LongTests.SkipUnlessAsked(value != "LorchForce=perhaps");
        using var project = new LorchProject(clone);

        (await project.MsBuildAsync($"-t:{target}", "-p:LorchPruneKeep=0", $"-p:{value}")).Failed()
            .Says("error LORCH1020: Lorch")
            .Says($"{value[(value.IndexOf('=', StringComparison.Ordinal) + 1)..]}'; expected is ");

        Assert.Empty(project.Records.Ledgers);
    }

    [LongSet]
    [Fact]
    public async Task A_switch_counts_however_it_is_written()
    {
        LongTests.SkipUnlessAsked();
        using var project = new LorchProject(clone);
        (await project.MsBuildAsync("-t:LorchRun", "-p:Task=T-1", "-p:LorchEnabled=No")).Succeeded();
        Assert.Empty(project.Records.Ledgers);

        (await project.MsBuildAsync("-t:LorchRun", "-p:Task=T-1", "-p:LorchEnabled=1")).Succeeded();
        (await project.MsBuildAsync("-t:LorchRun", "-p:Task=T-1", "-p:LorchForce=YES")).Succeeded();
        (await project.MsBuildAsync("-t:LorchPrune", "-p:LorchPruneKeep=0", "-p:DryRun=1")).Succeeded().Says("would remove");

        Assert.Equal(2, project.Records.Ledgers.Count);
    }

    private static string Call(int row, string name, string given) =>
        $"""<MSBuild Projects="show.proj" Targets="Show" Properties="Row={row};{name}={Escape(given)}" ContinueOnError="ErrorAndContinue" />""";

    // A blank at the end of a value would be lost between two.
    private static string Escape(string given) =>
        given.Replace(" ", "%20", StringComparison.Ordinal).Replace("\t", "%09", StringComparison.Ordinal);
}
