using System.Xml.Linq;
using Lorch.Testing;

namespace Lorch.Windows.Tests;

/// <summary>
/// The tests of other projects, as programs of Windows. Their own results lie beside those of this project and are counted with them.
/// </summary>
public sealed class TestsUnderWine(WindowsByWine windows)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan PatienceWithLeftovers = TimeSpan.FromSeconds(10);
    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    /// <summary>What looks at very many cases, each of which is alike on every system.</summary>
    private static readonly string[] ManyCases =
        ["SnapshotsOfRandomTrees", "SecretRedactorTests", "DamagedIndexes", "RememberingDigests"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Lorch.Core.Tests", 100)]
    [InlineData("Lorch.Processes.Tests", 15)]
    public async Task Pass_where_Windows_differs(string project, int least)
    {
        windows.SkipUnlessThere(isCore: true);

        await PassAsync(project, $"Windows.Differs.{project}", least, ["-trait", DiffersOnWindowsAttribute.Filter]);
    }

    [Theory]
    [InlineData("Lorch.Core.Tests", "Storage Receipts Agents Ledgers Configuration Snapshots Transcripts Vocabulary", 1000)]
    [InlineData("Lorch.Crash.Tests", "", 50)]
    [InlineData("Lorch.Processes.Tests", "Agents Checking Belief Mock", 100)]
    [InlineData("Lorch.Processes.Tests", "Hostile", 30)]
    [InlineData("Lorch.Processes.Tests", "Acp", 50)]
    [InlineData("Lorch.Processes.Tests", "Tools", 200)]
    public async Task Pass(string project, string rooms, int least)
    {
        windows.SkipUnlessThere();

        await PassAsync(
            project,
            $"Windows.{project}.{rooms.Split(' ')[0]}".TrimEnd('.'),
            least,
            [
                .. rooms.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(room => new[] { "-namespace", $"{project}.{room}" }),
                .. ManyCases.SelectMany(name => new[] { "-class-", $"*.{name}" })
            ]);
    }

    private static async Task PassAsync(string project, string name, int least, string[] which)
    {
        var file = Path.Join(WindowsByWine.Results, $"{name}.trx");
        File.Delete(file);

        var outcome = await WindowsByWine.DotnetAsync(
            "",
            Patience,
            [Program(project), "-noLogo", "-noColor", .. which, "-result-trx", $@"C:\results\{name}.trx"]);

        Assert.SkipWhen(outcome.ExitCode < 0, $"Wine is too slow here: {outcome.Output}");
        Assert.True(File.Exists(file), outcome.Output);
        var results = XDocument.Load(file).Descendants(Trx + "UnitTestResult").ToList();
        Assert.Empty(results.Where(result => Ending(result) is "Failed").Select(Describe));
        Assert.InRange(results.Count(result => Ending(result) is "Passed"), least, int.MaxValue);
        Assert.Empty(await ProgramsThatStayAsync());
    }

    /// <summary>Agents and stand-ins that outlive their tests: Wine's processes are those of this machine.</summary>
    private static async Task<IReadOnlyList<string>> ProgramsThatStayAsync()
    {
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var left = LeftoverProcesses.In(WindowsByWine.Drive)
                .Where(command => command.Contains("lorch-", StringComparison.Ordinal))
                .ToList();
            if (left.Count == 0 || TimeProvider.System.GetElapsedTime(since) > PatienceWithLeftovers)
            {
                return left;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Token);
        }
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
