namespace Lorch.Build.Tests;

/// <summary>All that may happen between two builds, and what the second one has to show.</summary>
internal static class ChangesBetweenBuilds
{
    private const string BothUpToDate = "T-1 up to date|T-2 up to date";
    private const string SpecificationChanged = "T-1 because specs/a.md changed|T-2 up to date";

    public static readonly ChangeBetweenBuilds[] All =
    [
        new("nothing changed", BothUpToDate, IsOften: true),
        new("touched", BothUpToDate, Touch),
        new("content changed", SpecificationChanged, it => it.Write("specs/a.md", "B\n"), IsOften: true),
        new(
            "content changed, size and time kept",
            SpecificationChanged,
            it => KeepingTime(it, "specs/a.md", () => it.Write("specs/a.md", "B\n"))),
        new("changed and changed back", BothUpToDate, async it =>
        {
            it.Write("specs/a.md", "B\n");
            (await it.LorchRunAsync()).Succeeded();
            it.Write("specs/a.md", "A\n");
        }),
        new("input added", "T-1 because specs/b.md was added|T-2 up to date", it => it.Write("specs/b.md", "B\n")),
        new("input removed", "T-1 because specs/a.md was removed|T-2 up to date", it => it.Delete("specs/a.md")),
        new(
            "input renamed",
            "T-1 because specs/z.md was added|T-1 because specs/a.md was removed|T-2 up to date",
            it => it.Move("specs/a.md", "specs/z.md")),
        new(
            "input's name in other case",
            "T-1 because specs/A.md was added|T-1 because specs/a.md was removed|T-2 up to date",
            it => it.Move("specs/a.md", "specs/A.md")),
        new(
            "input with another machine's line endings",
            "T-1 because a file differs by line ends only|" + SpecificationChanged,
            it => it.Write("specs/a.md", "A\r\n")),
        new(
            "four inputs added, of which three are named",
            "T-1 because specs/1.md was added|T-1 because specs/2.md was added|T-1 because specs/3.md was added|T-2 up to date",
            it =>
            {
                foreach (var number in (int[])[1, 2, 3, 4])
                {
                    it.Write($"specs/{number}.md", "");
                }
            }),
        new("file outside the tasks' globs", BothUpToDate, it => it.Write("docs/deeper/x.md", "X\n")),
        new("input that only the second task has", "T-2 because docs/d.md changed|T-1 up to date", it => it.Write("docs/d.md", "E\n")),

        new("goal", "T-1 because its goal changed|T-2 up to date", it => it.Configure("\"One\"", "\"Uno\"")),
        new(
            "inputs that name the same file",
            "T-1 up to date|T-2 up to date [^\n]*inputs changed since",
            it => it.Configure("docs/*.md", "docs/d.md"),
            Regenerated: "T-2 because its inputs changed|T-1 up to date"),
        new(
            "inputs that name another file, too",
            "T-2 because docs/deeper/x.md was added|T-1 up to date",
            it =>
            {
                it.Write("docs/deeper/x.md", "X\n");
                it.Configure("docs/*.md", "docs/**");
            },
            Regenerated: "T-2 because its inputs changed|T-1 up to date"),
        new(
            "expected outputs",
            "T-2 because its expected_outputs changed|T-1 up to date",
            it => it.Configure("\"src/2.txt\" }", "\"src/2.txt\", \"description\": \"Two.\" }")),
        new(
            "a dependency dropped",
            "T-1 up to date|T-2 up to date [^\n]*depends_on changed since",
            it => it.Configure(", \"depends_on\": [\"T-1\"]", ""),
            Regenerated: "T-2 because it no longer depends on T-1|T-1 up to date"),
        new(
            "a dependency added",
            "T-1 up to date|T-2 up to date [^\n]*depends_on changed since",
            async it =>
            {
                it.Configure(", \"depends_on\": [\"T-1\"]", "");
                it.DeleteFolder("receipts/T-2");
                it.DeleteFolder("events");
                (await it.LorchRunAsync()).Succeeded();
                it.Configure("\"src/2.txt\" }]", "\"src/2.txt\" }], \"depends_on\": [\"T-1\"]");
            },
            Regenerated: "T-2 because it now depends on T-1|T-1 up to date"),
        new(
            "what may be written",
            "T-1 up to date [^\n]*produces changed since|T-2 up to date",
            it => it.Configure("\"goal\": \"One\"", "\"goal\": \"One\", \"produces\": [\"src/**\"]"),
            Regenerated: "T-1 because its produces changed|T-2 up to date"),
        new(
            "how it is verified",
            "T-1 up to date [^\n]*verify changed since|T-2 up to date",
            it => it.Configure("\"goal\": \"One\"", "\"goal\": \"One\", \"verify\": [{ \"cmd\": [\"true\"] }]"),
            Regenerated: "T-1 because its verify changed|T-2 up to date"),
        new(
            "a task added",
            "T-3 because it has never been completed|" + BothUpToDate,
            it => it.Configure("\"tasks\": [", """ "tasks": [ { "id": "T-3", "goal": "Three", "inputs": ["docs/*.md"] }, """)),
        new(
            "agent's command",
            "T-1 up to date [^\n]*by an earlier builder|T-2 up to date [^\n]*by an earlier builder",
            it => it.Configure(
                "\"mock\", \"--type\", \"builder\", \"--script\", \"scripts/builder.json\"",
                "\"mock\", \"--script\", \"scripts/builder.json\", \"--type\", \"builder\""),
            Regenerated: "T-1 because its builder changed|T-2 because its builder changed"),
        new(
            "agent's environment",
            "T-1 up to date [^\n]*by an earlier reviewer|T-2 up to date [^\n]*by an earlier reviewer",
            it => it.Configure("\"reviewer\": {", "\"reviewer\": { \"env\": { \"TONE\": \"kind\" },"),
            Regenerated: "T-1 because its reviewer changed|T-2 because its reviewer changed"),
        new("agent's policy: time-outs, heartbeats, attempts", BothUpToDate, it =>
        {
            it.Configure("\"reviewer\": {", "\"reviewer\": { \"heartbeat_interval_s\": 5, \"timeouts_s\": { \"review\": 200 },");
            it.Configure("\"max_attempts\": 1", "\"max_attempts\": 2");
        }),
        new("lorch.json laid out anew", BothUpToDate, it => it.Write("lorch.json", it.Read("lorch.json").ReplaceLineEndings("\r\n\r\n"))),

        new("key file deleted", BothUpToDate, it => it.DeleteFolder("state/keys")),
        new("all of state deleted", BothUpToDate, it => it.DeleteFolder("state")),
        new("latest completion deleted", BothUpToDate, it => it.Delete("receipts/T-1/completion.json")),
        new(
            "completions deleted, ledgers there",
            "T-1 because it has never been completed|T-1 step 1 .* reused from|T-2 up to date",
            ForgetCompletions),
        new("completions and ledgers deleted", "T-1 because it has never been completed|T-1 step 1 .* reused from|T-2 up to date", it =>
        {
            ForgetCompletions(it);
            it.DeleteFolder("events");
        }),
        new("receipts and ledgers deleted", "T-1 because it has never been completed|T-1 step 1 .* completed|T-2 up to date", it =>
        {
            it.DeleteFolder("receipts/T-1");
            it.DeleteFolder("events");
        }),
        new(
            "expected output deleted",
            "T-1 because its artifact src/1.txt is gone|T-2 up to date",
            it => it.Delete("src/1.txt"),
            IsOften: true),
        new(
            "expected output renamed",
            "T-1 up to date [^\n]*edited since|T-2 up to date",
            it => it.Move("src/1.txt", "src/uno.txt"),
            Regenerated: "T-1 because its artifact src/1.txt is gone|T-2 up to date"),
        new(
            "another artifact deleted",
            "T-1 up to date [^\n]*edited since|T-2 up to date",
            it => it.Delete("src/3.txt"),
            Regenerated: "T-1 because its artifact src/3.txt is gone|T-2 up to date"),
        new(
            "every artifact deleted",
            "T-1 because its artifact src/1.txt is gone|T-2 up to date",
            it => it.DeleteFolder("src"),
            Regenerated: "T-1 because its artifact src/1.txt is gone|T-1 because its artifact src/2.txt is gone|T-1 because its artifact "
                + "src/3.txt is gone|T-2 up to date"),
        new(
            "every artifact as it was before",
            "T-1 because src/1.txt holds none of its work|T-2 because T-1, which it depends on, has other outputs",
            TakeBackAsync,
            Regenerated: "T-1 because its artifact src/1.txt was altered|T-2 because T-1, which it depends on, has other outputs"),
        new(
            "artifact edited",
            "T-1 up to date [^\n]*edited since|T-2 up to date",
            it => it.Write("src/1.txt", "one\n"),
            IsOften: true,
            Regenerated: "T-1 because its artifact src/1.txt was altered|T-2 up to date"),
        new("artifact altered and mended", BothUpToDate, it =>
        {
            it.Write("src/1.txt", "one\n");
            it.Write("src/1.txt", "1\n");
        }),
        new("artifact replaced by a later task", BothUpToDate, async it =>
        {
            it.BuilderWrites(("src/1.txt", "one and a half\n"), ("src/2.txt", "2\n"));
            (await it.LorchRunAsync("-p:Task=T-2", "-p:LorchForce=true")).Succeeded();
        }),
        new(
            "dependency made something else",
            "T-1 because specs/a.md changed|T-2 because T-1, which it depends on, has other outputs",
            it =>
            {
                it.Write("specs/a.md", "B\n");
                it.BuilderWrites(("src/1.txt", "one\n"), ("src/2.txt", "2\n"));
            }),
        new("dependency completed anew with the same outputs", BothUpToDate, async it =>
        {
            it.Write("specs/a.md", "B\n");
            (await it.LorchRunAsync("-p:Task=T-1")).Succeeded();
        }),

        new("clock an hour back, nothing changed", BothUpToDate, AnHourAhead),
        new("clock an hour back, content changed", SpecificationChanged, it =>
        {
            AnHourAhead(it);
            it.Write("specs/a.md", "B\n");
        }),
        new(
            "fresh clone with restored receipts and snapshots",
            BothUpToDate,
            it => it.KeepOnly("lorch.proj", "nuget.config", "lorch.json", "specs", "docs", "src", "scripts", "receipts", "snapshots"),
            IsOften: true),
        new(
            "fresh clone without",
            "T-1 because it has never been completed|T-2 because it has never been completed",
            it => it.KeepOnly("lorch.proj", "nuget.config", "lorch.json", "specs", "docs", "src", "scripts")),
        new("another folder, as every copy is", BothUpToDate),
        new("environment variables named TASK and RUN", BothUpToDate, it =>
        {
            it.Dotnet.Environment["TASK"] = "T-9999";
            it.Dotnet.Environment["RUN"] = "run-1";
        }),
        new("LorchForce", "T-2 because .*|T-2 step 4 |T-1 up to date", Arguments: "-p:LorchForce=true -p:Task=T-2"),
        new("LorchFresh", BothUpToDate, Arguments: "-p:LorchFresh=true"),
        new("clean, then build", BothUpToDate, async it => (await it.Dotnet.RunAsync("clean", "lorch.proj", "-tl:off")).Succeeded()),
        new("an interrupted run", "T-1 run-.* continues after 1 step|T-1 step 5 |T-2 up to date", async it =>
        {
            it.Write("specs/a.md", "B\n");
            it.Reviewer("""{"hang":true}""");
            await it.Dotnet.RunAsync(
                "INT",
                line => line.Contains(" step 4 ", StringComparison.Ordinal),
                "build",
                "lorch.proj",
                "-tl:off",
                "-t:LorchRun");
            it.Reviewer(LorchProject.Approval);
        }),
        new("a failed run", "T-1 run-.* continues after 1 step|T-1 step 5 |T-2 up to date", async it =>
        {
            it.Write("specs/a.md", "B\n");
            it.Reviewer("""{"error":{"code":"no","message":"no","retriable":false}}""");
            (await it.LorchRunAsync()).Failed();
            it.Reviewer(LorchProject.Approval);
        }),
        new("a failed run whose reason is gone with its change", BothUpToDate, async it =>
        {
            it.Write("specs/a.md", "B\n");
            it.Reviewer("""{"error":{"code":"no","message":"no","retriable":false}}""");
            (await it.LorchRunAsync()).Failed();
            it.Write("specs/a.md", "A\n");
        }),
    ];

    private static void Touch(LorchProject project)
    {
        foreach (var file in (string[])["specs/a.md", "docs/d.md", "src/1.txt", "lorch.json", "lorch.proj"])
        {
            File.SetLastWriteTimeUtc(Path.Combine(project.Root, file), DateTime.UtcNow);
        }
    }

    private static void AnHourAhead(LorchProject project)
    {
        foreach (var file in Directory.EnumerateFiles(project.Root, "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file).AddHours(1));
        }
    }

    private static void ForgetCompletions(LorchProject project)
    {
        project.DeleteFolder("receipts/T-1/completions");
        project.Delete("receipts/T-1/completion.json");
    }

    /// <summary>Lets a task change what a file held, and the file hold that again.</summary>
    private static async Task TakeBackAsync(LorchProject project)
    {
        project.BuilderWrites(("src/1.txt", "1\n"));
        project.Write("src/1.txt", "0\n");
        (await project.LorchRunAsync("-p:Task=T-1", "-p:LorchForce=true")).Succeeded();
        project.Write("src/1.txt", "0\n");
    }

    private static void KeepingTime(LorchProject project, string path, Action change)
    {
        var file = Path.Combine(project.Root, path);
        var time = File.GetLastWriteTimeUtc(file);
        change();
        File.SetLastWriteTimeUtc(file, time);
    }
}
