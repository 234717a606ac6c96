using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Lorch.Core.Globs;
using Lorch.Core.Snapshots.GitIgnore;

namespace Lorch.Benchmarks;

/// <summary>How long it takes to say of one path whether a glob matches it, and of one name whether .gitignore patterns do.</summary>
internal static class GlobBenchmark
{
    private const string Ignored = """
        bin/
        obj/
        /artifacts/
        TestResults/
        BenchmarkDotNet.Artifacts/
        *.binlog
        *.nupkg
        *.snupkg
        *.received
        *.received.*
        *.user
        *.suo
        .vs/
        .vscode/
        .idea/
        .DS_Store
        """;

    private static readonly string[] Globs = ["src/**", "src/**/*.cs", "src/*/[a-m]*/**/*.cs", "{src,tests}/**/*-?.cs"];

    public static int Run(int count, int rounds)
    {
        var paths = Enumerable.Range(0, count)
            .Select(i => string.Create(CultureInfo.InvariantCulture, $"src/folder{i % 97}/part{i % 13}/some-file-{i}.cs"))
            .ToList();
        foreach (var text in Globs)
        {
            var glob = GlobPattern.Parse(text);
            Measure(text, count, rounds, () => paths.Count(glob.IsMatch));
        }

        // What the second and the fourth mean, to the framework.
        foreach (var text in new[] { @"\Asrc/(?:[^/]*/)*[^/]*\.cs\z", @"\A(?:src|tests)/(?:[^/]*/)*[^/]*-[^/]\.cs\z" })
        {
            var expression = new Regex(text, RegexOptions.Compiled | RegexOptions.CultureInvariant);
            Measure(text, count, rounds, () => paths.Count(expression.IsMatch));
        }

        var names = paths.ConvertAll(path => Encoding.ASCII.GetBytes(Path.GetFileName(path)));
        var rules = IgnoreRules.None.With(IgnorePattern.ParseFile(Encoding.ASCII.GetBytes(Ignored)));
        Measure(".gitignore of 16 lines", count, rounds, () => names.Count(name => rules.Ignore(name, isFolder: false)));
        return 0;
    }

    private static void Measure(string what, int count, int rounds, Func<int> match)
    {
        var times = new List<double>();
        var (found, allocated) = (match(), 0L);
        for (var i = 0; i < rounds; i++)
        {
            var (started, before) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
            found = match();
            times.Add(Stopwatch.GetElapsedTime(started).TotalNanoseconds / count);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        times.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what,-28} {times[times.Count / 2],7:F0} ns a path "
                + $"(best {times[0]:F0}), {found} of {count} match, {allocated} bytes allocated"));
    }
}
