using Lorch.Testing;

namespace Lorch.Core.Tests;

/// <summary>The lines of C# that are longer than <c>.editorconfig</c> allows, which no analyzer looks at.</summary>
public sealed class LongLines
{
    private const int Longest = 140;

    // It may only fall. What stays when code and comments are wrapped are lines of texts.
    private const int Known = 153;

    [Fact]
    public void Become_fewer()
    {
        var found = new[] { "src", "tests", "samples", "benchmarks" }.SelectMany(SourceTree.Sources).Order(StringComparer.Ordinal)
            .SelectMany(file => File.ReadLines(file)
                .Select((line, index) => (line.Length, Place: $"{Path.GetRelativePath(SourceTree.Root, file)}({index + 1})"))
                .Where(line => line.Length > Longest))
            .ToList();

        Assert.True(
            found.Count <= Known,
            $"{found.Count} lines are longer than {Longest} columns; there "
                + $"were {Known}:\n{string.Join('\n', found.Select(line => line.Place))}");
    }
}
