using System.Diagnostics;
using System.Globalization;

namespace Lorch.Benchmarks;

/// <summary>
/// How long <c>lorch-agent mock</c> takes to start, beside a program that does nothing; both in turn, so that they see the same machine.
/// </summary>
internal static class StartBenchmark
{
    private const string Script = """{"responses":{"implement":{"events":[{"type":"builder.completed"}]}}}""";

    public static int Run(int runs)
    {
        var script = Path.GetTempFileName();
        File.WriteAllText(script, Script);
        try
        {
            string[] mock = [Path.Join(AppContext.BaseDirectory, "lorch-agent.dll"), "mock", "--type", "builder", "--script", script];
            var (nothing, silent, first) = (new List<double>(), new List<double>(), new List<double>());
            for (var run = 0; run <= runs; run++)
            {
                nothing.Add(Measure([typeof(StartBenchmark).Assembly.Location, "nothing"], untilFirstByte: false));
                silent.Add(Measure([.. mock, "--no-heartbeat"], untilFirstByte: false));
                first.Add(Measure(mock, untilFirstByte: true));
            }

            Print("a program that does nothing", nothing);
            Print("agent: start, end of input", silent);
            Print("agent: first heartbeat", first);
            return 0;
        }
        finally
        {
            File.Delete(script);
        }
    }

    private static double Measure(IEnumerable<string> arguments, bool untilFirstByte)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        if (untilFirstByte)
        {
            process.StandardOutput.Read();
        }

        var first = watch.Elapsed;
        process.StandardInput.Close();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (untilFirstByte ? first : watch.Elapsed).TotalMilliseconds;
    }

    /// <summary>The first one reads the files from the disk, and doesn't count.</summary>
    private static void Print(string what, List<double> values)
    {
        values.RemoveAt(0);
        values.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what,-28} min {values[0]:0} ms  median {values[values.Count / 2]:0} ms  max {values[^1]:0} ms"));
    }
}
