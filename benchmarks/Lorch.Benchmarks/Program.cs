using System.Globalization;
using Lorch.Benchmarks;

return args switch
{
    ["replay", var megabytes, var runs] => ReplayBenchmark.Run(int.Parse(megabytes, CultureInfo.InvariantCulture), int.Parse(runs, CultureInfo.InvariantCulture)),
    ["replay-once", var folder, var runId] => ReplayBenchmark.ReplayOnce(folder, runId),
    ["start", var runs] => StartBenchmark.Run(int.Parse(runs, CultureInfo.InvariantCulture)),
    ["nothing"] => 0,
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        dotnet run -c Release --project benchmarks/Lorch.Benchmarks -- replay 100 10
            replays a generated ledger of 100 MB in 10 fresh processes, one after the other, and prints time and managed memory
        dotnet run -c Release --project benchmarks/Lorch.Benchmarks -- start 20
            starts lorch-agent 20 times, each time beside a program that does nothing, and prints the times
        """);
    return 2;
}
