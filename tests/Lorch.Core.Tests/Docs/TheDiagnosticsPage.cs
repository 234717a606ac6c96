using System.Reflection;
using System.Text.RegularExpressions;
using Lorch.Testing;

namespace Lorch.Core.Tests.Docs;

public sealed partial class TheDiagnosticsPage
{
    private static readonly string Page = Document.Read("diagnostics.md").Text;

    private static readonly IReadOnlyDictionary<string, string> Names = typeof(DiagnosticCode).GetFields(
        BindingFlags.Public | BindingFlags.Static)
        .ToDictionary(field => (string)field.GetRawConstantValue()!, field => field.Name);

    private static readonly IReadOnlyList<string> Codes = [.. Names.Keys.Order(StringComparer.Ordinal)];

    [Fact]
    public void Has_a_heading_for_every_code_and_for_no_other() =>
        Assert.Equal(Codes, Heading().Matches(Page).Select(match => match.Groups[1].Value));

    [Fact]
    public void Lists_every_code_with_a_link_to_its_heading() =>
        Assert.Equal(
            Codes.Select(code => $"[{code}](#{code.ToLowerInvariant()})"),
            Entry().Matches(Page).Select(match => match.Groups[1].Value));

    [Fact]
    public void Tells_cause_and_remedy_of_every_code() =>
        Assert.All(Heading().Split(Page).Skip(1).Where((_, i) => i % 2 == 1), text => Assert.Matches(CauseAndRemedy(), text));

    [Fact]
    public void Says_how_a_build_ends_and_which_test_brings_it_about()
    {
        var rows = Row().Matches(Page).Select(row => (Code: row.Groups[1].Value, Test: row.Groups[2].Value)).ToList();

        Assert.Subset(Codes.ToHashSet(), rows.Select(row => row.Code).ToHashSet());
        Assert.All(rows, row => Assert.Matches(Named(row.Code), File.ReadAllText(Path.Join(SourceTree.Root, "tests", row.Test + ".cs"))));
    }

    [Fact]
    public void Has_no_code_that_no_test_brings_about()
    {
        var tests = SourceTree.Sources("tests").Select(File.ReadAllText).ToList();

        Assert.All(Codes, code => Assert.Contains(tests, test => Regex.IsMatch(test, Named(code))));
    }

    private static string Named(string code) => $@"\b({code}|DiagnosticCode\.{Names[code]})\b";

    [GeneratedRegex(@"^\| \[(LORCH\d+)\]\(\S+\) \| [^|]+ \| [01][^|]* \| `(\S+)`[^|]* \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"^## (\S+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^- (\[LORCH\d+\]\(\S+\)) ", RegexOptions.Multiline)]
    private static partial Regex Entry();

    [GeneratedRegex(@"^- Cause: \S.*\n- Remedy: \S.*$", RegexOptions.Multiline)]
    private static partial Regex CauseAndRemedy();
}
