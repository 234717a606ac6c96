using System.Globalization;
using Lorch.Benchmarks;

return args switch
{
    ["replay", var megabytes, var runs] => ReplayBenchmark.Run(Number(megabytes), Number(runs)),
    ["replay-once", var folder, var runId] => ReplayBenchmark.ReplayOnce(folder, runId),
    ["start", var runs] => StartBenchmark.Run(Number(runs)),
    ["nothing"] => 0,
    ["snapshot", var files, var rounds, .. var seed] => SnapshotBenchmark.Run(Number(files), Number(rounds), seed.Length == 0 ? 1 : Number(seed[0])),
    _ => Usage(),
};

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

static int Usage()
{
    Console.Error.WriteLine("""
        dotnet run -c Release --project benchmarks/Lorch.Benchmarks -- replay 100 10
            replays a generated ledger of 100 MB in 10 fresh processes, one after the other, and prints time and managed memory
        dotnet run -c Release --project benchmarks/Lorch.Benchmarks -- start 20
            starts lorch-agent 20 times, each time beside a program that does nothing, and prints the times
        dotnet run -c Release --project benchmarks/Lorch.Benchmarks -- snapshot 100000 10 [seed]
            captures a generated tree of 100,000 files and asks git status about it, in turns, and prints the times of both
        """);
    return 2;
}
