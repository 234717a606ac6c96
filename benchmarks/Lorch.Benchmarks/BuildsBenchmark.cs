using System.Diagnostics;
using System.Globalization;

namespace Lorch.Benchmarks;

/// <summary>What a build that finds everything up to date takes, beside the same build with an empty target and with one that the engine
/// skips; in turns, over the packed package, for each way in.</summary>
internal sealed class BuildsBenchmark : IDisposable
{
    private readonly BuildsWorkspace _workspace = new();

    public static int Run(int rounds, int[] files, int[] tasks)
    {
        using var benchmark = new BuildsBenchmark();
        benchmark._workspace.Pack();
        Console.WriteLine(
            $"{rounds} rounds, in turns; medians in ms: the process of `dotnet build --no-restore` from start to end, no build server, no "
                + $"node reuse\n");
        Console.WriteLine("| way in | files | tasks | empty target | skipped target | up to date | added to the empty one |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
        foreach (var count in tasks.Order())
        {
            foreach (var tracked in files.Order())
            {
                benchmark.Measure(rounds, tracked, count);
            }
        }

        benchmark.MeasureWholeRun(rounds, files.Min());
        return 0;
    }

    public void Dispose() => _workspace.Dispose();

    private void Measure(int rounds, int files, int tasks)
    {
        _workspace.Fill(files, tasks);
        foreach (var way in BuildsWorkspace.WaysIn)
        {
            // The first of each reads files from the disk, and doesn't count.
            var (empty, skipped, upToDate) = (new List<double>(), new List<double>(), new List<double>());
            for (var round = 0; round <= rounds; round++)
            {
                empty.Add(Time(way.Empty));
                skipped.Add(way.Skipped.Length == 0 ? double.NaN : Time(way.Skipped));
                upToDate.Add(Time(way.UpToDate));
            }

            var (floor, found) = (Median(empty), Median(upToDate));
            var skip = way.Skipped.Length == 0 ? "" : Number(Median(skipped));
            Console.WriteLine(
                $"| {way.Name} | {Number(files)} | {Number(tasks)} | {Number(floor)} | {skip} | {Number(found)} | {Number(found - floor)} |");
        }
    }

    /// <summary>
    /// A whole run of one task, beside a build that finds it up to date: with agents whose start costs nothing, and with those of the
    /// package.
    /// </summary>
    private void MeasureWholeRun(int rounds, int files)
    {
        Console.WriteLine("\n| agents that answer at once | up to date | just touched | whole run | added to up to date |");
        Console.WriteLine("| --- | --- | --- | --- | --- |");
        foreach (var agents in BuildsWorkspace.Agents)
        {
            _workspace.Use(agents);
            _workspace.Fill(files, 1);
            var (upToDate, touched, run) = (new List<double>(), new List<double>(), new List<double>());
            for (var round = 0; round <= rounds; round++)
            {
                run.Add(Time([.. BuildsWorkspace.Run, "-p:LorchForce=true"]));
                touched.Add(Time(BuildsWorkspace.Run));
                _workspace.Settle();
                upToDate.Add(Time(BuildsWorkspace.Run));
            }

            var (floor, found) = (Median(upToDate), Median(run));
            Console.WriteLine(
                $"| {agents.Name} | {Number(floor)} | {Number(Median(touched))} | {Number(found)} | {Number(found - floor)} |");
        }
    }

    private double Time(string[] arguments)
    {
        var watch = Stopwatch.StartNew();
        _workspace.Dotnet(arguments);
        return watch.Elapsed.TotalMilliseconds;
    }

    private static double Median(List<double> values) => values.Skip(1).Order().ElementAt((values.Count - 1) / 2);

    private static string Number(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
