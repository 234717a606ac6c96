namespace Lorch.Core.Tests.Vocabulary;

public sealed class DiagnosticTests
{
    [Theory]
    [InlineData(null, 0, 0, "LORCH2007: Text.")]
    [InlineData("events/run.ndjson", 0, 0, "events/run.ndjson: LORCH2007: Text.")]
    [InlineData("events/run.ndjson", 3, 7, "events/run.ndjson(3,7): LORCH2007: Text.")]
    public void Is_one_line_of_a_build(string? file, int line, int column, string text)
    {
        var diagnostic = new Diagnostic
        {
            Code = DiagnosticCode.StorageFailed,
            Message = "Text.",
            File = file,
            Line = line,
            Column = column
        };

        Assert.Equal(text, diagnostic.ToString());
        Assert.Equal(text, new LorchException(diagnostic).Message);
    }

    [Fact]
    public void No_two_codes_are_the_same()
    {
        var codes = typeof(DiagnosticCode).GetFields().Select(field => (string)field.GetRawConstantValue()!).ToList();

        Assert.Equal(codes.Distinct().Count(), codes.Count);
        Assert.All(codes, code => Assert.Matches("^LORCH[1-9][0-9]{3}$", code));
    }
}
