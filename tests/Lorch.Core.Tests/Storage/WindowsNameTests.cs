using Lorch.Core.Storage;

namespace Lorch.Core.Tests.Storage;

public sealed class WindowsNameTests
{
    [Theory]
    [InlineData("a.md.")]
    [InlineData("a.md ")]
    [InlineData("...")]
    [InlineData("a.md:stream")]
    [InlineData("a.md::$DATA")]
    [InlineData("what?")]
    [InlineData("*.md")]
    [InlineData("a|b")]
    [InlineData("a\tb")]
    [InlineData("NUL")]
    [InlineData("nul.txt")]
    [InlineData("con .txt")]
    [InlineData("COM1")]
    [InlineData("lpt9.tar.gz")]
    [InlineData("com²")]
    [InlineData("CONIN$")]
    public void Refuses_a_name_that_means_something_else(string name) => Assert.NotNull(WindowsOpening.FindTrick(name));

    [Theory]
    [InlineData("a.md")]
    [InlineData(".gitignore")]
    [InlineData("console")]
    [InlineData("nullable.cs")]
    [InlineData("COM10")]
    [InlineData("COM")]
    [InlineData("a b")]
    [InlineData("é€😀")]
    public void Accepts_a_name_that_means_itself(string name) => Assert.Null(WindowsOpening.FindTrick(name));
}
