using Lorch.Core.Configuration;
using Lorch.Testing;

namespace Lorch.Core.Tests.Docs;

public sealed class TheExamplesOfFormats
{
    private static readonly IReadOnlyList<string> Examples = Document.Read("formats.md").BlocksIn("json");

    [Fact]
    public void Fit_the_schemas()
    {
        string[] schemas = ["lorch", "snapshot-manifest", "mock-script"];

        Assert.Equal(schemas.Length, Examples.Count);
        Assert.All(schemas.Zip(Examples), example => Assert.Empty(SchemaCheck.Validate(example.First, example.Second)));
    }

    [Fact]
    public void Show_a_configuration_that_loads()
    {
        var configuration = ConfigurationFile.Parse("/lorch.json", System.Text.Encoding.UTF8.GetBytes(Examples[0]));

        Assert.Equal("T-0042", Assert.Single(configuration.Tasks).Id.ToString());
    }
}
