using System.Text.Json.Nodes;

namespace Lorch.RealTools.Tests;

/// <summary>Writes a model's reply in the language of a service.</summary>
internal static class Wire
{
    public static string Write(Service service, Question question, Reply reply, bool isStream) => (service, isStream) switch
    {
        (Service.Anthropic, true) => Stream(Anthropic(question, reply), named: true),
        (Service.Anthropic, false) => AnthropicWhole(question, reply).ToJsonString(),
        (Service.Gemini, true) => Stream([Gemini(question, reply)], named: false),
        (Service.Gemini, false) => Gemini(question, reply).ToJsonString(),
        (Service.Responses, _) => Stream(Responses(question, reply), named: true),
        _ => Stream(Chat(question, reply), named: false) + "data: [DONE]\n\n",
    };

    private static string Stream(IEnumerable<JsonObject> events, bool named) =>
        string.Concat(events.Select(it => (named ? $"event: {it["type"]}\n" : "") + $"data: {it.ToJsonString()}\n\n"));

    private static (string Name, JsonObject Input)? Call(Question question, Reply reply) => reply switch
    {
        Reply.NewFile(var path, var content) when Pick(question, "Write", "mcp__acp__Write") is { } name =>
            (name, new JsonObject { ["file_path"] = path, ["content"] = content }),
        Reply.NewFile(var path, var content) when Pick(question, "write_file") is { } name =>
            (name, new JsonObject { ["file_path"] = path, ["content"] = content }),
        Reply.NewFile(var path, var content) when Pick(question, "write") is { } name =>
            (name, new JsonObject { ["filePath"] = path, ["content"] = content }),
        Reply.NewFile(var path, var content) when Pick(question, "create") is { } name =>
            (name, new JsonObject { ["path"] = path, ["file_text"] = content }),
        Reply.NewFile(var path, var content) => Call(
            question,
            new Reply.Shell($"mkdir -p '{Path.GetDirectoryName(path)}' && printf '%s' '{content}' > '{path}'")),
        Reply.Shell(var line) when Pick(question, "exec_command") is { } name => (name, new JsonObject { ["cmd"] = line }),
        Reply.Shell(var line) when Pick(question, "mcp__acp__Bash") is { } name =>
            (name, new JsonObject { ["command"] = line, ["description"] = "Writes", ["timeout"] = 10_000 }),
        Reply.Shell(var line) => (
            Pick(question, "Bash", "bash", "run_shell_command") ?? "Bash",
            new JsonObject { ["command"] = line, ["description"] = "Writes" }),
        _ => null,
    };

    private static string? Pick(Question question, params string[] names) => Array.Find(names, name => question.Tools.Contains(name));

    private static string Words(Reply reply) => reply is Reply.Words(var text) ? text : "";

    private static JsonObject AnthropicWhole(Question question, Reply reply) => new()
    {
        ["id"] = $"stub-{question.Id}",
        ["type"] = "message",
        ["role"] = "assistant",
        ["model"] = "stub",
        ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = Words(reply) }),
        ["stop_reason"] = "end_turn",
        ["usage"] = new JsonObject { ["input_tokens"] = 100, ["output_tokens"] = 10 },
    };

    private static IEnumerable<JsonObject> Anthropic(Question question, Reply reply)
    {
        var call = Call(question, reply);
        var message = AnthropicWhole(question, reply);
        message["content"] = new JsonArray();
        message["stop_reason"] = null;
        yield return new JsonObject { ["type"] = "message_start", ["message"] = message };
        yield return new JsonObject
        {
            ["type"] = "content_block_start",
            ["index"] = 0,
            ["content_block"] = call is { } made
                ? new JsonObject
                {
                    ["type"] = "tool_use",
                    ["id"] = $"toolu_{question.Id}",
                    ["name"] = made.Name,
                    ["input"] = new JsonObject()
                }
                : new JsonObject { ["type"] = "text", ["text"] = "" },
        };
        yield return new JsonObject
        {
            ["type"] = "content_block_delta",
            ["index"] = 0,
            ["delta"] = call is { } said
                ? new JsonObject { ["type"] = "input_json_delta", ["partial_json"] = said.Input.ToJsonString() }
                : new JsonObject { ["type"] = "text_delta", ["text"] = Words(reply) },
        };
        yield return new JsonObject { ["type"] = "content_block_stop", ["index"] = 0 };
        yield return new JsonObject
        {
            ["type"] = "message_delta",
            ["delta"] = new JsonObject { ["stop_reason"] = call is null ? "end_turn" : "tool_use" },
            ["usage"] = new JsonObject { ["output_tokens"] = 10 },
        };
        yield return new JsonObject { ["type"] = "message_stop" };
    }

    private static JsonObject Gemini(Question question, Reply reply) => new()
    {
        ["candidates"] = new JsonArray(new JsonObject
        {
            ["content"] = new JsonObject
            {
                ["role"] = "model",
                ["parts"] = new JsonArray(Call(question, reply) is { } call
                    ? new JsonObject { ["functionCall"] = new JsonObject { ["name"] = call.Name, ["args"] = call.Input } }
                    : new JsonObject { ["text"] = Words(reply) }),
            },
            ["finishReason"] = "STOP",
            ["index"] = 0,
        }),
        ["usageMetadata"] = new JsonObject { ["promptTokenCount"] = 100, ["candidatesTokenCount"] = 10, ["totalTokenCount"] = 110 },
    };

    private static IEnumerable<JsonObject> Responses(Question question, Reply reply)
    {
        JsonObject Item() => Call(question, reply) is { } call
            ? new JsonObject
            {
                ["type"] = "function_call",
                ["id"] = $"fc_{question.Id}",
                ["call_id"] = $"call_{question.Id}",
                ["name"] = call.Name,
                ["arguments"] = call.Input.ToJsonString(),
                ["status"] = "completed"
            }
            : new JsonObject
            {
                ["type"] = "message",
                ["role"] = "assistant",
                ["id"] = $"msg_{question.Id}",
                ["status"] = "completed",
                ["content"] = new JsonArray(
                    new JsonObject { ["type"] = "output_text", ["text"] = Words(reply), ["annotations"] = new JsonArray() }),
            };
        JsonObject Response(string status, params JsonNode[] output) => new()
        {
            ["id"] = $"stub-{question.Id}",
            ["object"] = "response",
            ["status"] = status,
            ["model"] = "stub",
            ["output"] = new JsonArray(output),
            ["usage"] = new JsonObject { ["input_tokens"] = 100, ["output_tokens"] = 10, ["total_tokens"] = 110 },
        };
        yield return new JsonObject { ["type"] = "response.created", ["response"] = Response("in_progress") };
        yield return new JsonObject { ["type"] = "response.output_item.added", ["output_index"] = 0, ["item"] = Item() };
        yield return new JsonObject { ["type"] = "response.output_item.done", ["output_index"] = 0, ["item"] = Item() };
        yield return new JsonObject { ["type"] = "response.completed", ["response"] = Response("completed", Item()) };
    }

    private static IEnumerable<JsonObject> Chat(Question question, Reply reply)
    {
        var call = Call(question, reply);
        JsonObject Chunk(JsonObject delta, string? end) => new()
        {
            ["id"] = $"stub-{question.Id}",
            ["object"] = "chat.completion.chunk",
            ["created"] = 1,
            ["model"] = "stub",
            ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = end }),
        };
        yield return Chunk(
            call is { } made
                ? new JsonObject
                {
                    ["role"] = "assistant",
                    ["tool_calls"] = new JsonArray(new JsonObject
                    {
                        ["index"] = 0,
                        ["id"] = $"call_{question.Id}",
                        ["type"] = "function",
                        ["function"] = new JsonObject { ["name"] = made.Name, ["arguments"] = made.Input.ToJsonString() },
                    }),
                }
                : new JsonObject { ["role"] = "assistant", ["content"] = Words(reply) },
            null);
        yield return Chunk([], call is null ? "stop" : "tool_calls");
        yield return new JsonObject
        {
            ["id"] = $"stub-{question.Id}",
            ["object"] = "chat.completion.chunk",
            ["created"] = 1,
            ["model"] = "stub",
            ["choices"] = new JsonArray(),
            ["usage"] = new JsonObject { ["prompt_tokens"] = 100, ["completion_tokens"] = 10, ["total_tokens"] = 110 },
        };
    }
}
