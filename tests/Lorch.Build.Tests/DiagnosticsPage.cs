using System.Reflection;
using System.Text.RegularExpressions;
using Lorch.Core;

namespace Lorch.Build.Tests;

public sealed partial class DiagnosticsPage
{
    [Fact]
    public void Has_a_heading_for_every_code_and_for_no_other()
    {
        var codes = typeof(DiagnosticCode).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!);

        var headings = Heading().Matches(File.ReadAllText(Path.Combine(ClonedRepository.Repository, "docs", "diagnostics.md"))).Select(match => match.Groups[1].Value);

        Assert.Equal(codes.Order(StringComparer.Ordinal), headings.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"^### (\S+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
