using System.IO.Compression;
using System.Text;
using Lorch.Testing;
using Microsoft.Build.Logging.StructuredLogger;
using Task = System.Threading.Tasks.Task;

namespace Lorch.Build.Tests;

public sealed class BinaryLogs(ClonedRepository clone)
{
    private const string Secret = "planted-4f1c77aa90";
    private const string Approving = """{"responses":{"review":{"events":[{"type":"review.completed","status":"approved"}]}}}""";
    private const string Refusing = """{"responses":{"review":{"error":{"code":"no","message":"no","retriable":false}}}}""";

    [LongSet]
    [Theory]
    [InlineData(Approving, 3, false)]
    [InlineData(Refusing, 1, true)]
    public async Task Hold_ledger_receipts_and_keys_as_they_are_at_the_end_and_no_secret(string reviewer, int steps, bool isRare)
    {
        LongTests.SkipUnlessAsked(isRare);
        using var project = new LorchProject(clone);
        project.Write("lorch.json", project.Read("lorch.json")
            .Replace(
                "\"scripts/builder.json\"]",
                $"\"scripts/builder.json\"], \"env\": {{ \"API_TOKEN\": \"{Secret}\" }}",
                StringComparison.Ordinal));
        project.Write("scripts/builder.json", project.Read("scripts/builder.json")
            .Replace("\"pass\"", $"\"pass\",\"summary\":\"used {Secret}\"", StringComparison.Ordinal));
        project.Write("scripts/reviewer.json", reviewer);

        await project.LorchRunAsync("-p:Task=T-1", "-bl:run.binlog");

        var log = Path.Combine(project.Root, "run.binlog");
        var files = BinaryLog.ReadBuild(log).SourceFiles
            .Where(file => file.FullPath.Contains("/state/binlog/", StringComparison.Ordinal))
            .ToList();
        var ledger = Assert.Single(files, file => file.FullPath.Contains("/events/", StringComparison.Ordinal));
        Assert.Equal(project.Records.Lines.Count, ledger.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(steps, files.Count(file => Path.GetFileName(file.FullPath).StartsWith("step-", StringComparison.Ordinal)));
        Assert.Single(files, file => file.FullPath.EndsWith("/keys/T-1.key", StringComparison.Ordinal));
        Assert.Contains(Secret, project.Records.History, StringComparison.Ordinal);
        Assert.DoesNotContain(files, file => file.Text.Contains(Secret, StringComparison.Ordinal));
        Assert.DoesNotContain(Secret, Unpacked(log), StringComparison.Ordinal);
    }

    private static string Unpacked(string log)
    {
        using var file = File.OpenRead(log);
        using var stream = new GZipStream(file, CompressionMode.Decompress);
        using var text = new StreamReader(stream, Encoding.Latin1);
        return text.ReadToEnd();
    }
}
