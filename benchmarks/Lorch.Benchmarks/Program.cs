using System.Globalization;
using Lorch.Benchmarks;

return args switch
{
    ["replay", var megabytes, var runs] => ReplayBenchmark.Run(Number(megabytes), Number(runs)),
    ["replay-once", var folder, var runId] => ReplayBenchmark.ReplayOnce(folder, runId),
    ["start", var runs] => StartBenchmark.Run(Number(runs)),
    ["globs", var paths, var rounds] => GlobBenchmark.Run(Number(paths), Number(rounds)),
    ["nothing"] => 0,
    ["snapshot", var files, var rounds, .. var seed] => SnapshotBenchmark.Run(
        Number(files),
        Number(rounds),
        seed.Length == 0 ? 1 : Number(seed[0])),
    ["builds", var rounds, .. var counts] when counts.Length is 0 or 2 =>
        BuildsBenchmark.Run(
            Number(rounds),
            Numbers(counts.Length == 0 ? "10,1000,10000" : counts[0]),
            Numbers(counts.Length == 0 ? "1,20,200" : counts[1])),
    ["snapshot-large-file", var mebibytes, var rounds] => SnapshotBenchmark.RunLargeFile(Number(mebibytes), Number(rounds)),
    ["snapshot-of", var root, var trust, var rounds] => SnapshotBenchmark.RunOf(root, trust, Number(rounds)),
    ["snapshot-growth", var largest, var rounds, var plot] => SnapshotBenchmark.RunGrowth(Number(largest), Number(rounds), plot),
    ["judging", var tasks, var rounds] => await JudgingBenchmark.RunAsync(Number(tasks), Number(rounds)),
    ["task-files", var files, var rounds] => JudgingBenchmark.RunFiles(Number(files), Number(rounds)),
    _ => Usage(),
};

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

static int[] Numbers(string list) => [.. list.Split(',').Select(Number)];

static int Usage()
{
    Console.Error.WriteLine("""
        dotnet run -c Release --project benchmarks/Lorch.Benchmarks -- replay 100 10
            replays a generated ledger of 100 MB in 10 fresh processes, one after the other, and prints time and managed memory
        dotnet run -c Release --project benchmarks/Lorch.Benchmarks -- start 20
            starts lorch-agent 20 times, each time beside a program that does nothing, and prints the times
        dotnet run -c Release --project benchmarks/Lorch.Benchmarks -- snapshot 100000 10 [seed]
            captures a generated tree of 100,000 files beside git status and sha256sum, in turns, and prints the times of both
        dotnet run -c Release --project benchmarks/Lorch.Benchmarks -- snapshot-large-file 1024 10
            captures one file of 1 GiB beside openssl
        dotnet run -c Release --project benchmarks/Lorch.Benchmarks -- snapshot-of FOLDER stat|content 10
            captures a work tree of git that is there, beside git status; writes nothing unless it has a folder 'state'
        dotnet run -c Release --project benchmarks/Lorch.Benchmarks -- snapshot-growth 1000000 10 docs/snapshot-growth.svg
            captures unchanged trees of 1,000 to 1,000,000 files beside git status, and draws the times
        dotnet run -c Release --project benchmarks/Lorch.Benchmarks -- globs 100000 20
            matches 100,000 generated paths against globs and .gitignore patterns and prints the time of one
        dotnet run -c Release --project benchmarks/Lorch.Benchmarks -- builds 10 [10,1000,10000 1,20,200]
            packs the package and builds workspaces with so many files and tasks, in which everything is up to date, in each way, 10 times, in turns with
            the same builds of an empty target and of one that is skipped; then works a task with agents that answer at once; takes ten minutes or more
        dotnet run -c Release --project benchmarks/Lorch.Benchmarks -- judging 10000 3
            judges 10,000 tasks that were never completed, are done, or are stale, and prints the times
        dotnet run -c Release --project benchmarks/Lorch.Benchmarks -- task-files 2000 7
            opens a workspace with 2,000 task files, and one with none, and prints the times of both
        """);
    return 2;
}
