using Lorch.Core.Runs.Contract;
using Lorch.Core.Storage;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

/// <summary>A record that can't be believed stops the task that it tells of, is left as it is, and is in nobody else's way.</summary>
public sealed class GarbageInRecords
{
    private static readonly string[] Files =
        ["receipt", "other receipt", "completion", "latest completion", "manifest", "ledger of a finished run", "ledger of an open run"];

    private static readonly string[] Codes =
    [
        DiagnosticCode.ReceiptDamaged, DiagnosticCode.CompletionDamaged, DiagnosticCode.ManifestDamaged, DiagnosticCode.LedgerDamaged,
        DiagnosticCode.FileUnreadable, DiagnosticCode.FormatTooNew,
    ];

    public static TheoryData<string, string> Damages
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var file in Files.Where(file => file != "other receipt"))
            {
                foreach (var kind in Garbage.Kinds)
                {
                    data.Add(file, kind);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Is_named_is_left_as_it_is_and_keeps_no_other_task_from_being_worked(string file, string kind)
    {
        using var damaged = await DamagedWorkspace.CreateAsync();
        var workspace = damaged.Workspace;
        var path = PathOf(file, workspace);
        workspace.Write("specs/a.md", "# B\n");
        Garbage.Put(kind, path);
        var before = Show(path);

        var status = await workspace.Open().StatusAsync(CancellationToken.None);
        var answers = await damaged.LookAsync();
        var fresh = await damaged.RunAsync("T-3");
        var problem = await ProblemAsync(damaged, file.EndsWith("open run", StringComparison.Ordinal) ? "T-2" : "T-1");

        Assert.Equal(["T-1", "T-2", "T-3"], status.Tasks.Select(task => task.TaskId.ToString()));
        Assert.DoesNotContain(
            answers,
            answer => answer.StartsWith("status: LORCH", StringComparison.Ordinal)
                || answer.StartsWith("judge: LORCH", StringComparison.Ordinal));
        Assert.Equal("Completed", fresh);
        if (problem is not null)
        {
            Assert.Contains(problem.Code, Codes);
            Assert.Equal(path, problem.File);
            Assert.Contains(
                problem.Code is DiagnosticCode.FormatTooNew
                    ? "version"
                    : problem.Code is DiagnosticCode.FileUnreadable ? "readable" : "elete",
                problem.Message,
                StringComparison.Ordinal);
            Assert.Equal(before, Show(path));
            Assert.Contains(status.Damage!, damage => damage.File == path && damage.Message == problem.Message);
            Assert.DoesNotContain(workspace.Agents.Received, command => command.TaskId.ToString() != "T-3");
        }

        if (kind.Contains("marks", StringComparison.Ordinal) && problem is not null)
        {
            Assert.Contains("the marks of a merge, from line", problem.Message, StringComparison.Ordinal);
            Assert.Contains("git checkout --ours", problem.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("receipt", DiagnosticCode.ReceiptDamaged)]
    [InlineData("other receipt", DiagnosticCode.ReceiptDamaged)]
    [InlineData("completion", DiagnosticCode.CompletionDamaged)]
    [InlineData("manifest", DiagnosticCode.ManifestDamaged)]
    [InlineData("ledger of an open run", DiagnosticCode.LedgerDamaged)]
    public async Task Stops_its_task(string file, string code)
    {
        using var damaged = await DamagedWorkspace.CreateAsync();
        var workspace = damaged.Workspace;
        workspace.Write("specs/a.md", "# B\n");
        Garbage.Put("the marks of a merge", PathOf(file, workspace));

        var problem = await ProblemAsync(damaged, file.EndsWith("open run", StringComparison.Ordinal) ? "T-2" : "T-1");

        Assert.Equal(code, problem?.Code);
        Assert.Empty(workspace.Agents.Received);
    }

    [Fact]
    public async Task Is_all_listed_by_a_verification_and_by_the_status()
    {
        using var damaged = await DamagedWorkspace.CreateAsync();
        var paths = Files.Select(file => PathOf(file, damaged.Workspace)).ToList();
        paths.ForEach(path => Garbage.Put("the marks of a merge", path));

        var verified = await damaged.Workspace.Open().VerifyAsync(CancellationToken.None);
        var status = await damaged.Workspace.Open().StatusAsync(CancellationToken.None);

        Assert.Empty(paths.Except(verified.Diagnostics.Select(found => found.File!)));
        Assert.Empty(paths.Except(status.Damage!.Select(found => found.File)).Except([paths[3], paths[4]]));
    }

    [Fact]
    public async Task Is_in_no_way_of_a_task_that_is_up_to_date()
    {
        using var damaged = await DamagedWorkspace.CreateAsync();
        string[] files = ["receipt", "other receipt", "latest completion", "manifest"];
        foreach (var path in files.Select(file => PathOf(file, damaged.Workspace)).ToList())
        {
            Garbage.Put("the marks of a merge", path);
        }

        Assert.Equal("UpToDate", await damaged.RunAsync("T-1"));
        Assert.Empty(damaged.Workspace.Agents.Received);
    }

    [Fact]
    public async Task Is_a_warning_where_nothing_tells_which_task_it_is_about()
    {
        using var damaged = await DamagedWorkspace.CreateAsync();
        damaged.Workspace.Write("events/run-20200101-000000-00000000.ndjson", "{}\nnothing\n{}\n");

        var result = await damaged.Workspace.RunAsync("T-3");

        Assert.Equal(RunOutcome.Completed, result.Outcome);
        var warning = Assert.Single(result.Diagnostics);
        Assert.Equal((DiagnosticCode.LedgerDamaged, DiagnosticSeverity.Warning), (warning.Code, warning.Severity));
        Assert.Equal("{}\nnothing\n{}\n", damaged.Workspace.Read("events/run-20200101-000000-00000000.ndjson"));
    }

    [Fact]
    public async Task Lets_the_steps_count_that_other_records_prove_once_it_is_deleted()
    {
        using var damaged = await DamagedWorkspace.CreateAsync();
        File.Delete(PathOf("ledger of an open run", damaged.Workspace));

        Assert.Equal("Completed", await damaged.RunAsync("T-2"));
        Assert.Equal(["review 0 0", "update_spec 0 0"], damaged.Workspace.Agents.Story);
    }

    private static async Task<Diagnostic?> ProblemAsync(DamagedWorkspace damaged, string task)
    {
        damaged.Workspace.Agents.Received.RemoveAll(command => command.TaskId.ToString() == "T-3");
        try
        {
            await damaged.RunAsync(task);
            return null;
        }
        catch (LorchException exception)
        {
            return exception.Diagnostic;
        }
    }

    private static string PathOf(string file, WorkspaceUnderTest workspace) => file switch
    {
        "receipt" => workspace.At("receipts/T-1/step-1.json"),
        "other receipt" => workspace.At("receipts/T-1/step-3.json"),
        "completion" => Directory.GetFiles(workspace.At("receipts/T-1/completions")).Single(),
        "latest completion" => workspace.At("receipts/T-1/completion.json"),
        "manifest" => workspace.Layout.Manifest(workspace.Receipts()[0].SnapshotId),
        "ledger of a finished run" => workspace.Layout.Ledger(workspace.RunIds[0]),
        _ => workspace.Layout.Ledger(workspace.RunIds[1]),
    };

    private static string Show(string path) =>
        new FileInfo(path).LinkTarget is { } target ? target
        : FileStamp.Of(path) is { IsRegular: true } ? Convert.ToHexString(File.ReadAllBytes(path))
        : $"{FileStamp.Of(path)}";
}
