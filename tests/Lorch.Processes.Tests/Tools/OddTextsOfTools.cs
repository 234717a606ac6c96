using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Lorch.Agent.Acp;
using Lorch.Agent.Exec;
using Lorch.Agent.Working;
using Lorch.Core.Tools;
using Lorch.Processes.Tests.Agents;

namespace Lorch.Processes.Tests.Tools;

/// <summary>
/// Whatever a tool writes is read: no text of it makes reading fail, none loses an answer or its costs, and where it was cut into pieces
/// changes nothing.
/// </summary>
public sealed class OddTextsOfTools
{
    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.OneOf("\ud83d", "\ude00", "😀", "\e[36m", "\e[0m", "\e]0;t\a", "\0", "\uFEFF", "\u2028", "\u0085", "\u007f"),
        Gen.OneOf("a", "b\n", "\"", "\\", "```", "é", " ", "{", "}")).Array[1, 10].Select(pieces => "x" + string.Concat(pieces) + "y");

    private static readonly Gen<string> Before =
        Gen.OneOf("", "", "\uFEFF", "\e]0;title\a", "\e]9;4;3;\e\\", "\e[?25l\e[2K\r", "\e[0m\uFEFF", "\e]0;its end is lost", "\0");

    [Fact]
    public void Are_an_answer_with_its_costs_in_each_form_of_output() =>
        Gen.Select(Texts, Before, Gen.Int[0, 1], Texts).Sample((text, before, isPretty, name) =>
        {
            var expected = ToolText.Plain(text).Trim();
            var json =
                $$"""{{{Write(name)}}: {"{{Write(name).Trim('"')}}": {{Write(name)}} }, "answer": {{Write(text)}}, "tokens": 7, "huge": 1e999, "deep": {{new string('[', 100)}}{{new string(']', 100)}} }""";

            foreach (var form in (string[])["json", "stream-json"])
            {
                var output = new ToolOutput(Preset(form));
                var lines = isPretty == 1 && form == "json" ? json.Replace(", \"", ",\n\"", StringComparison.Ordinal).Split('\n') : [json];
                foreach (var line in (string[])["warning: {old}", before + lines[0], .. lines.Skip(1), "\e[0m", "bye"])
                {
                    output.Take(line, out _);
                }

                output.End();
                Assert.Equal(expected, ToolText.Plain(output.Answer).Trim());
                Assert.Equal(7, output.Usage.InputTokens);
                Assert.Contains("bye", output.Stray, StringComparison.Ordinal);
            }
        });

    [Fact]
    public void Are_joined_from_pieces_of_a_stream_wherever_they_were_cut() =>
        Gen.Select(Texts, Gen.Int[1, 4]).Sample((text, size) =>
        {
            var output = new ToolOutput(Preset("stream-json"));
            foreach (var piece in Cut(text, size))
            {
                output.Take($$"""{"piece": {{Write(piece)}} }""", out _);
            }

            Assert.Equal(ToolText.Plain(text), ToolText.Plain(output.Answer));
        });

    [Fact]
    public void Are_joined_from_chunks_of_a_turn_wherever_they_were_cut() =>
        Gen.Select(Texts, Gen.Int[1, 4]).Sample((text, size) =>
        {
            var turn = new AcpTurn { Request = Request(new Notes()) };
            foreach (var piece in Cut(text, size))
            {
                Assert.True(ToolJson.TryParse(Encoding.UTF8.GetBytes(Chunk(piece)), out var update, out _));
                turn.Take(update);
            }

            turn.End();
            Assert.Equal(ToolText.Plain(text), ToolText.Plain(turn.Text));
        });

    [Fact]
    public async Task Are_messages_of_a_conversation_wherever_the_pipe_cuts_them() =>
        await Gen.Select(Texts, Before, Gen.Int[1, 40]).SampleAsync(async (text, before, size) =>
        {
            var message = $$"""{"jsonrpc":"2.0","method":"session/update","params":{{{Write(text)}}:1,"update":{{Chunk(text)}} } }""";
            var partner = new Partner();
            await using (var peer = new RpcPeer(
                new SlowStream(Encoding.UTF8.GetBytes($"noise\n{before}{message}\r\n"), size),
                Stream.Null,
                partner))
            {
                await peer.Ended;
            }

            Assert.Equal(ToolText.Mend(text), Assert.Single(partner.Heard));
            Assert.Contains(partner.Complaints, complaint => complaint.Contains("noise", StringComparison.Ordinal));
            Assert.Equal(before.Length > 0 || text != ToolText.Mend(text), partner.Complaints.Count > 1);
        });

    [Theory]
    [InlineData("\"\\ud83d\"", "\"\\uFFFD\"")]
    [InlineData("\"a\"", "\"a\"")]
    [InlineData("1e999", "1e999")]
    public async Task Are_answered_whatever_a_request_is_called(string id, string answered)
    {
        using var output = new MemoryStream();
        var peer = new RpcPeer(
            new MemoryStream(Encoding.UTF8.GetBytes($$"""{"jsonrpc":"2.0","id":{{id}},"method":"m"}""")),
            output,
            new Partner());
        await peer.Ended;

        while (output.Length == 0)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        await peer.DisposeAsync();
        Assert.Contains($"\"id\":{answered}", Encoding.UTF8.GetString(output.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void Are_said_in_the_log_where_something_was_left_out()
    {
        var notes = new Notes();

        foreach (var text in (string[])["a \ud83d", "\e[36ma\e[0m", "nothing odd", "\uFEFFa"])
        {
            notes.Plain("the answer", text);
        }

        Assert.Equal(3, notes.Lines.Count);
        Assert.All(notes.Lines, line => Assert.Contains("U+FFFD", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Are_told_apart_by_each_reason_for_which_they_were_changed()
    {
        Assert.True(ToolJson.TryParse("\uFEFF{\"a\":\"\\ud83d b\"}"u8, out _, out var oddity));

        Assert.Contains("byte order mark", oddity, StringComparison.Ordinal);
        Assert.Contains("surrogate", oddity, StringComparison.Ordinal);
    }

    [Fact]
    public void Cost_nothing_where_the_amount_is_no_amount()
    {
        var turn = new AcpTurn { Request = Request(new Notes()) };

        foreach (var amount in (string[])["1.5", "-79228162514264337593543950335", "79228162514264337593543950335", "1e999", "\"\\ud83d\""])
        {
            turn.Take(JsonElement.Parse($$"""{"sessionUpdate":"usage_update","cost":{"currency":"USD","amount":{{amount}} } }"""));
        }

        Assert.Equal(1.5m, turn.SessionCost);
    }

    private static ToolPreset Preset(string form) => ToolPresets.Get(ToolUse.TryParse("exec:tool")!, JsonElement.Parse($$"""
        { "output": "{{form}}", "rules": [{ "answer": "answer", "answer_piece": "piece", "input_tokens": ["tokens"] }] }
        """));

    private static ToolRequest Request(Notes notes)
    {
        var command = AgentStage.Command();
        return new ToolRequest
        {
            Command = command,
            Prompt = "",
            Turn = 0,
            Writable = new WritableFiles(command, null, null, []),
            Progress = notes
        };
    }

    private static string Chunk(string text) =>
        $$"""{"sessionUpdate":"agent_message_chunk","content":{"type":"text","text":{{Write(text)}} } }""";

    /// <summary>Writes a text as JavaScript does: halves of characters as escapes.</summary>
    private static string Write(string text) =>
        $"\"{string.Concat(text.Select(unit => char.IsSurrogate(unit) || unit is < ' ' or '"' or '\\' ? $"\\u{(int)unit:x4}" : unit.ToString()))}\"";

    private static IEnumerable<string> Cut(string text, int size) => text.Chunk(size).Select(units => new string(units));

    private sealed class Notes : IToolProgress
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public Task SayAsync(string text, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task RecordAsync(string text, CancellationToken cancellationToken) => Task.CompletedTask;

        public void Log(string text) => Lines.Enqueue(text);
    }

    private sealed class Partner : IRpcPartner
    {
        public List<string?> Heard { get; } = [];

        public List<string> Complaints { get; } = [];

        public Task<JsonNode?> AnswerAsync(string method, JsonElement parameters, CancellationToken cancellationToken) =>
            Task.FromResult<JsonNode?>(null);

        public void Hear(string method, JsonElement parameters) => Heard.Add(parameters.Find("update")?.Find("content")?.FindText("text"));

        public void Complain(string problem) => Complaints.Add(problem);
    }

    /// <summary>Gives so many bytes at a time.</summary>
    private sealed class SlowStream(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);
    }
}
