using System.Text;
using System.Text.Json;
using Lorch.Core.Hashing;

namespace Lorch.Core.Tests.Hashing;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("""{ "b" : 1 , "a" : [ 2 , { } ] }""", """{"a":[2,{}],"b":1}""")]
    [InlineData("""{"a":1,"A":2,"":3,"aa":4}""", """{"":3,"A":2,"a":1,"aa":4}""")]
    [InlineData("[]", "[]")]
    [InlineData("null", "null")]
    [InlineData("[true,false]", "[true,false]")]
    [InlineData("""["\u003c\u002f\u20ac\ud83d\ude00"]""", "[\"</€😀\"]")]
    [InlineData("""["\u0000\u0007\u001F\u007f"]""", "[\"\\u0000\\u0007\\u001f\u007f\"]")]
    [InlineData("""["\u0008\u0009\u000a\u000c\u000d\u0022\u005c"]""", """["\b\t\n\f\r\"\\"]""")]
    [InlineData("[\"\u2028\u2029\"]", "[\"\u2028\u2029\"]")]
    [InlineData("[1.0,-0,-0.0,1e2,0.1e-6]", "[1,0,0,100,1e-7]")]
    public void Has_one_form_for_each_value(string json, string canonical) =>
        Assert.Equal(canonical, Canonical(json));

    [Fact]
    public void Sorts_names_by_utf16_units_and_not_by_code_points() =>
        Assert.Equal("{\"\U0001F600\":1,\"\uFB33\":2}", Canonical("{\"\uFB33\":2,\"\U0001F600\":1}"));

    [Theory]
    [InlineData("""{"a":1,"b":2,"a":1}""")]
    [InlineData("""{"a":1,"\u0061":2}""")]
    [InlineData("""[{"x":{"":0,"":0}}]""")]
    public void Refuses_an_object_that_repeats_a_member(string json)
    {
        var exception = Assert.Throws<FormatException>(() => Canonical(json));

        Assert.Contains("twice", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""["\ud800"]""")]
    [InlineData("""["\udc00\ud800"]""")]
    [InlineData("""{"\ud83d":1}""")]
    public void Refuses_a_lone_surrogate(string json) => Assert.Throws<FormatException>(() => Canonical(json));

    [Theory]
    [InlineData("1e400")]
    [InlineData("-1e400")]
    public void Refuses_a_number_that_no_double_holds(string json) => Assert.Throws<FormatException>(() => Canonical(json));

    [Fact]
    public void Refuses_nothing_at_all() => Assert.Throws<ArgumentException>(() => CanonicalJson.GetBytes(default));

    [Fact]
    public void Its_digest_is_that_of_its_bytes() =>
        Assert.Equal(
            Sha256Digest.Of("""{"a":1,"b":2}"""u8),
            CanonicalJson.Digest(Parse("""{"b":2, "a":1}""")));

    [Theory]
    [InlineData("arrays")]
    [InlineData("french")]
    [InlineData("structures")]
    [InlineData("unicode")]
    [InlineData("values")]
    [InlineData("weird")]
    public void Agrees_with_the_public_test_data(string name)
    {
        var folder = Path.Join(TestVectors.FolderOrSkip(), "jcs");

        var canonical = CanonicalJson.GetBytes(Parse(File.ReadAllText(Path.Join(folder, "input", $"{name}.json"))));

        Assert.Equal(File.ReadAllBytes(Path.Join(folder, "output", $"{name}.json")), canonical);
    }

    private static string Canonical(string json) => Encoding.UTF8.GetString(CanonicalJson.GetBytes(Parse(json)));

    private static JsonElement Parse(string json) => JsonElement.Parse(json);
}
