using Lorch.Core.Globs;
using Lorch.Core.Snapshots.Tracking;

namespace Lorch.Core.Tests.Snapshots;

/// <summary>What is tracked, as it can be said of a whole path in one line: what the way down the folders is held against.</summary>
/// <param name="include">The globs of what is tracked; null for the usual ones.</param>
/// <param name="exclude">The globs of what is left out.</param>
/// <param name="inputs">The globs of tasks' inputs.</param>
internal sealed class PlainRules(string[]? include, string[] exclude, string[] inputs)
{
    private readonly GlobPattern[] _included = [.. (include ?? TrackingRules.DefaultInclude).Concat(inputs).Select(GlobPattern.Parse)];
    private readonly GlobPattern[] _excluded = [.. exclude.Select(GlobPattern.Parse)];

    public TrackingRules Rules { get; } = new(include, exclude, inputs);

    public bool Track(string path) =>
        !NeverTracked.Holds(path)
            && _included.Any(glob => glob.IsMatch(path))
            && !_excluded.Any(glob => WithFolders(path).Any(glob.IsMatch));

    /// <summary>The path, and the folders that it lies in: what is left out is left out with all that lies in it.</summary>
    private static IEnumerable<string> WithFolders(string path)
    {
        var parts = path.Split('/');
        return Enumerable.Range(1, parts.Length).Select(count => string.Join('/', parts.Take(count)));
    }
}
