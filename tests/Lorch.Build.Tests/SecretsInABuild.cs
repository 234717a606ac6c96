using System.IO.Compression;
using System.Text;
using Lorch.Testing;

namespace Lorch.Build.Tests;

public sealed class SecretsInABuild(ClonedRepository clone)
{
    // A key of the build's environment, and one of lorch.json.
    private static readonly PlantedSecret[] Secrets = [new("Qz7/pW+x9Kd2Lm4T"), new("Vb3-nR8_yH5jGc6F")];

    [Fact]
    public async Task Stand_neither_on_the_console_nor_in_the_binary_log()
    {
        using var project = new LorchProject(clone);
        var all = string.Join(" and ", Secrets.Select(secret => secret.Everywhere));
        project.Dotnet.Environment["BUILD_API_KEY"] = Secrets[0].Value;
        project.Write("lorch.json", project.Read("lorch.json").Replace(
            "\"builder\": {",
            $$"""
            "builder": { "env": { "DEPLOY_TOKEN": "{{Secrets[1].Value}}" },
            """,
            StringComparison.Ordinal));
        Write("scripts/builder.json", """
            {"responses":{"implement":{"events":[{"type":"builder.progress","payload":{"summary":"SECRETS"}},
              {"type":"builder.completed","payload":{"summary":"SECRETS"},"artifacts":[{"path":"src/1.txt","content":"1\n"},{"path":"src/2.txt","content":"2\n"}]}]}}}
            """);
        Write("scripts/reviewer.json", """
            {"responses":{"review":{"events":[{"type":"review.completed","status":"approved","payload":{"findings":[{"message":"SECRETS","file":"src/1.txt","line":1}]}}]}}}
            """);
        Write(
            "scripts/spec_maintainer.json",
            """{"responses":{"update_spec":{"error":{"code":"e","message":"SECRETS","retriable":false}}}}""");

        void Write(string path, string script) => project.Write(path, script.Replace("SECRETS", all, StringComparison.Ordinal));

        var result = await project.BuildAsync("-t:LorchRun", "-v:diag", "-bl:out.binlog");

        result.Failed().Says("LORCH3003").Says("LORCH4005");
        AssertClean("console", result.Output);
        AssertClean("binary log", Decompress(Path.Combine(project.Root, "out.binlog")));
    }

    private static void AssertClean(string where, string text) =>
        Assert.All(Secrets, secret => Assert.True(secret.FindIn(text) is [], $"{where}: {string.Join(" | ", secret.FindIn(text))}"));

    private static string Decompress(string binaryLog)
    {
        using var file = File.OpenRead(binaryLog);
        using var content = new GZipStream(file, CompressionMode.Decompress);
        using var reader = new StreamReader(content, Encoding.Latin1);
        var text = reader.ReadToEnd();
        Assert.Contains("LORCH3003", text, StringComparison.Ordinal);
        return text;
    }
}
