using System.Globalization;
using Lorch.Benchmarks;

return args switch
{
    ["replay", var megabytes, var runs] => ReplayBenchmark.Run(int.Parse(megabytes, CultureInfo.InvariantCulture), int.Parse(runs, CultureInfo.InvariantCulture)),
    ["replay-once", var folder, var runId] => ReplayBenchmark.ReplayOnce(folder, runId),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        dotnet run -c Release --project benchmarks/Lorch.Benchmarks -- replay 100 10
            replays a generated ledger of 100 MB in 10 fresh processes, one after the other, and prints time and managed memory
        """);
    return 2;
}
