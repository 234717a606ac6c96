using Lorch.Core.Globs;

namespace Lorch.Core.Configuration;

/// <summary>Reads lists of globs.</summary>
internal static class GlobReader
{
    private const string Expected = "a glob of files below the workspace root, like \"src/**\" or \"docs/*.md\"";

    public static IReadOnlyList<string> Read(ValueReader values, LocatedValue value) =>
        [.. values.Items(value, "a list of globs like \"src/**\"").Select(item => ReadOne(values, item))];

    public static string ReadOne(ValueReader values, LocatedValue value) =>
        GlobPattern.TryParse(values.Text(value, Expected), out _, out var problem)
            ? value.Text
            : throw values.Refuse(DiagnosticCode.InvalidGlob, value, Expected, $"{problem} Correct the glob.");
}
