using System.Text;
using System.Text.Json;
using CsCheck;
using Lorch.Core.Agents;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Transcripts;

namespace Lorch.Core.Tests.Protocol;

/// <summary>
/// What an agent says in the protocol is taken as it is or refused with a reason: nothing of it makes something fail later.
/// </summary>
public sealed class OddLinesOfAgents
{
    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.OneOf("\\ud83d", "\\ude00", "\\ud83d\\ude00", "\\uD800", "\\\\", "\\\"", "\\u0000", "\\ufeff", "\\u2028", "\\u001b[0m"),
        Gen.OneOf("a", "😀", "\u2028", "\uFEFF", "\u0085", "\u007f", "é")).Array[0, 5].Select(string.Concat);

    private static readonly Gen<string> Values = Gen.OneOf(
        Texts.Select(text => $"\"{text}\""),
        Gen.OneOf("1e400", "-1e-400", new string('9', 400), "0." + new string('1', 400), "-0", "1E+2", "null", "true"),
        Gen.Int[1, 80].Select(depth => new string('[', depth) + new string(']', depth)));

    private static readonly Gen<byte[]> Lines = Gen.Select(
        Gen.OneOf("", "", "", "\uFEFF", "\e]0;t\a", "\e[0m", "\0", "\r"),
        Gen.OneOf("payload", "fields", "inputs"),
        Texts,
        Values,
        Gen.Bool,
        (prefix, place, name, value, isBroken) =>
        {
            var sample = place switch { "payload" => Samples.Event, "fields" => Samples.Log, _ => Samples.Command };
            var start = sample.IndexOf($"\"{place}\":{{", StringComparison.Ordinal) + place.Length + 4;
            var line = Encoding.UTF8.GetBytes($"{prefix}{sample[..start]}\"{name}\":{value},{sample[start..]}");
            return isBroken ? [.. line[..^9], 0xFF, .. line[^9..]] : line;
        });

    private static readonly SecretRedactor Redactor = new(["a\ud83dbcdef", "\ude00\ud83d secret", "😀😀😀😀"]);

    [Fact]
    public void Are_refused_with_a_reason_or_can_be_hashed_written_read_and_redacted() =>
        Lines.Sample(line =>
        {
            if (MessageJson.Parse(line) is not MessageParsing.Parsed(var message))
            {
                var refused = Assert.IsType<RejectedLine>(MessageJson.Parse(line));
                Assert.NotEmpty(refused.Reason);
                Redactor.Redact(refused.Line);
                return;
            }

            CanonicalJson.GetBytes(
                message switch
                {
                    Event said => said.Payload!.Value,
                    LogMessage log => log.Fields!.Value,
                    var other => ((Command)other).Inputs
                });
            var written = MessageJson.GetBytes(message);
            Assert.IsType<MessageParsing.Parsed>(MessageJson.Parse(written));
            Redactor.Redact(Encoding.UTF8.GetString(written));
            if (message is LogMessage spoken)
            {
                Assert.IsType<MessageParsing.Parsed>(
                    MessageJson.Parse(MessageJson.GetBytes(new LogRedaction(Redactor.Redact).Redact(spoken))));
            }
        });

    [Theory]
    [InlineData("\\ud83d", true)]
    [InlineData("\\ude00", true)]
    [InlineData("\\uD83Dx\\uDE00", true)]
    [InlineData("\\ud83d\\\\ude00", true)]
    [InlineData("\\ud83d\\ud83d\\ude00", true)]
    [InlineData("\\ud83d\\ude00", false)]
    [InlineData("\\\\ud83d", false)]
    [InlineData("\\u0000\\u2028", false)]
    public void Are_refused_for_halves_of_characters_alone(string text, bool isRefused)
    {
        var line = Samples.Log.Replace("\"a\":1", $"\"a\":\"{text}\"", StringComparison.Ordinal);

        if (isRefused)
        {
            Assert.Contains("lone surrogate", Samples.Refuse(line).Reason, StringComparison.Ordinal);
            Assert.Throws<FormatException>(() => CanonicalJson.GetBytes(JsonElement.Parse($"\"{text}\"")));
        }
        else
        {
            Samples.Read(line);
        }
    }

    [Fact]
    public void Are_never_written_with_halves_of_characters()
    {
        var line = MessageJson.GetBytes(
            new LogMessage { Level = LogLevel.Info, Text = "a\ud83d\ud83db\ude00", Timestamp = DateTimeOffset.UnixEpoch });

        Assert.Equal(
            "a\uFFFD\uFFFDb\uFFFD",
            Assert.IsType<LogMessage>(Assert.IsType<MessageParsing.Parsed>(MessageJson.Parse(line)).Message).Text);
    }
}
