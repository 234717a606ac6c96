using System.Text;
using System.Text.Json;
using Lorch.Core.Hashing;

namespace Lorch.Core.Tests.Hashing;

public sealed class IdempotencyKeyTests
{
    [Fact]
    public void Agrees_with_keys_that_another_implementation_made()
    {
        var vectors = JsonElement.Parse(File.ReadAllText(Path.Join(TestVectors.FolderOrSkip(), "ik.json"))).GetProperty("vectors");

        Assert.NotEqual(0, vectors.GetArrayLength());
        Assert.All(vectors.EnumerateArray(), vector =>
        {
            var (inputs, outputs) = (vector.GetProperty("inputs"), vector.GetProperty("expected_outputs"));
            Assert.Equal(vector.GetProperty("canonical_inputs").GetString(), Encoding.UTF8.GetString(CanonicalJson.GetBytes(inputs)));
            Assert.Equal(
                vector.GetProperty("canonical_expected_outputs").GetString(),
                Encoding.UTF8.GetString(CanonicalJson.GetBytes(outputs)));
            Assert.Equal(
                vector.GetProperty("idempotency_key").GetString(),
                IdempotencyKey.Compute(
                    vector.GetProperty("action").GetString()!,
                    TaskId.Parse(vector.GetProperty("task_id").GetString()!),
                    SnapshotId.Parse(vector.GetProperty("snapshot_id").GetString()!),
                    inputs,
                    outputs).ToString());
        });
    }

    [Fact]
    public void Is_the_digest_of_five_lines() =>
        Assert.Equal(
            "ik:" + Sha256Digest.Of("review\nT-1\nsnap-d0ab7e60b764\n{\"goal\":\"x\"}\n[]"u8).Hex,
            Compute("review", "T-1", "snap-d0ab7e60b764", """{"goal":"x"}""", "[]").ToString());

    [Theory]
    [InlineData("implement", "T-1", "snap-d0ab7e60b764", """{"goal":"x"}""", "[]")]
    [InlineData("review", "T-2", "snap-d0ab7e60b764", """{"goal":"x"}""", "[]")]
    [InlineData("review", "T-1", "snap-d0ab7e60b765", """{"goal":"x"}""", "[]")]
    [InlineData("review", "T-1", "snap-d0ab7e60b764", """{"goal":"y"}""", "[]")]
    [InlineData("review", "T-1", "snap-d0ab7e60b764", """{"goal":"x"}""", "[1]")]
    public void Changes_with_every_part(string action, string task, string snapshot, string inputs, string outputs) =>
        Assert.NotEqual(
            Compute("review", "T-1", "snap-d0ab7e60b764", """{"goal":"x"}""", "[]"),
            Compute(action, task, snapshot, inputs, outputs));

    [Theory]
    [InlineData("two\nlines")]
    [InlineData("")]
    [InlineData("Überprüfen")]
    public void Refuses_an_action_that_is_no_wire_name(string action) =>
        Assert.Throws<ArgumentException>(() => Compute(action, "T-1", "snap-d0ab7e60b764", "{}", "[]"));

    [Fact]
    public void Shortens_to_its_first_twelve_digits() =>
        Assert.Equal("012345678901", IdempotencyKey.Parse("ik:0123456789012345678901234567890123456789012345678901234567890123").ShortHex);

    private static IdempotencyKey Compute(string action, string task, string snapshot, string inputs, string outputs) =>
        IdempotencyKey.Compute(
            action,
            TaskId.Parse(task),
            SnapshotId.Parse(snapshot),
            JsonElement.Parse(inputs),
            JsonElement.Parse(outputs));
}
