namespace Lorch.Core.Configuration;

/// <summary>Reads lists of globs.</summary>
internal static class GlobReader
{
    public static IReadOnlyList<string> Read(ValueReader values, LocatedValue value) =>
        [.. values.Items(value, "a list of globs like \"src/**\"").Select(item => ReadGlob(values, item))];

    private static string ReadGlob(ValueReader values, LocatedValue value)
    {
        const string expected = "a glob of files below the workspace root, like \"src/**\" or \"docs/*.md\"";
        return Globs.FindProblem(values.Text(value, expected)) is { } problem
            ? throw values.Refuse(DiagnosticCode.InvalidGlob, value, expected, $"{problem} Correct the glob.")
            : value.Text;
    }
}
