using System.Text;
using System.Text.Json;
using Lorch.Agent.Mock;
using Lorch.Agent.Talking;
using Lorch.Testing;

namespace Lorch.Processes.Tests.Mock;

/// <summary>The schema and the reader say the same of every script.</summary>
public sealed class TheSchemaOfMockScripts
{
    private const string Digest = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

    [Theory]
    [InlineData("{}", true)]
    [InlineData("""{"delay_ms":0}""", true)]
    [InlineData("""{"delay_ms":86400000}""", true)]
    [InlineData("""{"delay_ms":86400001}""", false)]
    [InlineData("""{"delay_ms":-1}""", false)]
    [InlineData("""{"delay_ms":"1"}""", false)]
    [InlineData("""{"delay":1}""", false)]
    [InlineData("""{"raw":"x"}""", true)]
    [InlineData("""{"raw":1}""", false)]
    [InlineData("""{"error":"no"}""", true)]
    [InlineData("""{"error":{"code":"x"}}""", true)]
    [InlineData("""{"error":1}""", false)]
    [InlineData("""{"exit_code":255}""", true)]
    [InlineData("""{"exit_code":256}""", false)]
    [InlineData("""{"hang":true}""", true)]
    [InlineData("""{"hang":"yes"}""", false)]
    [InlineData("""{"hang":true,"exit_code":1}""", false)]
    [InlineData("""{"error":"no","exit_code":1}""", false)]
    [InlineData("""{"error":"no","hang":true}""", false)]
    [InlineData("""{"error":"no","hang":false}""", true)]
    [InlineData("""{"events":{}}""", false)]
    [InlineData("""{"events":[{}]}""", false)]
    [InlineData("""{"events":[{"type":"builder.completed","status":"x","payload":{},"artifacts":[],"removed":["a"]}]}""", true)]
    [InlineData("""{"events":[{"type":"builder.complete"}]}""", false)]
    [InlineData("""{"events":[{"type":"log","payload":[]}]}""", false)]
    [InlineData("""{"events":[{"type":"log","status":1}]}""", false)]
    [InlineData("""{"events":[{"type":"log","removed":["../a"]}]}""", false)]
    [InlineData("""{"events":[{"type":"log","more":1}]}""", false)]
    [InlineData("""{"events":[{"type":"log","artifacts":[{"path":"a","content":"x"}]}]}""", true)]
    [InlineData("""{"events":[{"type":"log","artifacts":[{"path":"/a","content":"x"}]}]}""", false)]
    [InlineData("""{"events":[{"type":"log","artifacts":[{"path":"a"}]}]}""", false)]
    [InlineData("""{"events":[{"type":"log","artifacts":[{"content":"x"}]}]}""", false)]
    [InlineData($$"""{"events":[{"type":"log","artifacts":[{"path":"a","sha256":"{{Digest}}","size":1}]}]}""", true)]
    [InlineData($$"""{"events":[{"type":"log","artifacts":[{"path":"a","sha256":"{{Digest}}","size":-1}]}]}""", false)]
    [InlineData($$"""{"events":[{"type":"log","artifacts":[{"path":"a","sha256":"{{Digest}}"}]}]}""", false)]
    [InlineData("""{"events":[{"type":"log","artifacts":[{"path":"a","sha256":"x","size":1}]}]}""", false)]
    public void Is_what_the_reader_reads(string response, bool isValid)
    {
        AssertBoth($$$"""{"responses":{"implement":{{{response}}}}}""", isValid);
        AssertBoth($$$"""{"responses":{"review":[{},[{},{{{response}}}]]}}""", isValid);
    }

    [Theory]
    [InlineData("{}", false)]
    [InlineData("[]", false)]
    [InlineData("""{"responses":{}}""", true)]
    [InlineData("""{"responses":[]}""", false)]
    [InlineData("""{"responses":{},"more":1}""", false)]
    [InlineData("""{"responses":{"run":{}}}""", false)]
    [InlineData("""{"responses":{"implement":[]}}""", false)]
    [InlineData("""{"responses":{"implement":[[]]}}""", false)]
    [InlineData("""{"responses":{"implement":[[[{}]]]}}""", false)]
    [InlineData("""{"responses":{"implement":"x"}}""", false)]
    public void Is_built_as_the_reader_expects(string script, bool isValid) => AssertBoth(script, isValid);

    private static void AssertBoth(string script, bool isValid)
    {
        Assert.Equal(isValid, SchemaCheck.Validate("mock-script", script).Count == 0);
        Assert.Equal(isValid, IsRead(script));
    }

    private static bool IsRead(string script)
    {
        try
        {
            MockScriptFile.Parse(Encoding.ASCII.GetBytes(script));
            return true;
        }
        catch (Exception exception) when (exception is UsageException or JsonException)
        {
            return false;
        }
    }
}
