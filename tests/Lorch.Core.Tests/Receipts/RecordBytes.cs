using System.Text;
using System.Text.Json;
using Lorch.Core.Receipts;

namespace Lorch.Core.Tests.Receipts;

public sealed class RecordBytes
{
    [Fact]
    public void A_receipt_is_written_so()
    {
        var text = Encoding.UTF8.GetString(ReceiptsJson.GetFileBytes(SampleRecords.Receipt, ReceiptsJson.ReceiptType));

        Assert.Equal(
            """
            {
              "format": 1,
              "task_id": "T-0042",
              "run_id": "run-20260131-090500-0a1b2c3d",
              "step": 2,
              "action": "review",
              "idempotency_key": "ik:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
              "snapshot_id": "snap-d0ab7e60b764",
              "command_message_id": "0198c0de-0000-7000-8000-000000000001",
              "correlation_id": "corr-T-0042-review-0",
              "artifacts": [
                {
                  "path": "reviews/T-0042.json",
                  "sha256": "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
                  "size": 17
                }
              ],
              "removed": [
                "src/älter.cs"
              ],
              "events": [
                "0198c0de-0000-7000-8000-000000000002",
                "0198c0de-0000-7000-8000-000000000003"
              ],
              "terminal_message_id": "0198c0de-0000-7000-8000-000000000003",
              "outcome": {
                "event": "review.completed",
                "status": "approved",
                "payload": {
                  "summary": "good & <short>",
                  "score": 1.50
                }
              },
              "created_at": "2026-01-31T09:05:00.123Z"
            }

            """.ReplaceLineEndings("\n"),
            text);
    }

    [Fact]
    public void A_completion_is_written_so()
    {
        var text = Encoding.UTF8.GetString(ReceiptsJson.GetFileBytes(SampleRecords.Completion, ReceiptsJson.CompletionType));

        Assert.Equal(
            """
            {
              "format": 1,
              "task_id": "T-0042",
              "task_key": "ik:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc",
              "task_key_before": "ik:dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd",
              "definition_sha256": "sha256:eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee",
              "run_id": "run-20260131-090500-0a1b2c3d",
              "snapshot_id": "snap-d0ab7e60b764",
              "inputs_after": "snap-0123456789ab",
              "artifacts": [
                {
                  "path": "src/a.cs",
                  "sha256": "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
                  "size": 17,
                  "step": 1
                }
              ],
              "removed": [],
              "depends_on": {
                "T-1": "sha256:1111111111111111111111111111111111111111111111111111111111111111",
                "T-2": "sha256:2222222222222222222222222222222222222222222222222222222222222222"
              },
              "outputs_sha256": "sha256:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
              "completed_at": "2026-01-31T09:05:00.000Z"
            }

            """.ReplaceLineEndings("\n"),
            text);
    }

    [Fact]
    public void A_completion_goes_through_a_message_and_comes_back_the_same()
    {
        var element = ReceiptsJson.GetElement(SampleRecords.Completion);

        var back = ReceiptsJson.ReadCompletion(element);

        Assert.Equal(ToText(SampleRecords.Completion), ToText(back));
        Assert.Equal("format", element.EnumerateObject().First().Name);
    }

    [Theory]
    [InlineData("\"format\":1", "\"format\":2")]
    [InlineData("\"format\":1,", "")]
    [InlineData("\"format\":1", "\"format\":1,\"more\":1")]
    [InlineData("\"removed\":[]", "\"removed\":null")]
    [InlineData("\"removed\":[]", "\"removed\":[\"../a\"]")]
    [InlineData("\"size\":17", "\"size\":-1")]
    [InlineData("\"step\":1", "\"step\":0")]
    [InlineData("\"step\":1", "\"step\":1.0")]
    [InlineData("\"T-1\":", "\"T 1\":")]
    [InlineData("[{", "[null,{")]
    public void A_completion_in_a_message_is_read_strictly(string good, string bad)
    {
        var text = JsonSerializer.Serialize(ReceiptsJson.GetElement(SampleRecords.Completion));
        Assert.Contains(good, text, StringComparison.Ordinal);

        var element = JsonSerializer.Deserialize<JsonElement>(text.Replace(good, bad, StringComparison.Ordinal));

        Assert.Throws<JsonException>(() => ReceiptsJson.ReadCompletion(element));
    }

    private static string ToText(Completion completion) =>
        Encoding.UTF8.GetString(ReceiptsJson.GetFileBytes(completion, ReceiptsJson.CompletionType));
}
