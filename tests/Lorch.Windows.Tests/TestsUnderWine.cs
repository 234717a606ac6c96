using System.Xml.Linq;
using Lorch.Testing;

namespace Lorch.Windows.Tests;

/// <summary>
/// The tests of other projects, as programs of Windows. Their own results lie beside those of this project and are counted with them.
/// </summary>
public sealed class TestsUnderWine(WindowsByWine windows)
{
    /// <summary>Rooms whose code asks the system, less what looks at very many cases: each of these is alike on every system.</summary>
    private static readonly string[] OfCore =
    [
        .. new[]
        {
            "Storage",
            "Receipts",
            "Agents",
            "Ledgers",
            "Configuration",
            "Snapshots",
            "Transcripts",
            "Vocabulary"
        }.SelectMany(room => new[] { "-namespace", $"Lorch.Core.Tests.{room}" }),
        .. new[]
        {
            "SnapshotsOfRandomTrees",
            "SecretRedactorTests",
            "DamagedIndexes",
            "RememberingDigests"
        }.SelectMany(name => new[] { "-class-", $"*.{name}" }),
    ];

    /// <summary>
    /// The agents, and the programs of these tests in their place. Coding tools' stand-ins start three programs for each answer, which
    /// takes minutes here.
    /// </summary>
    private static readonly string[] OfProcesses =
        [.. new[]
        {
            "Agents",
            "Checking",
            "Hostile",
            "Belief",
            "Mock"
        }.SelectMany(room => new[] { "-namespace", $"Lorch.Processes.Tests.{room}" })];

    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    [Theory]
    [InlineData("Lorch.Core.Tests", 1000)]
    [InlineData("Lorch.Crash.Tests", 50)]
    [InlineData("Lorch.Processes.Tests", 100)]
    public async Task Pass(string project, int least)
    {
        windows.SkipUnlessThere();
        var name = $"Windows.{project}.trx";
        var file = Path.Join(WindowsByWine.Results, name);
        File.Delete(file);

        var outcome = await WindowsByWine.DotnetAsync(
            "",
            TimeSpan.FromMinutes(8),
            [
                Program(project),
                "-noLogo",
                "-noColor",
                .. project switch { "Lorch.Core.Tests" => OfCore, "Lorch.Processes.Tests" => OfProcesses, _ => [] },
                "-result-trx",
                $@"C:\results\{name}"
            ]);

        Assert.SkipWhen(outcome.ExitCode < 0, $"Wine is too slow here: {outcome.Output}");
        Assert.True(File.Exists(file), outcome.Output);
        var results = XDocument.Load(file).Descendants(Trx + "UnitTestResult").ToList();
        Assert.Empty(results.Where(result => Ending(result) is "Failed").Select(Describe));
        Assert.InRange(results.Count(result => Ending(result) is "Passed"), least, int.MaxValue);
    }

    private static string Program(string project)
    {
        var built = Path.GetRelativePath(Path.Join(SourceTree.Root, "tests/Lorch.Windows.Tests"), AppContext.BaseDirectory);
        return Path.Join(@"C:\repo\tests", project, built, $"{project}.dll").Replace('/', '\\');
    }

    private static string? Ending(XElement result) => result.Attribute("outcome")?.Value;

    private static string Describe(XElement result) =>
        $"{result.Attribute("testName")?.Value}: {result.Descendants(Trx + "Message").FirstOrDefault()?.Value} "
            + $"{result.Descendants(Trx + "StackTrace").FirstOrDefault()?.Value}";
}
