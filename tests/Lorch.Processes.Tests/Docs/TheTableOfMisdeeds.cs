using Lorch.Processes.Tests.Hostile;
using Lorch.Testing;

namespace Lorch.Processes.Tests.Docs;

public sealed class TheTableOfMisdeeds
{
    [Fact]
    public void Is_what_the_tests_try()
    {
        string[] table =
        [
            "| the agent … | the run | code |",
            "| --- | --- | --- |",
            .. Misdeeds.All.Select(Row),
        ];

        Assert.Contains($"\n{string.Join('\n', table)}\n", Document.Read("reliability.md").Text, StringComparison.Ordinal);
    }

    private static string Row(Misdeed misdeed)
    {
        var deed = misdeed.At == "implement" ? misdeed.Deed : $"{misdeed.Deed} (`{misdeed.At}`)";
        return misdeed.Code is { } code
            ? $"| {deed} | fails: `{misdeed.Reason}` | [{code}](diagnostics.md#{code.ToLowerInvariant()}) |"
            : $"| {deed} | completes | |";
    }
}
