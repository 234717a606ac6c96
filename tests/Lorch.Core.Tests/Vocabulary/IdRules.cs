using System.Text.Json;

namespace Lorch.Core.Tests.Vocabulary;

/// <summary>What every id has in common.</summary>
public abstract class IdRules<T>
    where T : struct, ITextValue<T>
{
    protected static void Accepts(string text)
    {
        Assert.True(T.TryParse(text, out var value), $"'{text}' was refused.");
        Assert.Equal(text, value.ToString());
        Assert.Equal($"\"{text}\"", JsonSerializer.Serialize(value));
        Assert.Equal(value, JsonSerializer.Deserialize<T>($"\"{text}\""));
    }

    protected static void Refuses(string? text)
    {
        Assert.False(T.TryParse(text, out var value), $"'{text}' was accepted.");
        Assert.Equal(default, value);
        var exception = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(text)));
        Assert.Contains(T.Expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Throws_when_it_was_never_set()
    {
        var exception = Assert.Throws<InvalidOperationException>(() => default(T).ToString());

        Assert.Contains("before it was set", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Never_writes_what_was_never_set() => Assert.Throws<InvalidOperationException>(() => JsonSerializer.Serialize(default(T)));

    [Theory]
    [InlineData("1")]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[\"a\"]")]
    public void Is_a_string_in_json(string json) => Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<T>(json));

    [Fact]
    public void Refuses_nothing()
    {
        Assert.False(T.TryParse(null, out _));
        Assert.False(T.TryParse("", out _));
    }
}
