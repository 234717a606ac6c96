using System.Reflection;
using System.Text.RegularExpressions;
using Lorch.Testing;

namespace Lorch.Core.Tests.Docs;

public sealed partial class TheDiagnosticsPage
{
    private static readonly string Page = Document.Read("diagnostics.md").Text;

    private static readonly IReadOnlyList<string> Codes =
    [
        .. typeof(DiagnosticCode).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (string)field.GetRawConstantValue()!)
            .Order(StringComparer.Ordinal),
    ];

    [Fact]
    public void Has_a_heading_for_every_code_and_for_no_other() =>
        Assert.Equal(Codes, Heading().Matches(Page).Select(match => match.Groups[1].Value));

    [Fact]
    public void Lists_every_code_with_a_link_to_its_heading() =>
        Assert.Equal(Codes.Select(code => $"[{code}](#{code.ToLowerInvariant()})"), Entry().Matches(Page).Select(match => match.Groups[1].Value));

    [Fact]
    public void Tells_cause_and_remedy_of_every_code() =>
        Assert.All(Heading().Split(Page).Skip(1).Where((_, i) => i % 2 == 1), text => Assert.Matches(CauseAndRemedy(), text));

    [GeneratedRegex(@"^## (\S+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^- (\[LORCH\d+\]\(\S+\)) ", RegexOptions.Multiline)]
    private static partial Regex Entry();

    [GeneratedRegex(@"^- Cause: \S.*\n- Remedy: \S.*$", RegexOptions.Multiline)]
    private static partial Regex CauseAndRemedy();
}
