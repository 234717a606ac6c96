using System.Text.Json;
using Lorch.Testing;

namespace Lorch.Core.Tests.Schemas;

/// <summary>The checker stands in for a library, so it is tried keyword by keyword; the cases follow the words of draft 2020-12.</summary>
public sealed class CheckingAgainstASchema
{
    [Theory]
    [InlineData("true", "1", true)]
    [InlineData("false", "1", false)]
    [InlineData("""{"type":"object"}""", "{}", true)]
    [InlineData("""{"type":"object"}""", "[]", false)]
    [InlineData("""{"type":"array"}""", "[]", true)]
    [InlineData("""{"type":"array"}""", "{}", false)]
    [InlineData("""{"type":"string"}""", "\"a\"", true)]
    [InlineData("""{"type":"string"}""", "null", false)]
    [InlineData("""{"type":"boolean"}""", "false", true)]
    [InlineData("""{"type":"boolean"}""", "\"false\"", false)]
    [InlineData("""{"type":"integer"}""", "1.0", true)]
    [InlineData("""{"type":"integer"}""", "1.5", false)]
    [InlineData("""{"type":"number"}""", "1.5", true)]
    [InlineData("""{"type":["string","object"]}""", "{}", true)]
    [InlineData("""{"type":["string","object"]}""", "1", false)]
    [InlineData("""{"const":{"a":1}}""", """{"a":1}""", true)]
    [InlineData("""{"const":{"a":1}}""", """{"a":2}""", false)]
    [InlineData("""{"enum":["a","b"]}""", "\"b\"", true)]
    [InlineData("""{"enum":["a","b"]}""", "\"c\"", false)]
    [InlineData("""{"minimum":1,"maximum":2}""", "1", true)]
    [InlineData("""{"minimum":1,"maximum":2}""", "2", true)]
    [InlineData("""{"minimum":1,"maximum":2}""", "0.9", false)]
    [InlineData("""{"minimum":1,"maximum":2}""", "2.1", false)]
    [InlineData("""{"minimum":1}""", "\"text\"", true)]
    [InlineData("""{"minLength":2,"maxLength":2}""", "\"\\ud83d\\ude00\\ud83d\\ude00\"", true)]
    [InlineData("""{"minLength":2}""", "\"a\"", false)]
    [InlineData("""{"maxLength":2}""", "\"abc\"", false)]
    [InlineData("""{"pattern":"b"}""", "\"abc\"", true)]
    [InlineData("""{"pattern":"^b$"}""", "\"abc\"", false)]
    [InlineData("""{"pattern":"^b$"}""", "\"b\\n\"", false)]
    [InlineData("""{"minItems":1}""", "[1]", true)]
    [InlineData("""{"minItems":1}""", "[]", false)]
    [InlineData("""{"items":{"type":"string"}}""", "[\"a\",1]", false)]
    [InlineData("""{"prefixItems":[{"type":"number"}],"items":{"type":"string"}}""", "[1,\"a\"]", true)]
    [InlineData("""{"prefixItems":[{"type":"number"}],"items":{"type":"string"}}""", "[\"a\",\"a\"]", false)]
    [InlineData("""{"required":["a"]}""", """{"a":null}""", true)]
    [InlineData("""{"required":["a"]}""", """{"b":1}""", false)]
    [InlineData("""{"properties":{"a":{"type":"string"}}}""", """{"b":1}""", true)]
    [InlineData("""{"properties":{"a":{"type":"string"}}}""", """{"a":1}""", false)]
    [InlineData("""{"properties":{"a":true},"additionalProperties":false}""", """{"a":1}""", true)]
    [InlineData("""{"properties":{"a":true},"additionalProperties":false}""", """{"b":1}""", false)]
    [InlineData("""{"additionalProperties":{"type":"string"}}""", """{"b":1}""", false)]
    [InlineData("""{"propertyNames":{"pattern":"^a"}}""", """{"ab":1}""", true)]
    [InlineData("""{"propertyNames":{"pattern":"^a"}}""", """{"b":1}""", false)]
    [InlineData("""{"allOf":[{"type":"string"},{"minLength":2}]}""", "\"a\"", false)]
    [InlineData("""{"anyOf":[{"type":"string"},{"type":"number"}]}""", "1", true)]
    [InlineData("""{"anyOf":[{"type":"string"},{"type":"number"}]}""", "[]", false)]
    [InlineData("""{"not":{"type":"string"}}""", "1", true)]
    [InlineData("""{"not":{"type":"string"}}""", "\"a\"", false)]
    [InlineData("""{"if":{"minimum":5},"then":{"maximum":6},"else":{"minimum":2}}""", "6", true)]
    [InlineData("""{"if":{"minimum":5},"then":{"maximum":6},"else":{"minimum":2}}""", "7", false)]
    [InlineData("""{"if":{"minimum":5},"then":{"maximum":6},"else":{"minimum":2}}""", "1", false)]
    [InlineData("""{"if":{"minimum":5},"then":{"maximum":6}}""", "1", true)]
    [InlineData("""{"$ref":"#/$defs/a","minimum":1,"$defs":{"a":{"type":"number"}}}""", "0", false)]
    [InlineData("""{"$ref":"#/$defs/a","$defs":{"a":{"type":"number"}}}""", "\"a\"", false)]
    [InlineData("""{"$ref":"#/$defs/a","$defs":{"a":{"type":"number"}}}""", "1", true)]
    public void Follows_each_keyword(string schema, string value, bool isValid)
    {
        var problems = new JsonSchema(JsonElement.Parse(schema)).Validate(JsonElement.Parse(value));

        Assert.Equal(isValid, problems.Count == 0);
    }

    [Theory]
    [InlineData("""{"minimun":1}""")]
    [InlineData("""{"uniqueItems":true}""")]
    [InlineData("""{"$ref":"other.json"}""")]
    public void Does_not_overlook_what_it_does_not_know(string schema) =>
        Assert.Throws<NotSupportedException>(() => new JsonSchema(JsonElement.Parse(schema)).Validate(JsonElement.Parse("[1]")));

    [Fact]
    public void Says_where()
    {
        var schema = JsonElement.Parse("""{"properties":{"a":{"items":{"type":"string"}}}}""");

        Assert.Equal(["$.a[1]: 1 is not of type string"], new JsonSchema(schema).Validate(JsonElement.Parse("""{"a":["x",1]}""")));
    }
}
